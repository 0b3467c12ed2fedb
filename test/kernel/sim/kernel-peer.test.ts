/** A simulated host talks to the running kernel, whose TCP and UDP judge every segment, checksum and number of ours. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { whyNoJudge } from '../filter/kernel.ts'

const PATIENCE = 120_000
const BOTH_WAYS = ['IPv4', 'IPv6'].flatMap(family => [
  `the simulated host calls the kernel, ${family}`,
  `the kernel calls the simulated host, ${family}`,
])

/** What comes of each program, whoever calls. */
const WANTED: Readonly<Record<string, unknown>> = {
  'a megabyte each way': [1_000_000, true, true],
  'a hundred thousand bytes each way, one packet of fifty lost': [100_000, true, true],
  'half closed: the other side goes on': 'heard: ahoy',
  'nobody listens': 'ECONNREFUSED',
  'a reset by who was called': 'ECONNRESET read',
  'a reset by who called': 'ECONNRESET',
  'a hundred calls, one after the other': ['so long'],
  'a reader who is slow: the window closes and opens': [600_000, true],
  'a datagram and its answer, a long one too': [0, 1, 1400],
  'a datagram to a port where nobody is': 'ECONNREFUSED',
}

test('the kernel as the other end', { skip: whyNoJudge() ?? false, timeout: PATIENCE }, async t => {
  const file = fileURLToPath(new URL('./kernel-peer.ts', import.meta.url))
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'], env, timeout: PATIENCE })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  assert.ok(out.startsWith('{'), err)
  const results = JSON.parse(out) as Record<string, Record<string, unknown>>
  for (const way of BOTH_WAYS) {
    for (const [name, wanted] of Object.entries(WANTED))
      await t.test(`${way}: ${name}`, () => assert.deepEqual(results[way]?.[name], wanted))
  }
  await t.test('nothing came that the kernel couldn’t read', () => {
    assert.deepEqual(new Set(Object.values(results.counters!)), new Set(['0']))
  })
})
