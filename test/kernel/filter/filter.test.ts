/**
 * The model of packet filters beside the running kernel: random rules and packets, always the same, so that the run repeats;
 * `npm run soak -- filter` has new ones. A disagreement is shown shrunk, as a row for `cases/`.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import type { Statement } from '../../../src/model/filter/statement.ts'
import { campaign, KINDS, type Kind } from './campaign.ts'
import { openKernel, whyNoJudge } from './kernel.ts'
import { readListing } from './round.ts'
import { printRow } from './shrink.ts'

const skip = whyNoJudge() ?? false
const noIptables =
  spawnSync('iptables-legacy-save', ['--version']).error === undefined ? false : 'iptables is not installed'

const CAMPAIGNS: readonly (readonly [kind: keyof typeof KINDS, seed: number, packets: number])[] = [
  ['nftables', 20_261_122, 3000],
  ['iptables-nft', 20_261_122, 600],
  ['iptables-legacy', 20_261_122, 400],
]

for (const [name, seed, packets] of CAMPAIGNS) {
  test(`${packets} packets through random rules of ${name}, seed ${seed}`, {
    skip: skip || (name !== 'nftables' && noIptables),
  }, async () => {
    const kernel = await openKernel()
    try {
      const tally = await campaign(kernel, { packets, seed, enough: 3, kind: KINDS[name] })
      assert.equal(tally.found.map(printRow).join('\n'), '')
      assert.equal(tally.undecided, 0, 'all facts are given, and each construct is understood')
      assert.ok(tally.packets >= packets, `${tally.packets} verdicts`)
      const refused = [...tally.refused.values()].reduce((sum, times) => sum + times, 0)
      assert.ok(refused * 10 <= tally.rounds, `${refused} of ${tally.rounds} rule sets were not loaded`)
    } finally {
      await kernel.close()
    }
  })
}

/** A reader that takes every drop for an accept. */
const careless: Kind = {
  ...KINDS.nftables,
  read: (run, loads) => ({
    tables: readListing(run, loads).tables.map(table => ({
      ...table,
      chains: table.chains.map(chain => ({
        ...chain,
        rules: chain.rules.map(rule => ({ ...rule, statements: rule.statements.map(accepting) })),
      })),
    })),
  }),
}

const accepting = (statement: Statement): Statement =>
  statement.kind === 'verdict' && statement.verdict.kind === 'drop'
    ? { kind: 'verdict', verdict: { kind: 'accept' } }
    : statement

test('a model that is wrong is found out, and shown in few lines', { skip }, async () => {
  const kernel = await openKernel()
  try {
    const { found } = await campaign(kernel, { packets: 400, seed: 1, enough: 1, kind: careless })
    assert.equal(found.length, 1)
    assert.match(found[0]!.pair.why!, /^kernel drop, model accept/)
    assert.ok(printRow(found[0]!).split('\n').length <= 25, printRow(found[0]!))
  } finally {
    await kernel.close()
  }
})
