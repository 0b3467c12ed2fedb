/** Which hooks a packet meets, where it ends, what is told of it. That it is so on Linux is judged in test/kernel/filter. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import type { Packet } from '../filter/packet.ts'
import type { Ruleset } from '../filter/ruleset.ts'
import { type Host, LOCAL_TABLE, MAIN_TABLE, type Route } from './host.ts'
import { type Path, pathOf } from './path.ts'
import { routeFor } from './routing.ts'

const [OUTSIDE, ME, INSIDE_ME, INSIDE, LOOPBACK] = [
  0xc0000209, 0xc0000201, 0x0a000001, 0x0a000009, 0x7f000001,
]
const route = (kind: Route['kind'], destination: number, prefixLength: number, device?: string): Route => ({
  family: 'ipv4',
  kind,
  destination,
  prefixLength,
  metric: 0,
  table: kind === 'local' ? LOCAL_TABLE : MAIN_TABLE,
  ...(device === undefined ? {} : { device }),
})
const HOST: Host = {
  addresses: [
    { family: 'ipv4', address: ME, prefixLength: 24, device: 'wan' },
    { family: 'ipv4', address: INSIDE_ME, prefixLength: 24, device: 'lan' },
  ],
  routes: [
    route('local', ME, 32, 'wan'),
    route('local', INSIDE_ME, 32, 'lan'),
    route('local', LOOPBACK, 8, 'lo'),
    route('unicast', 0xc0000200, 24, 'wan'),
    route('unicast', 0x0a000000, 24, 'lan'),
    route('unreachable', 0x0a630000, 16),
  ],
  forwards: { ipv4: true, ipv6: false },
}
const NOTHING: Ruleset = { tables: [] }
const packet = (source: number, destination: number, more: Partial<Packet> = {}): Packet => ({
  family: 'ipv4',
  protocol: 6,
  source,
  destination,
  sourcePort: 4000,
  destinationPort: 80,
  tcpFlags: 2,
  ...more,
})
const way = ({ stages, end }: Path): string =>
  [...stages.map(stage => (stage.kind === 'hook' ? stage.hook : `(${stage.route.kind})`)), end].join(' ')

const ROWS: readonly (readonly [name: string, from: string | null, packet: Packet, wanted: string])[] = [
  ['for the host', 'wan', packet(OUTSIDE, ME), 'ingress prerouting (local) input delivered'],
  [
    'for somebody behind it',
    'wan',
    packet(OUTSIDE, INSIDE),
    'ingress prerouting (unicast) forward postrouting egress sent',
  ],
  ['made here', null, packet(ME, OUTSIDE), '(unicast) output postrouting egress sent'],
  [
    'made here, for here',
    null,
    packet(ME, ME),
    '(local) output postrouting egress ingress prerouting input delivered',
  ],
  ['no route', 'wan', packet(OUTSIDE, 0x08080808), 'ingress prerouting (none) no-route'],
  ['a route that refuses', 'wan', packet(OUTSIDE, 0x0a630001), 'ingress prerouting (unreachable) no-route'],
  [
    'its time is over',
    'wan',
    packet(OUTSIDE, INSIDE, { fields: new Map([['ip ttl', 1]]) }),
    'ingress prerouting (unicast) expired',
  ],
]

for (const [name, from, sent, wanted] of ROWS) {
  test(name, () => assert.equal(way(pathOf(NOTHING, HOST, { packet: sent, from, connections: [] })), wanted))
}

test('a host that passes nothing on', () => {
  const host = { ...HOST, forwards: { ipv4: false, ipv6: false } }
  const path = pathOf(NOTHING, host, { packet: packet(OUTSIDE, INSIDE), from: 'wan', connections: [] })
  assert.equal(path.end, 'not-forwarding')
  assert.equal(path.decision.kind, 'drop')
})

const published = parseNftText(`table ip t {
  chain pre { type nat hook prerouting priority -100; policy accept; tcp dport 80 dnat to 10.0.0.9:8080; }
  chain fw { type filter hook forward priority 0; policy drop; ct state established accept; tcp dport 8080 accept; }
}`).ruleset

test('a published port: the packet after each stage, the connection, and the way back', () => {
  const there = pathOf(published, HOST, { packet: packet(OUTSIDE, ME), from: 'wan', connections: [] })
  assert.equal(way(there), 'ingress prerouting (unicast) forward postrouting egress sent')
  assert.equal(there.decision.rule?.chain, 'fw')
  assert.deepEqual(
    there.stages.map(stage => [stage.packet.destination, stage.packet.destinationPort]),
    [[ME, 80], ...Array.from({ length: 5 }, () => [INSIDE, 8080])],
  )
  assert.equal(there.connections.length, 1)
  const answer = packet(INSIDE, OUTSIDE, { sourcePort: 8080, destinationPort: 4000, tcpFlags: 18 })
  const back = pathOf(published, HOST, { packet: answer, from: 'lan', connections: there.connections })
  assert.equal(back.decision.rule?.index, 0)
  assert.deepEqual([back.packet.source, back.packet.sourcePort], [ME, 80])
})

test('where connections aren’t known, the answer says what it depends on', () => {
  const { decision } = pathOf(published, HOST, { packet: packet(OUTSIDE, INSIDE), from: 'wan' })
  assert.equal(decision.kind, 'depends')
  assert.ok(decision.unknown.some(({ expression }) => /ct state/.test(expression)))
})

test('the longest prefix, then the lowest metric; a rule with a mark before the usual ones', () => {
  const host: Host = {
    ...HOST,
    routes: [
      ...HOST.routes,
      { ...route('unicast', 0, 0, 'wan'), metric: 10 },
      { ...route('unicast', 0, 0, 'lan'), metric: 5 },
      { ...route('unicast', 0, 0, 'vpn'), table: 100 },
    ],
    rules: [
      { family: 'ipv4', priority: 0, action: LOCAL_TABLE },
      { family: 'ipv4', priority: 10, action: 100, mark: { value: 1, mask: 0xff } },
      { family: 'ipv4', priority: 32_766, action: MAIN_TABLE },
    ],
  }
  const out = (destination: number, mark = 0): string | undefined =>
    routeFor(host, { family: 'ipv4', destination, mark }).device
  assert.equal(out(INSIDE), 'lan')
  assert.equal(out(0x08080808), 'lan')
  assert.equal(out(0x08080808, 0x101), 'vpn')
  assert.equal(out(0x08080808, 2), 'lan')
})
