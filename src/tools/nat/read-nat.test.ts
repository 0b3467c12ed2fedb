/** What is read of a machine in memory: which rule made a connection, or why that isn't known; pools; findings; changes. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { gateway, guarded } from '../../../test/golden/gateway.ts'
import { known, unknown } from '../../model/known.ts'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import type { ConnectionChange } from '../../os/os.ts'
import { readNat } from './read-nat.ts'
import { watchNat } from './watch-nat.ts'

/** Reads, turning the clock for whoever waits for a second look. */
async function look(description: MachineDescription, request = {}) {
  const os = openMemory(description)
  const reading = readNat(os, request)
  let done = false
  void reading.finally(() => {
    done = true
  })
  while (!done) {
    if (os.clock.sleepers > 0) await os.clock.advance(2000)
    await new Promise(resolve => setImmediate(resolve))
  }
  return reading
}

test('a rule that is there no more is not named', async () => {
  const { entries } = await look(gateway)
  assert.ok(entries.known)
  const proofs = entries.value.map(({ connection, proof }) => [
    connection.reply.source.address,
    'unknown' in proof ? proof.unknown : proof.rules.map(({ handle }) => handle),
  ])
  assert.deepEqual(Object.fromEntries(proofs), {
    '203.0.113.7': [7],
    '203.0.113.53': [7],
    '192.168.1.5': [4],
    '192.168.1.6': [5],
    '192.168.1.9': 'changed',
  })
})

test('a port that the rule as it is now doesn’t give is another rule’s', async () => {
  const tracked = [40_009, 45_000].map(port => ({
    original: `tcp 192.168.1.20:${port} > 203.0.113.7:443`,
    reply: `tcp 203.0.113.7:443 > 198.51.100.1:${port}`,
  }))
  const { entries } = await look({ ...gateway, tracked })
  assert.ok(entries.known)
  assert.deepEqual(
    entries.value.map(({ proof }) => ('unknown' in proof ? proof.unknown : proof.rules.length)),
    [1, 'changed'],
  )
})

test('where the rules can’t be read, none is named', async () => {
  const { entries } = await look({ ...guarded, tracked: gateway.tracked! })
  assert.ok(entries.known)
  assert.deepEqual(
    new Set(entries.value.map(({ proof }) => ('unknown' in proof ? proof.unknown : proof.rules.length))),
    new Set(['rules-hidden']),
  )
})

test('hidden connections are told with the reason, beside what is known', async () => {
  const { entries, complete, table, warnings } = await look(guarded)
  assert.deepEqual(entries, unknown('denied'))
  assert.equal(complete, false)
  assert.equal(table.known && table.value.entries, 17)
  assert.match(warnings.join(), /connections could not be read/)
})

test('a pool belongs to an external address and a destination', async () => {
  const { pools, sources } = await look(gateway)
  assert.deepEqual(
    pools.map(({ protocol, external, destination, used, ports }) => [
      protocol,
      external,
      destination.port,
      used,
      ports,
    ]),
    [
      [6, '198.51.100.1', 443, 10, 10],
      [17, '198.51.100.1', 53, 1, 10],
    ],
  )
  assert.deepEqual(
    sources.map(({ address, entries, share }) => [address, entries, share]),
    [
      ['192.168.1.20', 10, 0.9],
      ['192.168.1.21', 1, 0.1],
    ],
  )
})

const counters = (entries: number) => ({
  conntrack: { entries, limit: 1000, drop: known(0), insertFailed: known(0), earlyDrop: known(0) },
})
for (const [entries, severity] of [
  [799, undefined],
  [800, 'medium'],
  [950, 'high'],
] as const)
  test(`a table with ${entries} of 1000 is ${severity ?? 'not worth a word'}`, async () => {
    const { findings } = await look({ ...gateway, tracked: [], counters: counters(entries) })
    assert.deepEqual(
      findings.map(one => [one.code, one.severity]),
      severity === undefined ? [] : [['conntrack-table-full', severity]],
    )
  })

test('a full pool is proven to drop when the counters rise between two looks', async () => {
  let asked = 0
  const os = openMemory(gateway)
  const rising: typeof os = {
    ...os,
    counters: async () => {
      const told = await os.counters()
      const { conntrack } = told
      assert.ok(conntrack.known)
      return { ...told, conntrack: known({ ...conntrack.value, insertFailed: known(4 + 3 * asked++) }) }
    },
  }
  const reading = readNat(rising)
  while (os.clock.sleepers === 0) await new Promise(resolve => setImmediate(resolve))
  await os.clock.advance(2000)
  const { findings } = await reading
  assert.equal(findings[0]!.code, 'snat-ports-exhausted')
  assert.equal(findings[0]!.certainty, 'proven')
  assert.match(findings[0]!.evidence.at(-1)!.says, /rose by 3/)
})

test('one that answers is no silent target, and one question is none yet', async () => {
  const sent = (port: number, answered: boolean) => ({
    original: `udp 203.0.113.98:${port} > 198.51.100.1:5060`,
    reply: `udp 192.168.1.6:5060 > 203.0.113.98:${port}`,
    answered,
  })
  for (const tracked of [[sent(1, false)], [sent(1, false), sent(2, false), sent(3, true)]]) {
    const { findings } = await look({ ...gateway, tracked })
    assert.deepEqual(findings, [])
  }
})

test('all connections, and those of a query', async () => {
  const count = async (request: object) => {
    const { entries } = await look(gateway, request)
    return entries.known && entries.value.length
  }
  assert.equal(await count({ all: true }), 16)
  assert.equal(await count({}), 15)
  assert.equal(await count({ query: { protocols: [17] } }), 3)
  assert.equal(await count({ all: true, query: { port: 22 } }), 1)
  assert.equal(await count({ query: { port: 22 } }), 0)
})

test('changes of translated connections are told, and of others if asked for', async () => {
  for (const [all, expected] of [
    [false, ['listening', 'new 53', 'destroy 53']],
    [true, ['listening', 'new 22', 'new 53', 'destroy 53']],
  ] as const) {
    const os = openMemory(gateway)
    const stop = new AbortController()
    const told: string[] = []
    const say = (change: ConnectionChange) =>
      'connection' in change ? `${change.kind} ${change.connection.original.destination.port}` : change.kind
    for await (const change of watchNat(os, { all, signal: stop.signal })) {
      told.push(say(change))
      if (change.kind === 'listening') {
        os.machine.track({ original: 'tcp 192.168.1.20:40101 > 192.168.1.1:22' })
        const dns = os.machine.track({
          original: 'udp 192.168.1.22:6000 > 203.0.113.53:53',
          reply: 'udp 203.0.113.53:53 > 198.51.100.1:40004',
        })
        os.machine.untrack(dns)
      }
      if (change.kind === 'destroy') stop.abort()
    }
    assert.deepEqual(told, expected)
  }
})
