/** Rows by RFC 3704 and ip-sysctl of Linux (`rp_filter`, `accept_local`, `route_localnet`). */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Packet } from '../filter/packet.ts'
import { type Host, LOCAL_TABLE, MAIN_TABLE, type Route } from './host.ts'
import { type ReversePathAnswer, type ReversePathSettings, reversePathOf } from './reverse-path.ts'

const v4 = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const route = (kind: Route['kind'], network: string, device?: string): Route => {
  const [address = '', length = ''] = network.split('/')
  return {
    family: 'ipv4',
    kind,
    destination: v4(address),
    prefixLength: Number(length),
    metric: 0,
    table: kind === 'local' ? LOCAL_TABLE : MAIN_TABLE,
    ...(device === undefined ? {} : { device }),
  }
}
/** eth0 leads to 10.1/16 alone, eth1 to 10.2/16 alone, 10.3/16 is reached by both, 10.4/16 is refused. */
const ROUTES = [
  route('local', '10.1.0.1/32', 'eth0'),
  route('local', '127.0.0.0/8', 'lo'),
  route('unicast', '10.1.0.0/16', 'eth0'),
  route('unicast', '10.2.0.0/16', 'eth1'),
  route('unicast', '10.3.0.0/16', 'eth1'),
  route('unicast', '10.3.0.0/16', 'eth0'),
  route('blackhole', '10.4.0.0/16'),
]
const HOST: Host = { addresses: [], routes: ROUTES, forwards: { ipv4: true, ipv6: true } }
const OFF: ReversePathSettings = { mode: 0, acceptLocal: false, routeLocalnet: false, usesMark: false }

/** What is asked of a packet to 10.1.0.1 that comes in by eth0, by the mode of the filter: off, strict, loose. */
const ROWS: readonly (readonly [
  source: string,
  off: ReversePathAnswer,
  strict: ReversePathAnswer,
  loose: ReversePathAnswer,
])[] = [
  ['10.1.0.9', 'passed', 'passed', 'passed'],
  ['10.2.0.9', 'passed', 'other-way', 'passed'],
  ['10.3.0.9', 'passed', 'passed', 'passed'],
  // Counted as by the filter (TcpExtIPReversePathFilter on Linux 6.18).
  ['10.4.0.9', 'passed', 'no-way', 'no-way'],
  ['10.9.0.9', 'passed', 'no-way', 'no-way'],
  ['10.1.0.1', 'own', 'own', 'own'],
  ['127.0.0.9', 'martian', 'martian', 'martian'],
  ['224.0.0.9', 'martian', 'martian', 'martian'],
  ['255.255.255.255', 'martian', 'martian', 'martian'],
  ['0.0.0.9', 'martian', 'martian', 'martian'],
]
const packet = (source: string, destination = '10.1.0.1'): Packet => ({
  family: 'ipv4',
  source: v4(source),
  destination: v4(destination),
})

for (const [source, ...wanted] of ROWS)
  test(`from ${source} by eth0`, () =>
    assert.deepEqual(
      ([0, 1, 2] as const).map(mode => reversePathOf(HOST, packet(source), 'eth0', 0, { ...OFF, mode })),
      wanted,
    ))

const ALONE: readonly (readonly [name: string, ReversePathAnswer, ReversePathAnswer])[] = [
  [
    'accept_local lets one’s own addresses come in',
    reversePathOf(HOST, packet('10.1.0.1'), 'eth0', 0, { ...OFF, acceptLocal: true }),
    'passed',
  ],
  [
    'route_localnet lets 127.0.0.0/8 be elsewhere, where it isn’t one’s own',
    reversePathOf(HOST, packet('10.1.0.9', '127.0.0.1'), 'eth0', 0, { ...OFF, routeLocalnet: true }),
    'passed',
  ],
  [
    'to 127.0.0.1 from outside',
    reversePathOf(HOST, packet('10.1.0.9', '127.0.0.1'), 'eth0', 0, OFF),
    'martian',
  ],
  [
    'who has no address yet asks everybody',
    reversePathOf(HOST, packet('0.0.0.0', '255.255.255.255'), 'eth0', 0, { ...OFF, mode: 1 }),
    'passed',
  ],
  [
    'loopback isn’t asked',
    reversePathOf(HOST, packet('127.0.0.1', '127.0.0.1'), 'lo', 0, { ...OFF, mode: 1 }),
    'passed',
  ],
  [
    'IPv6 has no such filter',
    reversePathOf(HOST, { family: 'ipv6', source: 1n, destination: 2n }, 'eth0', 0, { ...OFF, mode: 1 }),
    'passed',
  ],
]
for (const [name, answer, wanted] of ALONE) test(name, () => assert.equal(answer, wanted))

test('with rules of one’s own the way back is looked up even where the filter is off', () => {
  const host: Host = {
    ...HOST,
    rules: [
      { family: 'ipv4', priority: 0, action: LOCAL_TABLE },
      { family: 'ipv4', priority: 100, action: MAIN_TABLE },
    ],
  }
  const odd = [...ROUTES, route('broadcast', '10.5.0.255/32', 'eth0')]
  const asked = packet('10.5.0.255')
  assert.equal(reversePathOf({ ...HOST, routes: odd }, asked, 'eth0', 0, OFF), 'passed')
  assert.equal(reversePathOf({ ...host, routes: odd }, asked, 'eth0', 0, OFF), 'martian')
  // One that refuses is no way back, which only the filter minds.
  assert.equal(reversePathOf(host, packet('10.4.0.9'), 'eth0', 0, OFF), 'passed')
})
test('the mark leads back by another table only where that is said', () => {
  const host: Host = {
    ...HOST,
    routes: [...ROUTES, { ...route('unicast', '10.2.0.0/16', 'eth0'), table: 7 }],
    rules: [
      { family: 'ipv4', priority: 1, action: 7, mark: { value: 7, mask: 0xff } },
      { family: 'ipv4', priority: 100, action: MAIN_TABLE },
    ],
  }
  const ask = (usesMark: boolean) =>
    reversePathOf(host, packet('10.2.0.9'), 'eth0', 7, { ...OFF, mode: 1, usesMark })
  assert.deepEqual([ask(true), ask(false)], ['passed', 'other-way'])
})

test('a rule for what comes in by a device holds for the way back only where the packet goes out by it', () => {
  const host: Host = {
    ...HOST,
    routes: [...ROUTES, { ...route('unicast', '10.1.0.0/16', 'eth1'), table: 7 }],
    rules: [
      { family: 'ipv4', priority: 0, action: LOCAL_TABLE },
      { family: 'ipv4', priority: 1, action: 7, inputInterface: 'eth1' },
      { family: 'ipv4', priority: 2, action: 7, inputInterface: 'eth0' },
      { family: 'ipv4', priority: 100, action: MAIN_TABLE },
    ],
  }
  const ask = (out?: string) =>
    reversePathOf(
      host,
      packet('10.1.0.9'),
      'eth0',
      0,
      { ...OFF, mode: 1 },
      ...(out === undefined ? [] : [out]),
    )
  assert.deepEqual([ask(), ask('eth1')], ['passed', 'other-way'])
})
