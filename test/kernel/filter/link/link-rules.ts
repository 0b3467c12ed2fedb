/** Random rules for chains of devices, bridges and IP, in nft's words, such as the kernel takes where they stand. */
import type { Random } from '../../space/random.ts'
import { DEVICES, HARDWARE, STATIONS, text } from './link-ground.ts'

export interface LinkPlace {
  readonly family: 'netdev' | 'bridge' | 'inet'
  readonly hook: string
  readonly isNat: boolean
}

const V4 = [
  '10.9.0.2',
  '10.9.0.3',
  '10.9.0.4',
  '10.9.0.1',
  '10.7.0.2',
  '10.8.0.2',
  '10.9.0.0/24',
  '10.8.0.0/15',
]
const V6 = ['fd09::2', 'fd09::3', 'fd09::1', 'fd07::2', 'fd09::/64', 'fd08::/16']
const HARD = [...Object.values(STATIONS).map(one => one.hardware), HARDWARE.br0!, HARDWARE.e0!].map(text)
const PORTS = ['22', '53', '80', '443', '{ 22, 443 }', '80-443', '4000-4009']
const NAMES = [...DEVICES, 'br0'].map(name => `"${name}"`)

type Maker = (random: Random, place: LinkPlace) => string | null
const not = (random: Random): string => (random.chance(0.2) ? '!= ' : '')

const MATCHES: readonly Maker[] = [
  random =>
    `${random.pick(['tcp', 'udp'])} ${random.pick(['dport', 'dport', 'sport'])} ${not(random)}${random.pick(PORTS)}`,
  random => `tcp dport ${random.pick(PORTS)}`,
  random => `ip ${random.pick(['saddr', 'daddr'])} ${not(random)}${random.pick(V4)}`,
  random => `ip6 ${random.pick(['saddr', 'daddr'])} ${not(random)}${random.pick(V6)}`,
  random => `iifname ${not(random)}${random.pick(NAMES)}`,
  random => `oifname ${not(random)}${random.pick(NAMES)}`,
  random => `iifname ${random.pick(['"w*"', '"e*"', '{ "w0", "br0" }'])}`,
  random => `iif ${random.pick(NAMES)}`,
  random => `oif ${random.pick(NAMES)}`,
  (random, place) =>
    mayAskLink(place) ? `ether ${random.pick(['saddr', 'daddr'])} ${not(random)}${random.pick(HARD)}` : null,
  (random, place) =>
    mayAskLink(place)
      ? `ether saddr { ${HARD.filter((_, i) => i % random.whole(1, 3) === 0).join(', ')} }`
      : null,
  (random, { family }) =>
    family === 'inet' ? null : `ether type ${random.pick(['ip', 'ip6', 'vlan', '!= vlan'])}`,
  (random, { family }) =>
    family === 'inet' ? null : `meta protocol ${random.pick(['ip', 'ip6', '{ ip, ip6 }'])}`,
  (random, { family }) => (family === 'inet' ? null : `vlan id ${random.pick(['5', '6', '1-5'])}`),
  random => `meta pkttype ${not(random)}${random.pick(['host', 'other', 'broadcast', 'multicast'])}`,
  random => `meta l4proto ${not(random)}${random.pick(['tcp', 'udp', '{ tcp, udp }', 'icmp', 'ipv6-icmp'])}`,
  random => `meta mark ${not(random)}${random.pick(['0', '1', '2', '{ 1, 3 }'])}`,
  (random, { family }) =>
    family === 'inet'
      ? `ct state ${random.pick(['new', 'established', 'invalid', 'new,established', 'untracked'])}`
      : null,
  random => `ip ttl ${random.pick(['64', '63', '< 64'])}`,
  random => `tcp flags ${random.pick(['syn', 'syn,ack', '& (syn|ack) == syn', '! syn'])}`,
  random => `meta length ${random.pick(['> 40', '< 41', '40'])}`,
]

/** Where a packet of the host's own has no frame yet, and one that is routed has that in which it came. */
const mayAskLink = ({ family, hook }: LinkPlace): boolean =>
  family !== 'inet' || /ingress|prerouting|input/.test(hook)

const TRANSPORT = /(?:^|\s)(?:tcp|udp|icmp|icmpv6) (?:[ds]port|flags)|l4proto|tcp reset/
const NETWORK = /(?:^|\s)(?:ip6? |ether type|meta protocol|vlan|reject with icmp)/

/** nft refuses two protocols in one rule, and its version 1.0.6 lists some rules as others: of each sort only one. */
function fits(parts: readonly string[]): boolean {
  const count = (pattern: RegExp): number => parts.filter(part => pattern.test(part)).length
  const all = parts.join(' ')
  return (
    // Beside several protocols a bare reject has the code of one of them for all.
    !(/meta protocol \{/.test(all) && /reject$/.test(all)) &&
    // Its listing loses the protocol that goes with a reject.
    !(/meta protocol|ether type/.test(all) && /reject/.test(all)) &&
    count(TRANSPORT) <= 1 &&
    count(NETWORK) <= 1 &&
    all.split('!= ').length <= 2 &&
    (all.match(/[<>]/g)?.length ?? 0) <= 1 &&
    !(/ether (?:saddr|daddr)/.test(all) && /ether type|vlan/.test(all)) &&
    count(/^ether (?:saddr|daddr)/) <= 1
  )
}

export class LinkRuleWriter {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  rules(place: LinkPlace, sub: string | undefined, count: number): string[] {
    return Array.from({ length: count }, () => this.#rule(place, sub))
  }

  #rule(place: LinkPlace, sub: string | undefined): string {
    const random = this.#random
    const parts: string[] = []
    for (let i = random.weighted({ 0: 1, 1: 5, 2: 4 }); Number(i) > parts.length; )
      parts.push(this.#fitting(parts, () => random.pick(MATCHES)(random, place), 'meta length > 1'))
    if (random.chance(0.1)) parts.push(this.#fitting(parts, () => this.#change(place), 'counter'))
    if (random.chance(0.9) || parts.length === 0)
      parts.push(this.#fitting(parts, () => this.#ending(place, sub), 'accept'))
    return parts.join(' ')
  }

  #fitting(beside: readonly string[], make: () => string | null, otherwise: string): string {
    for (let tries = 0; tries < 30; tries++) {
      const made = make()
      if (made !== null && fits([...beside, made])) return made
    }
    return otherwise
  }

  #change({ family, isNat }: LinkPlace): string | null {
    const random = this.#random
    return random.pick([
      `meta mark set ${random.whole(0, 3)}`,
      'counter',
      ...(family === 'bridge' && !isNat ? ['meta mark set meta mark or 0x2'] : []),
      ...(family === 'netdev' ? ['ip dscp set cs1'] : []),
    ])
  }

  #ending({ family, hook, isNat }: LinkPlace, sub: string | undefined): string | null {
    const random = this.#random
    if (isNat && random.chance(0.7)) {
      return hook === 'postrouting'
        ? random.pick(['masquerade', 'snat ip to 10.8.0.99'])
        : random.pick(['dnat ip to 10.9.0.3', 'dnat ip to 10.8.0.2', 'tcp dport 22 redirect to :80'])
    }
    const rejects = ['reject', 'reject with tcp reset', 'reject with icmpx admin-prohibited']
    const isRejecting =
      !isNat &&
      ((family === 'inet' && hook !== 'postrouting' && hook !== 'egress') ||
        (family === 'netdev' && hook === 'ingress'))
    return random.pick([
      ...['accept', 'accept', 'drop', 'drop', 'return'],
      ...(sub === undefined ? [] : [`jump ${sub}`, `jump ${sub}`, `goto ${sub}`]),
      ...(isRejecting ? rejects : []),
      ...(family === 'netdev' && !isNat ? [`fwd to "${random.pick(['e0', 'e1', 'w1'])}"`] : []),
      `iifname vmap { "w0" : ${random.pick(['accept', 'drop', 'return'])}, "e0" : ${random.pick(['accept', 'drop'])}, "br0" : drop }`,
    ])
  }
}
