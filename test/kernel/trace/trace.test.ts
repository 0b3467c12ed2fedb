/**
 * `ports trace` beside the kernel's own trace and the socket that really gets the packet, in 500 random set-ups: rules, sockets,
 * reverse path filter. Always the same ones, so that the run repeats.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { whyNoJudge } from '../filter/kernel.ts'

const CHILD = fileURLToPath(new URL('./trace-child.ts', import.meta.url))
const [SEED, SET_UPS, PACKETS] = [20_261_123, 500, 1]

test(`${SET_UPS} random set-ups, seed ${SEED}`, { skip: whyNoJudge() ?? false }, async t => {
  const child = spawn(process.execPath, [CHILD, SEED, SET_UPS, PACKETS].map(String), {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 600_000,
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  const [status] = await once(child, 'close')
  assert.equal(status, 0)
  const { found, ...tally } = JSON.parse(out) as Record<string, number> & { found: readonly string[] }
  t.diagnostic(JSON.stringify(tally))
  assert.equal(found.join('\n\n'), '')
  assert.equal(tally.setUps, SET_UPS)
  assert.ok(tally.received! >= 30, `${tally.received} packets were for a socket`)
  assert.ok(tally.stopped! >= 4, `${tally.stopped} were stopped by the reverse path filter`)
  assert.ok(
    tally.undecided! * 20 <= tally.packets!,
    `${tally.undecided} of ${tally.packets} were not decided`,
  )
})
