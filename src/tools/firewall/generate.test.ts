/** What a policy lets in, whichever language it is written in: the evaluator asked about packets. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { addressScalar } from '../../model/filter/address-scalar.ts'
import { decideAtHook } from '../../model/filter/evaluate.ts'
import type { ConntrackState, Packet } from '../../model/filter/packet.ts'
import { type Policy, readPolicy } from '../../model/filter/policy.ts'
import { parseIptablesSave } from '../../wire/iptables-save/iptables-save.ts'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import { generateRules } from './generate.ts'

const policy: Policy = readPolicy(
  {
    allow: [
      { port: 22, from: ['10.0.0.0/8', '2001:db8::/32'], comment: 'ssh' },
      { port: [80, '8000-8999'], protocol: ['tcp', 'udp'] },
      { port: 53, protocol: 'udp', to: '192.0.2.1' },
      { port: 9, interface: 'eth7' },
    ],
  },
  'policy',
  () => '',
)

interface Around {
  readonly state?: ConntrackState
  readonly by?: string
}
type Row = readonly [what: string, packet: Packet, passes: boolean, around?: Around]

const V4 = { family: 'ipv4', destination: addressScalar(parseAddress('192.0.2.1')) } as const
const V6 = { family: 'ipv6', destination: addressScalar(parseAddress('2001:db8::1')) } as const
const from = (address: string) => ({ source: addressScalar(parseAddress(address)) })
const tcp = (sourcePort: number, destinationPort: number) =>
  ({ protocol: 6, sourcePort, destinationPort, tcpFlags: 2 }) as const
const udp = (sourcePort: number, destinationPort: number) =>
  ({ protocol: 17, sourcePort, destinationPort }) as const
const icmp = (icmpType: number, protocol = 1) => ({ protocol, icmpType, icmpCode: 0 }) as const
const hops = (hoplimit: number) => ({ fields: new Map([['ip6 hoplimit', hoplimit]]) })

const FAR = from('198.51.100.7')
const FAR6 = from('2001:db8:7::7')
const LINK = from('fe80::1')

const ROWS: readonly Row[] = [
  ['ssh from where it may', { ...V4, ...from('10.1.2.3'), ...tcp(40_000, 22) }, true],
  ['ssh from elsewhere', { ...V4, ...FAR, ...tcp(40_000, 22) }, false],
  ['ssh over IPv6', { ...V6, ...from('2001:db8:7::7'), ...tcp(40_000, 22) }, true],
  ['ssh over IPv6 from elsewhere', { ...V6, ...from('2001:dead::7'), ...tcp(40_000, 22) }, false],
  ['the web', { ...V4, ...FAR, ...tcp(40_000, 80) }, true],
  ['a port of a range', { ...V6, ...FAR6, ...udp(40_000, 8500) }, true],
  ['a port beside the range', { ...V6, ...FAR6, ...udp(40_000, 9000) }, false],
  ['DNS at its address', { ...V4, ...FAR, ...udp(40_000, 53) }, true],
  ['DNS over tcp', { ...V4, ...FAR, ...tcp(40_000, 53) }, false],
  ['by the interface that is named', { ...V4, ...FAR, ...tcp(40_000, 9) }, true, { by: 'eth7' }],
  ['by another interface', { ...V4, ...FAR, ...tcp(40_000, 9) }, false],
  ['loopback', { ...V4, ...FAR, ...tcp(40_000, 25) }, true, { by: 'lo' }],
  ['an answer', { ...V4, ...FAR, ...tcp(443, 40_000) }, true, { state: 'established' }],
  ['an error about what we sent', { ...V4, ...FAR, ...icmp(3) }, true, { state: 'related' }],
  ['an unknown port', { ...V4, ...FAR, ...tcp(40_000, 25) }, false],
  ['ping', { ...V4, ...FAR, ...icmp(8) }, true],
  ['ping over IPv6', { ...V6, ...FAR6, ...icmp(128, 58), ...hops(60) }, true],
  ['a redirect', { ...V4, ...FAR, ...icmp(5) }, false],
  ['packet too big', { ...V6, ...FAR6, ...icmp(2, 58), ...hops(60) }, true],
  ['neighbour solicitation', { ...V6, ...LINK, ...icmp(135, 58), ...hops(255) }, true],
  ['neighbour advertisement', { ...V6, ...LINK, ...icmp(136, 58), ...hops(255) }, true],
  ['router advertisement', { ...V6, ...LINK, ...icmp(134, 58), ...hops(255) }, true],
  ['a neighbour from far away', { ...V6, ...FAR6, ...icmp(135, 58), ...hops(64) }, false],
  ['multicast listener query', { ...V6, ...LINK, ...icmp(130, 58), ...hops(1) }, true],
  ['DHCP', { ...V4, ...from('192.0.2.254'), ...udp(67, 68) }, true],
  ['DHCPv6', { ...V6, ...LINK, ...udp(547, 546) }, true],
  ['DHCPv6 from far away', { ...V6, ...FAR6, ...udp(547, 546) }, false],
]

const nft = parseNftText(generateRules(policy, 'nft')[0]!.text).ruleset
/** As iptables-save tells them once they are loaded: the chain of the kernel is there by itself. */
const saved = generateRules(policy, 'iptables').map(({ text }) =>
  text.replace(':PORTOLAN', ':INPUT ACCEPT [0:0]\n:PORTOLAN'),
)
const iptables = {
  tables: [
    ...parseIptablesSave(saved[0]!, { family: 'ip', backend: 'iptables-nft' }).tables,
    ...parseIptablesSave(saved[1]!, { family: 'ip6', backend: 'iptables-nft' }).tables,
  ],
}

for (const [language, ruleset] of [
  ['nft', nft],
  ['iptables', iptables],
] as const) {
  for (const [what, packet, passes, { state = 'new', by = 'eth0' } = {}] of ROWS) {
    test(`${language}: ${what} ${passes ? 'comes in' : 'does not'}`, () => {
      const around = {
        inputInterface: by,
        outputInterface: null,
        conntrack: { state, direction: 'original' },
      } as const
      const { decision } = decideAtHook(ruleset, 'input', packet, around)
      assert.equal(decision.kind, passes ? 'accept' : 'drop')
    })
  }
}

test('ufw gets a command for each source, port and protocol, in the words of ufw(8)', () => {
  const [file] = generateRules(policy, 'ufw')
  assert.deepEqual(file!.text.trimEnd().split('\n').slice(0, 5), [
    'ufw default allow outgoing',
    'ufw default deny incoming',
    "ufw allow proto tcp from 10.0.0.0/8 to 0.0.0.0/0 port 22 comment 'ssh'",
    "ufw allow proto tcp from 2001:db8::/32 to ::/0 port 22 comment 'ssh'",
    'ufw allow proto tcp from any to any port 80',
  ])
})
