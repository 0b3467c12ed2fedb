/** What is said of a bridge where something about it isn't known. That the rest is so on Linux is judged in test/kernel/filter/link. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import type { InterfaceFacts, Packet } from '../filter/packet.ts'
import type { Bridge } from './bridge.ts'
import { type Host, LOCAL_TABLE, MAIN_TABLE, type Neighbour } from './host.ts'
import { pathOf } from './path.ts'

const [ME, ONE, TWO, FAR] = [0x0a090001, 0x0a090002, 0x0a090003, 0x08080808]
const HARDWARE = { br0: 0x0200000000b0, one: 0x020000000001, two: 0x020000000002 }

interface Known extends Partial<Bridge> {
  readonly neighbours?: readonly Neighbour[]
  readonly addresses?: boolean
  readonly forwards?: boolean
}

function hostWith({ neighbours, addresses = true, forwards = true, ...bridge }: Known): Host {
  const ether = { type: 1, group: 0 }
  return {
    addresses: addresses ? [{ family: 'ipv4', address: ME, prefixLength: 24, device: 'br0' }] : [],
    routes: addresses
      ? [
          {
            family: 'ipv4',
            kind: 'local',
            destination: ME,
            prefixLength: 32,
            metric: 0,
            table: LOCAL_TABLE,
            device: 'br0',
          },
          {
            family: 'ipv4',
            kind: 'unicast',
            destination: 0x0a090000,
            prefixLength: 24,
            metric: 0,
            table: MAIN_TABLE,
            device: 'br0',
          },
          {
            family: 'ipv4',
            kind: 'unicast',
            destination: 0,
            prefixLength: 0,
            metric: 0,
            table: MAIN_TABLE,
            device: 'up',
          },
        ]
      : [],
    interfaces: new Map<string, InterfaceFacts>([
      ['br0', { index: 1, ...ether, hardware: HARDWARE.br0 }],
      ['up', { index: 2, ...ether }],
      ...['p0', 'p1', 'p2'].map((name, i): [string, InterfaceFacts] => [
        name,
        { index: 3 + i, ...ether, bridge: 'br0' },
      ]),
    ]),
    bridges: new Map([
      ['br0', { ports: ['p0', 'p1', 'p2'], lends: { ipv4: false, ipv6: false }, ...bridge }],
    ]),
    ...(neighbours === undefined ? {} : { neighbours }),
    forwards: { ipv4: forwards, ipv6: false },
  }
}

const packet = (source: number, destination: number, destinationPort = 22): Packet => ({
  family: 'ipv4',
  protocol: 6,
  source,
  destination,
  sourcePort: 4000,
  destinationPort,
  tcpFlags: 2,
})
const forward = (rules: string, family = 'bridge'): string =>
  `table ${family} b {\n chain f {\n type filter hook forward priority 0;\n ${rules}\n }\n}\n`
const NEIGHBOURS: readonly Neighbour[] = [{ device: 'br0', address: TWO, hardware: HARDWARE.two }]

type Row = readonly [
  name: string,
  rules: string,
  host: Known,
  packet: Packet,
  wanted: string,
  from?: string | null,
  out?: string,
]
const ROWS: readonly Row[] = [
  ['all ports alike', forward('tcp dport 22 drop'), {}, packet(ONE, TWO), 'drop'],
  [
    'nobody knows the port, and rules tell them apart',
    forward('oifname "p1" drop'),
    {},
    packet(ONE, TWO),
    'depends: it leaves br0 by p1 (drop, accept)',
  ],
  [
    'the port is known by the neighbour’s address',
    forward('oifname "p1" drop'),
    { neighbours: NEIGHBOURS, destinations: new Map([[HARDWARE.two, 'p2']]) },
    packet(ONE, TWO),
    'accept',
  ],
  [
    'an address that the bridge forgot may be anywhere',
    forward('oifname "p1" drop'),
    { neighbours: NEIGHBOURS, destinations: new Map() },
    packet(ONE, TWO),
    'depends: it leaves br0 by p1 (drop, accept)',
  ],
  ['the port is said', forward('oifname "p1" drop'), {}, packet(ONE, TWO), 'drop', 'p0', 'p1'],
  [
    'a frame for somebody beyond goes to the host or to another router',
    forward('tcp dport 22 drop'),
    {},
    packet(ONE, FAR),
    'depends: the frame is addressed to br0 (accept, drop)',
  ],
  [
    'a bridge without addresses has nothing for itself',
    forward('tcp dport 22 drop'),
    { addresses: false },
    packet(ONE, FAR),
    'drop',
  ],
  [
    'nobody knows whether it lends',
    forward('tcp dport 22 drop', 'ip'),
    { lends: undefined as never },
    packet(ONE, TWO),
    'depends: bridge-nf-call-iptables is on (drop, accept)',
  ],
  [
    'nobody knows whether it lends, and it makes no difference',
    forward('tcp dport 22 drop', 'ip'),
    { lends: undefined as never },
    packet(ONE, TWO, 80),
    'accept',
  ],
  [
    'isolated ports don’t hear one another',
    forward('oifname "p2" drop'),
    { isolated: ['p0', 'p1'] },
    packet(ONE, TWO),
    'drop',
  ],
  [
    'a port that sends back',
    forward('oifname "p0" drop'),
    { hairpins: ['p0'], isolated: ['p0', 'p1', 'p2'], destinations: new Map() },
    packet(ONE, TWO),
    'drop',
  ],
  [
    'by the bridge itself: by some port',
    forward('drop').replace('hook forward', 'hook input'),
    {},
    packet(ONE, ME),
    'drop',
    'br0',
  ],
  [
    'by the bridge itself, where ports differ',
    forward('iifname "p1" drop').replace('hook forward', 'hook input'),
    {},
    packet(ONE, ME),
    'depends: it came in by p0 (accept, depends),it came in by p1 (drop, accept)',
    'br0',
  ],
  [
    'what is made here, where ports differ',
    forward('oifname "p1" drop').replace('hook forward', 'hook output'),
    {},
    packet(ME, TWO),
    'depends: it leaves br0 by p0 (accept, depends),it leaves br0 by p1 (drop, accept)',
    null,
  ],
  [
    'the name of the bridge',
    forward('meta ibrname "br0" meta obrname "br0" drop'),
    {},
    packet(ONE, TWO),
    'drop',
  ],
  [
    'VLANs of a bridge that has none',
    forward('meta ibrpvid 1 drop'),
    { filtersVlans: false },
    packet(ONE, TWO),
    'accept',
  ],
  [
    'VLANs of a bridge that has some',
    forward('meta ibrpvid 1 drop'),
    { filtersVlans: true },
    packet(ONE, TWO),
    'depends: meta ibrpvid 1 (drop, accept)',
  ],
  [
    'a bridge rejects by itself, to one and not to many',
    forward('reject with icmp host-unreachable').replace('hook forward', 'hook prerouting'),
    {},
    packet(ONE, TWO),
    'reject icmp 3/1',
  ],
]
for (const [name, rules, known, asked, wanted, from = 'p0', out] of ROWS) {
  test(name, () => {
    const { decision } = pathOf(
      parseNftText(rules).ruleset,
      hostWith(known),
      {
        packet: asked,
        from,
        surroundings: {
          mark: 0,
          conntrack: { state: 'new', status: 0, mark: 0 },
          ...(out === undefined ? {} : { outputInterface: out }),
        },
      },
      { ties: 'last-first' },
    )
    const { kind, unknown, rejectWith } = decision
    const facts = unknown.map(one => `${one.expression} (${one.ifTrue}, ${one.ifFalse})`).join()
    const answer =
      rejectWith?.kind === 'icmp' ? ` ${rejectWith.kind} ${rejectWith.type}/${rejectWith.code}` : ''
    assert.equal(`${kind}${answer}${facts === '' ? '' : `: ${facts}`}`, wanted)
  })
}
