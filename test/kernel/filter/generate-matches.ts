/** Random matches. A maker answers null where its match can't stand. */
import type { Random } from '../space/random.ts'
import type { Place, RuleWriter } from './generate-rules.ts'

export type MatchMaker = (writer: RuleWriter, place: Place) => string | null

const V4 = ['10.1.0.2', '10.1.0.1', '10.2.0.1', '10.2.0.2', '127.0.0.1', '203.0.113.9']
const V6 = ['fd01::2', 'fd01::1', 'fd02::1', 'fd02::2', '::1', '2001:db8::9']
const NET4 = ['10.1.0.0/24', '10.0.0.0/8', '10.2.0.0/16', '0.0.0.0/1', '127.0.0.0/8', '203.0.113.0/24']
const NET6 = ['fd01::/64', 'fd00::/8', 'fd02::/32', '::/1', '2001:db8::/32']
const PORTS = ['22', '53', '80', '443', '8080', '1-1023', '4000-4005', '80-443', '22-80']
const DEVICES = ['"t0"', '"t1"', '"lo"', '"t*"']
const not = (random: Random): string => (random.chance(0.25) ? '!= ' : '')
const set = (random: Random, from: readonly string[]): string => {
  const chosen = from.filter(() => random.chance(0.4))
  return `{ ${(chosen.length === 0 ? [from[0]!] : chosen).join(', ')} }`
}
/** No two of them overlap. */
const APART = ['22', '53', '80-443', '4000-4004', '8080']

const one =
  (make: (random: Random) => string): MatchMaker =>
  ({ random }) =>
    make(random)
const v4 =
  (make: MatchMaker): MatchMaker =>
  (writer, place) =>
    writer.family === 'ip6' ? null : make(writer, place)
const v6 =
  (make: MatchMaker): MatchMaker =>
  (writer, place) =>
    writer.family === 'ip' ? null : make(writer, place)

const port: MatchMaker = ({ random }) =>
  `${random.pick(['tcp', 'udp', 'tcp'])} ${random.pick(['dport', 'sport', 'dport'])} ${not(random)}${random.pick([random.pick(PORTS), random.pick(PORTS), set(random, APART), `< ${random.pick([80, 443, 4003])}`, `>= ${random.pick([80, 4002])}`].map((text, i) => (i > 2 ? text : text)))}`.replace(
    /!= ([<>])/,
    '$1',
  )

const address4: MatchMaker = ({ random }) =>
  `ip ${random.pick(['saddr', 'daddr'])} ${not(random)}${random.pick([random.pick(V4), random.pick(NET4), set(random, V4), '10.1.0.1-10.2.0.1'])}`
const address6: MatchMaker = ({ random }) =>
  `ip6 ${random.pick(['saddr', 'daddr'])} ${not(random)}${random.pick([random.pick(V6), random.pick(NET6), set(random, V6)])}`

const states = (random: Random): string =>
  random.pick(['new', 'established', 'related', 'invalid', 'established,related', 'new,invalid', 'untracked'])

export const MATCHES: readonly MatchMaker[] = [
  port,
  port,
  port,
  v4(address4),
  v4(address4),
  v6(address6),
  v6(address6),
  one(random => `ct state ${not(random)}${states(random)}`),
  one(random => `ct state ${states(random)}`),
  one(random => `iifname ${not(random)}${random.pick(DEVICES)}`),
  one(random => `oifname ${not(random)}${random.pick(DEVICES)}`),
  one(random => `iif ${not(random)}${random.pick(['"t0"', '"t1"', '"lo"'])}`),
  one(random => `oif ${not(random)}${random.pick(['"t0"', '"t1"', '"lo"'])}`),
  one(random => `iifname { "t0", "lo" } oifname ${random.pick(DEVICES)}`),
  one(
    random =>
      `meta l4proto ${not(random)}${random.pick(['tcp', 'udp', '{ tcp, udp }', 'icmp', 'ipv6-icmp', '47'])}`,
  ),
  one(random => `meta l4proto { tcp, udp } th dport ${not(random)}${random.pick(PORTS)}`),
  one(random => `th sport ${random.pick(['4000-4007', '{ 4000, 4001, 4002 }', '22'])}`),
  one(random =>
    `tcp flags ${random.pick(['syn', 'syn,ack', '& (fin|syn|rst|ack) == syn', '& (syn|ack) == (syn|ack)', '! syn', '!= syn', '& rst != 0'])}`.replace(
      '& rst != 0',
      '& (rst|fin) != 0',
    ),
  ),
  one(random => `meta mark ${not(random)}${random.pick(['0', '1', '2', '1-2', '{ 1, 3 }'])}`),
  one(
    random =>
      `meta mark and ${random.pick(['0x1', '0xf0'])} ${random.pick(['==', '!='])} ${random.pick(['0', '1', '0x10'])}`,
  ),
  one(random => `ct mark ${not(random)}${random.pick(['0', '1', '3'])}`),
  one(random => `ct direction ${random.pick(['original', 'reply'])}`),
  one(
    random =>
      `ct status ${random.pick(['dnat', 'snat', 'seen-reply', 'assured', 'confirmed', 'seen-reply,dnat'])}`,
  ),
  one(random => `meta length ${random.pick(['< 41', '> 40', '40', '20-60', '!= 40'])}`),
  ({ random, family }) => (family === 'inet' ? `meta nfproto ${random.pick(['ipv4', 'ipv6'])}` : null),
  one(random => `meta skuid ${random.pick(['0', '1000', '!= 0'])}`),
  one(random =>
    random.pick([
      'fib daddr type local',
      'fib daddr type unicast',
      'fib saddr type { local, unicast }',
      'fib daddr type != local',
    ]),
  ),
  (_, { hook }) =>
    hook === 'prerouting' || hook === 'input' || hook === 'forward' ? 'fib saddr . iif oif exists' : null,
  (_, { hook }) => (hook === 'prerouting' || hook === 'input' ? 'fib saddr . iif oif missing' : null),
  (_, { hook }) => (hook === 'prerouting' || hook === 'input' ? 'fib daddr . iif type local' : null),
  v4(
    one(
      random =>
        `icmp type ${not(random)}${random.pick(['echo-request', 'echo-reply', '{ echo-request, destination-unreachable }', 'destination-unreachable'])}`,
    ),
  ),
  v4(one(random => `icmp code ${random.pick(['0', '1', '3'])}`)),
  v6(
    one(
      random =>
        `icmpv6 type ${not(random)}${random.pick(['echo-request', 'echo-reply', '{ echo-request, destination-unreachable }'])}`,
    ),
  ),
  v4(one(random => `ip protocol ${not(random)}${random.pick(['tcp', 'udp', 'icmp', '{ tcp, icmp }'])}`)),
  v6(one(random => `ip6 nexthdr ${not(random)}${random.pick(['tcp', 'udp', 'ipv6-icmp'])}`)),
  v4(one(random => `ip ttl ${random.pick(['64', '< 64', '> 60', '!= 63', '1-63'])}`)),
  v6(one(random => `ip6 hoplimit ${random.pick(['64', '< 64', '!= 63'])}`)),
  v4(one(random => `ip dscp ${not(random)}${random.pick(['cs0', 'cs1', 'af21'])}`)),
  v4(one(random => `ip frag-off & 0x1fff ${random.pick(['==', '!='])} 0`)),
  v4(one(random => `ip saddr . tcp dport ${not(random)}{ 10.1.0.2 . 22, 10.1.0.2 . 80, 10.2.0.2 . 443 }`)),
  v4(
    one(
      random =>
        `ip saddr . meta l4proto . th dport { 10.1.0.2 . tcp . ${random.pick(['22', '80'])}, 10.2.0.2 . udp . 53 }`,
    ),
  ),
  v4(one(random => `ct original ip daddr ${not(random)}${random.pick(V4)}`)),
  v4(one(random => `ct reply ip saddr ${random.pick(V4)}`)),
  v6(one(random => `ct original ip6 saddr ${not(random)}${random.pick(V6)}`)),
  one(random => `meta l4proto tcp ct original proto-dst ${random.pick(['22', '80', '443'])}`),
  one(
    random =>
      `ct ${random.pick(['', 'original ', 'reply '])}packets ${random.pick(['1', '> 1', '2', '< 3'])}`,
  ),
  one(
    random => `ct ${random.pick(['', 'original ', 'reply '])}bytes ${random.pick(['< 100', '> 100', '40'])}`,
  ),
  one(random => `ct label ${not(random)}${random.pick(['1', '2', '3'])}`),
  one(
    random =>
      `ct ${random.pick(['', 'original ', 'reply '])}zone ${not(random)}${random.pick(['0', '1', '2'])}`,
  ),
  v4(
    writer =>
      `ip ${writer.random.pick(['saddr', 'daddr'])} ${not(writer.random)}@${writer.filled('ipv4_addr')}`,
  ),
  writer =>
    `tcp ${writer.random.pick(['sport', 'dport'])} ${not(writer.random)}@${writer.filled('inet_service')}`,
  (_, { hook }) => (hook === 'prerouting' || hook === 'input' ? 'fib daddr . mark oif "t0"' : null),
  v4(one(random => random.pick(['icmp mtu 0', 'icmp gateway != 5', 'icmp sequence 1']))),
  one(random => random.pick(['@nh,0,4 4', '@nh,0,8 0x45', '@nh,64,8 > 60'])),
  one(random => `@th,16,16 ${random.pick(['22', '80', '!= 53'])}`),
  one(random => `tcp option maxseg size ${random.pick(['1200', '> 1000', '!= 1200'])}`),
  one(random => `tcp option maxseg ${random.pick(['exists', 'missing'])}`),
  v6(one(random => `exthdr frag ${random.pick(['exists', 'missing'])}`)),
  writer => {
    const name = writer.named(
      'set',
      'inet_service',
      writer.random.pick(['22, 80, 443', '22-80, 443', '53, 4000-4010']),
      'flags interval;',
    )
    return `${writer.random.pick(['tcp', 'udp'])} dport ${not(writer.random)}@${name}`
  },
  v4(writer => {
    const name = writer.named(
      'set',
      'ipv4_addr',
      writer.random.pick(['10.1.0.0/24, 10.2.0.2', '10.1.0.2-10.1.0.9', '127.0.0.0/8']),
      'flags interval;',
    )
    return `ip ${writer.random.pick(['saddr', 'daddr'])} ${not(writer.random)}@${name}`
  }),
  v4(writer => {
    const name = writer.named(
      'set',
      'ipv4_addr . inet_service',
      '10.1.0.0/24 . 22-80, 10.2.0.2 . 443, 0.0.0.0/0 . 53',
      'flags interval;',
    )
    return `ip saddr . ${writer.random.pick(['tcp', 'udp'])} dport ${not(writer.random)}@${name}`
  }),
]
