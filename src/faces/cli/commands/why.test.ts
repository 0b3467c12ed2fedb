import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { outpost } from '../../../../test/golden/outpost.ts'
import { parseAddress } from '../../../model/address.ts'
import { parsePort } from '../../../model/port.ts'
import { openMemory } from '../../../os/memory/memory.ts'
import { runFake } from '../fake-context.ts'

const linesOf = (out: string): Record<string, unknown>[] =>
  out.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]))

test('--watch tells each answer that is new, and ends with the first that is good', {
  timeout: 30_000,
}, async () => {
  const machine = openMemory(outpost)
  let up = false
  const os = {
    ...machine,
    reach: {
      ...machine.reach,
      attempt: (...[request, options]: Parameters<typeof machine.reach.attempt>) =>
        machine.reach.attempt(up ? { ...request, to: WORKING } : request, options),
    },
  }
  let done = false
  const running = runFake(['why', 'http://db.internal:5432/', '--watch', '-o', 'ndjson'], { os }).finally(
    () => {
      done = true
    },
  )
  // It works from the third second on; whatever waits has its time.
  for (let rounds = 0; !done && rounds < 1_000_000; rounds++) {
    await new Promise(resolve => setImmediate(resolve))
    if (machine.clock.sleepers === 0) continue
    await machine.clock.advance(1_000)
    up = machine.clock.now() > START + 3_000
  }
  const { out, status } = await running
  assert.deepEqual(
    linesOf(out).map(({ type, seq, verdict }) => ({ type, seq, verdict })),
    [
      { type: 'diagnosis', seq: 0, verdict: 'unreachable' },
      { type: 'diagnosis', seq: 1, verdict: 'reachable' },
    ],
  )
  assert.equal(status, 0)
})

const WORKING = { address: parseAddress('198.51.100.10'), port: parsePort('80') }
/** What the clock of the machine in memory begins with. */
const START = Date.UTC(2026, 0, 2, 3, 4, 5)

for (const [name, words, says] of [
  ['a port out of range', ['db.internal:70000'], /70000/],
  ['no port', ['db.internal'], /no port/],
  ['a protocol that can’t be tried', ['sctp/192.0.2.1:80'], /sctp/],
  ['a URL of a scheme that nobody knows', ['nonsense://db'], /nobody knows the port/],
  ['a password', ['postgres://app:secret@db/'], /password/],
  ['a flag that says another protocol', ['tcp/192.0.2.1:53', '--udp'], /the flag says udp/],
  ['a source that is a name', ['192.0.2.1:53', '--source', 'db'], /--source/],
  ['a source of the other family', ['198.51.100.10:80', '--source', '2001:db8::1'], /different families/],
  ['an interface that is not there', ['198.51.100.10:80', '--interface', 'eth7'], /no interface "eth7"/],
  ['a time that is too long', ['192.0.2.1:53', '--timeout', '2h'], /100ms to 1m/],
] as const)
  test(`bad input: ${name}`, async () => {
    const { status, err, out } = await runFake(['why', ...words], { os: openMemory(outpost) })
    assert.equal(status, 2)
    assert.match(err, says)
    assert.doesNotMatch(err + out, /secret/)
  })

test('of several targets one that can’t be reached decides', async () => {
  const { status } = await runFake(['why', 'http://shop.internal/', 'db.internal:5432'], {
    os: openMemory(outpost),
  })
  assert.equal(status, 1)
})

test('a host that can try nothing leaves it undecided', async () => {
  const os = openMemory(outpost)
  const blind = {
    ...os,
    reach: {
      ...os.reach,
      attempt: async () =>
        (await import('../../../os/attempt.ts')).noAttempt({ kind: 'broken', code: 'ENOSYS' }),
    },
  }
  const { status, out } = await runFake(['why', '198.51.100.10:80', '-o', 'json'], { os: blind })
  assert.equal(status, 6)
  assert.equal(JSON.parse(out).items[0].verdict, 'unknown')
})

const town = readFileSync(new URL('../../../../docs/examples/town.yaml', import.meta.url), 'utf8')

test('on a simulated host', async () => {
  const { out, status } = await runFake(
    ['--sim', 'town.yaml', '--host', 'laptop', 'why', 'localhost:9', '--json'],
    { files: { 'town.yaml': town } },
  )
  const [item] = JSON.parse(out).items
  assert.equal(item.verdict, 'unreachable')
  assert.equal(item.causes[0].code, 'nobody-listens')
  assert.equal(status, 1)
})
