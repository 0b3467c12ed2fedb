/**
 * Linux's NAT as a model beside the running kernel: random rules and conversations, always the same, so that the run repeats;
 * `npm run soak -- nat` has new ones. After each packet what left is compared, and the connection that it belongs to;
 * now and then the whole table; in the end the counters. Where the kernel draws a port, it must be one that it may draw.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { whyNoJudge } from '../filter/kernel.ts'
import { campaign } from './campaign.ts'
import { judge } from './judge.ts'
import { openNatKernel } from './kernel.ts'
import { printFound } from './shrink.ts'

const skip = whyNoJudge() ?? false
const SEED = 20_261_123
const FLOWS = 2000

test(`${FLOWS} conversations through random translations, seed ${SEED}`, { skip }, async () => {
  const kernel = await openNatKernel()
  try {
    const tally = await campaign(kernel, { flows: FLOWS, seed: SEED })
    assert.equal(tally.found.map(printFound).join('\n\n'), '')
    assert.deepEqual(tally.refused, [])
    assert.ok(tally.flows >= FLOWS)
    assert.ok(tally.packets > 3 * FLOWS, `${tally.packets} packets`)
    assert.ok(tally.draws > 100, `${tally.draws} ports were drawn by chance`)
    assert.ok(tally.lost > 100, `${tally.lost} packets were lost because no port was left`)
  } finally {
    await kernel.close()
  }
})

test('a model that is wrong is found out, and shown in few steps', { skip }, async () => {
  const kernel = await openNatKernel()
  try {
    // One that takes each source port for the next one.
    const careless: typeof judge = (program, run) =>
      judge(program, {
        ...run,
        observations: run.observations.map(one =>
          one.entry?.tcp === undefined
            ? one
            : { ...one, entry: { ...one.entry, tcp: { ...one.entry.tcp, state: one.entry.tcp.state ^ 1 } } },
        ),
      })
    const { found } = await campaign(kernel, { flows: 60, seed: 1, enough: 1, judge: careless })
    assert.equal(found.length, 1)
    assert.match(found[0]!.why, /^an entry: kernel 6 /)
    assert.ok(found[0]!.program.steps.length <= 2, printFound(found[0]!))
  } finally {
    await kernel.close()
  }
})
