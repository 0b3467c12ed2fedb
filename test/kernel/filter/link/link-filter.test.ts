/** Random rules of devices, bridges and IP beside the running kernel, always the same; `npm run soak -- filter --kind link` has new ones. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Statement } from '../../../../src/model/filter/statement.ts'
import { openKernel } from '../kernel.ts'
import { linkCampaign } from './link-campaign.ts'
import { readLinkRules } from './link-round.ts'
import { whyNoFrames } from './why-no-frames.ts'

const SEED = 20_261_123

for (const lends of [false, true]) {
  test(`400 frames through random rules, seed ${SEED}, ${lends ? 'lent' : 'not lent'} to IP`, {
    skip: whyNoFrames(lends) ?? false,
  }, async () => {
    const kernel = await openKernel(lends ? 'lending' : 'bridge')
    try {
      const tally = await linkCampaign(kernel, { packets: 400, seed: SEED, lends, enough: 3 })
      assert.equal(tally.found.join('\n'), '')
      assert.equal(tally.undecided, 0)
      assert.ok(tally.packets >= 400)
      const refused = [...tally.refused.values()].reduce((sum, times) => sum + times, 0)
      assert.ok(refused * 10 <= tally.rounds, `${refused} of ${tally.rounds} rule sets were not loaded`)
    } finally {
      await kernel.close()
    }
  })
}

const accepting = (statement: Statement): Statement =>
  statement.kind === 'verdict' && statement.verdict.kind === 'drop'
    ? { kind: 'verdict', verdict: { kind: 'accept' } }
    : statement

test('a model that is wrong is found out', { skip: whyNoFrames() ?? false }, async () => {
  const kernel = await openKernel('bridge')
  try {
    const read: typeof readLinkRules = run => ({
      tables: readLinkRules(run).tables.map(table => ({
        ...table,
        chains: table.chains.map(chain => ({
          ...chain,
          rules: chain.rules.map(rule => ({ ...rule, statements: rule.statements.map(accepting) })),
        })),
      })),
    })
    const { found } = await linkCampaign(kernel, { packets: 400, seed: 1, enough: 1, lends: false, read })
    assert.equal(found.length, 1)
    assert.match(found[0]!, /kernel drop, model accept|left by/)
  } finally {
    await kernel.close()
  }
})
