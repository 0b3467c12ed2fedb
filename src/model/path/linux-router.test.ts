/** A host that remembers: what packet after packet comes to. That Linux does so is judged in test/kernel/nat. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import type { Packet } from '../filter/packet.ts'
import { CONNTRACK_DEFAULTS } from '../nat/linux/linux.ts'
import { type Host, LOCAL_TABLE, MAIN_TABLE, type Route } from './host.ts'
import { LinuxRouter, type LinuxRouterOptions } from './linux-router.ts'

const [CLIENT, OTHER, INNER, OUTER, SERVER] = [0x0a000002, 0x0a000003, 0x0a000001, 0xc6336401, 0xc6336402]
const route = (kind: Route['kind'], destination: number, prefixLength: number, device: string): Route => ({
  family: 'ipv4',
  kind,
  destination,
  prefixLength,
  device,
  metric: 0,
  table: kind === 'local' ? LOCAL_TABLE : MAIN_TABLE,
})
const HOST: Host = {
  addresses: [
    { family: 'ipv4', address: INNER, prefixLength: 24, device: 'lan' },
    { family: 'ipv4', address: OUTER, prefixLength: 24, device: 'wan' },
  ],
  routes: [
    route('local', INNER, 32, 'lan'),
    route('local', OUTER, 32, 'wan'),
    route('unicast', 0x0a000000, 24, 'lan'),
    route('unicast', 0, 0, 'wan'),
  ],
  forwards: { ipv4: true, ipv6: false },
}
const chain = (name: string, head: string, ...rules: readonly string[]): string =>
  `chain ${name} {\ntype ${head}\n${rules.join('\n')}\n}`
const rules = (...chains: readonly string[]): string => `table inet t {\n${chains.join('\n')}\n}`
const MASQUERADE = rules(chain('post', 'nat hook postrouting priority 100', 'oifname "wan" masquerade'))

function routerOf(text: string, options: Partial<LinuxRouterOptions> = {}): LinuxRouter {
  let state = 1
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return new LinuxRouter(parseNftText(text).ruleset, HOST, { random, ...options })
}

const udp = (source: number, sourcePort: number, destination = SERVER, destinationPort = 53): Packet => ({
  family: 'ipv4',
  protocol: 17,
  source,
  destination,
  sourcePort,
  destinationPort,
})
const tcp = (tcpFlags: number, more: Partial<Packet> = {}): Packet => ({
  ...udp(CLIENT, 4000, SERVER, 80),
  protocol: 6,
  tcpFlags,
  ...more,
})
const back = { source: SERVER, destination: OUTER, sourcePort: 80, destinationPort: 4000 }

test('what goes out is translated, what comes back is translated back', () => {
  const router = routerOf(MASQUERADE)
  const out = router.receive({ packet: udp(CLIENT, 4000), from: 'lan' }, 0)
  assert.deepEqual([out.end, out.packet.source, out.packet.sourcePort], ['sent', OUTER, 4000])
  const answer = router.receive({ packet: udp(SERVER, 53, OUTER, 4000), from: 'wan' }, 10)
  assert.deepEqual([answer.end, answer.packet.destination], ['sent', CLIENT])
  assert.equal(answer.surroundings.conntrack?.state, 'established')
  assert.equal(router.table.size, 1)
})

test('the same seed, the same ports', () => {
  const ports = (): number[] => {
    const router = routerOf(MASQUERADE)
    return [CLIENT, OTHER, OTHER + 1, OTHER + 2].map(
      client => router.receive({ packet: udp(client, 4000), from: 'lan' }, 0).packet.sourcePort!,
    )
  }
  assert.deepEqual(ports(), ports())
  assert.equal(new Set(ports()).size, 4)
})

test('whoever says where the search begins, says which port it is', () => {
  const chance = { offset: () => 5000 }
  const router = routerOf(MASQUERADE, { chance })
  router.receive({ packet: udp(CLIENT, 4000), from: 'lan' }, 0)
  const second = router.receive({ packet: udp(OTHER, 4000), from: 'lan' }, 0)
  assert.equal(second.packet.sourcePort, 1024 + 5000)
})

test('nothing is remembered where no rule asks for it', () => {
  const router = routerOf(rules(chain('fw', 'filter hook forward priority 0', 'udp dport 54 drop')))
  assert.equal(router.receive({ packet: udp(CLIENT, 4000), from: 'lan' }, 0).end, 'sent')
  assert.equal(router.table.size, 0)
})

test('a packet that a rule drops makes no connection, but one that is known moves on', () => {
  const router = routerOf(
    rules(
      chain('fw', 'filter hook forward priority 0', 'ct state new udp dport 54 drop', 'tcp flags rst drop'),
    ),
  )
  router.receive({ packet: udp(CLIENT, 4000, SERVER, 54), from: 'lan' }, 0)
  assert.equal(router.table.size, 0)
  router.receive({ packet: tcp(2), from: 'lan' }, 0)
  router.receive({ packet: tcp(18, { ...back, destination: CLIENT }), from: 'wan' }, 0)
  const reset = router.receive({ packet: tcp(4), from: 'lan' }, 0)
  assert.equal(reset.end, 'filtered')
  const [entry] = [...router.table.entries(0)]
  assert.equal(entry?.tcp?.state, 8, 'closed all the same')
})

test('a connection whose numbers nobody tells goes through its states', () => {
  const router = routerOf(MASQUERADE)
  const steps: [Packet, string][] = [
    [tcp(2), 'lan'],
    [tcp(18, back), 'wan'],
    [tcp(16), 'lan'],
    [tcp(17), 'lan'],
    [tcp(17, back), 'wan'],
    [tcp(16), 'lan'],
  ]
  const states = steps.map(([packet, from]) => {
    router.receive({ packet, from }, 0)
    return [...router.table.entries(0)][0]!.tcp!.state
  })
  assert.deepEqual(states, [1, 2, 3, 4, 6, 7])
})

test('what a limit of entries leaves no room for is lost, and counted', () => {
  const settings = { ...CONNTRACK_DEFAULTS, max: 1, buckets: 1_000_000 }
  const router = routerOf(MASQUERADE, { settings, random: () => 0.5 })
  assert.equal(router.receive({ packet: udp(CLIENT, 4000), from: 'lan' }, 0).end, 'sent')
  const lost = router.receive({ packet: udp(OTHER, 4001), from: 'lan' }, 0)
  assert.deepEqual([lost.end, lost.decision.kind], ['filtered', 'drop'])
  assert.equal(router.table.counters.drop, 1)
})

test('chance in rules is drawn', () => {
  const router = routerOf(
    rules(
      chain(
        'pre',
        'nat hook prerouting priority -100',
        'dnat ip to numgen random mod 2 map { 0 : 10.0.0.8, 1 : 10.0.0.9 }',
      ),
    ),
  )
  const targets = Array.from(
    { length: 40 },
    (_, i) => router.receive({ packet: udp(SERVER, 1000 + i, OUTER, 53), from: 'wan' }, 0).packet.destination,
  )
  const first = targets.filter(one => one === 0x0a000008).length
  assert.ok(first > 5 && first < 35, `${first} of 40`)
  assert.equal(new Set(targets).size, 2)
})

test('made here: a connection of the host’s own, and an error about it', () => {
  const router = routerOf(MASQUERADE)
  const made = router.make({ packet: udp(OUTER, 5000) }, 0)
  assert.deepEqual([made.end, made.packet.sourcePort], ['sent', 5000])
  const error: Packet = {
    family: 'ipv4',
    protocol: 1,
    source: SERVER,
    destination: OUTER,
    icmpType: 3,
    icmpCode: 3,
  }
  const quoted = {
    protocol: 17,
    tuple: { source: OUTER, destination: SERVER, sourcePort: 5000, destinationPort: 53 },
  }
  const heard = router.receive({ packet: error, from: 'wan', quoted }, 1)
  assert.deepEqual([heard.end, heard.surroundings.conntrack?.state], ['delivered', 'related'])
  assert.deepEqual(heard.quoted, quoted)
})

test('an error about a translated packet quotes it as its sender knows it', () => {
  const router = routerOf(MASQUERADE)
  router.receive({ packet: udp(CLIENT, 4000), from: 'lan' }, 0)
  const error: Packet = {
    family: 'ipv4',
    protocol: 1,
    source: SERVER,
    destination: OUTER,
    icmpType: 3,
    icmpCode: 3,
  }
  const tuple = { source: OUTER, destination: SERVER, sourcePort: 4000, destinationPort: 53 }
  const heard = router.receive({ packet: error, from: 'wan', quoted: { protocol: 17, tuple } }, 1)
  assert.deepEqual([heard.end, heard.packet.destination], ['sent', CLIENT])
  assert.deepEqual(heard.quoted, { protocol: 17, tuple: { ...tuple, source: CLIENT } })
})
