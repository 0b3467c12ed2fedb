/** The tables of iptables, through both of its kinds. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { linesOf, unlike } from './case.ts'
import { type IptablesCase, IPTABLES as PLAIN } from './cases/iptables.ts'
import { IPTABLES_ODDITIES } from './cases/iptables-oddities.ts'
import { IPTABLES_TARGETS } from './cases/iptables-targets.ts'
import { BACKENDS, type IptablesBackend, iptablesRound, legacyView, readSaves } from './iptables.ts'
import { openKernel, whyNoJudge } from './kernel.ts'
import { judgeRound, programOf, type Round } from './round.ts'

const IPTABLES = [...PLAIN, ...IPTABLES_TARGETS, ...IPTABLES_ODDITIES]
const missing = spawnSync('iptables-legacy-save', ['--version']).error !== undefined
const skip = whyNoJudge() ?? (missing ? 'iptables is not installed' : false)

const roundOf = (one: IptablesCase, backend: IptablesBackend): Round =>
  iptablesRound(
    { ...(one.ip === undefined ? {} : { ip: one.ip }), ...(one.ip6 === undefined ? {} : { ip6: one.ip6 }) },
    backend,
    linesOf(one).map(({ probe }) => probe),
  )

for (const backend of BACKENDS) {
  test(`iptables-${backend}, by the kernel and by the model`, { skip }, async t => {
    const kernel = await openKernel()
    try {
      const rounds = IPTABLES.map(one => roundOf(one, backend))
      const runs = await kernel.run(rounds.map(programOf))
      for (const [i, one] of IPTABLES.entries()) {
        await t.test(one.name, () => {
          const run = runs[i]!
          assert.equal(run.refused, undefined)
          const view = backend === 'legacy' ? [legacyView] : []
          const { ruleset, pairs } = judgeRound(rounds[i]!, run, readSaves(backend), ...view)
          const wrong = linesOf(one).flatMap(({ text, wanted }, j) => {
            const { kernel: saw, model, why } = pairs[j]!
            return [
              ...unlike(wanted, saw, ruleset).map(what => `${text}: the kernel: ${what}`),
              ...unlike(wanted, model.fate, ruleset).map(what => `${text}: the model: ${what}`),
              ...(why === null ? [] : [`${text}: ${why}`]),
            ]
          })
          assert.equal(wrong.join('\n'), '')
        })
      }
    } finally {
      await kernel.close()
    }
  })
}

test('there are a hundred packets in the table, and more', () => {
  const packets = IPTABLES.flatMap(linesOf)
  assert.ok(packets.length >= 100, `${packets.length} packets`)
})
