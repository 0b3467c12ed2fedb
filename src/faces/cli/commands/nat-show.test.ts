/** `ports nat --watch` on a machine in memory: lines for people and programs, until it is interrupted. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { gateway, guarded } from '../../../../test/golden/gateway.ts'
import { openMemory } from '../../../os/memory/memory.ts'
import { EXIT } from '../exit.ts'
import { runFake } from '../fake-context.ts'
import { SCHEMAS } from '../schemas/schemas.ts'
import { validate } from '../schemas/validate.cases.ts'

async function watch(words: string[]) {
  const os = openMemory(gateway)
  const stop = new AbortController()
  const running = runFake(['nat', '--watch', ...words], { os, signal: stop.signal })
  while (os.machine.onTracked.size === 0) await new Promise(resolve => setImmediate(resolve))
  const dns = os.machine.track({
    original: 'udp 192.168.1.22:6000 > 203.0.113.53:53',
    reply: 'udp 203.0.113.53:53 > 198.51.100.1:40004',
  })
  os.machine.untrack(dns)
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve))
  stop.abort()
  return running
}

test('a line for each change', async () => {
  const { out } = await watch([])
  const at = '2026-01-02T03:04:05.000Z'
  const ends = '192.168.1.22:6000\t203.0.113.53:53\t198.51.100.1:40004\t203.0.113.53:53'
  assert.equal(out, `${at}\tnew\tudp\tassured\t${ends}\n${at}\tdestroy\tudp\tassured\t${ends}\n`)
})

test('the same for a program, counted without gaps, beginning when it listens', async () => {
  const { out } = await watch(['-o', 'ndjson'])
  const lines = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ type, seq }) => [type, seq]),
    [
      ['listening', 0],
      ['new', 1],
      ['destroy', 2],
    ],
  )
  for (const line of lines) assert.deepEqual(validate(SCHEMAS['nat-events']!, line), [])
  assert.deepEqual(lines[1].connection.reply.destination, { address: '198.51.100.1', port: 40004 })
})

test('where changes can’t be told, that is said, and it is undecided', async () => {
  const os = openMemory(guarded)
  const { status, err, out } = await runFake(['nat', '--watch'], { os })
  assert.equal(status, EXIT.undecided)
  assert.equal(out, '')
  assert.match(err, /hidden: needs more privilege/)
})
