import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Chain, Ruleset } from '../ruleset.ts'
import { lintRules } from './lint-rules.ts'
import { CHANGES, judge, PACKETS, rulesetText, rulesOf } from './tiny.cases.ts'

const DEAD = /^rule-(?:unmatchable|unreachable|shadowed|shadowed-same|contradicted)$/

/** Rules that some packet comes to, and matches. */
function met(ruleset: Ruleset): ReadonlySet<string> {
  const names = new Set<string>()
  for (const one of PACKETS) {
    for (const { chain, rule, outcome } of judge(ruleset, one).walk) {
      if (rule !== undefined && outcome !== 'no-match') names.add(`${chain} ${rule.index}`)
    }
  }
  return names
}

const subjectOf = (name: string): string => {
  const [, chain, rule] = /^inet t (\S+), rule (\d+)/.exec(name)!
  return `${chain} ${Number(rule) - 1}`
}

function without({ tables }: Ruleset, name: string): Ruleset {
  const [chainName, index] = name.split(' ')
  const cut = (chain: Chain): Chain =>
    chain.name === chainName ? { ...chain, rules: chain.rules.toSpliced(Number(index), 1) } : chain
  return { tables: tables.map(table => ({ ...table, chains: table.chains.map(cut) })) }
}

test('calls a rule dead exactly where trying every packet never meets it', () => {
  let undecided = 0
  let dead = 0
  fc.assert(
    fc.property(
      fc.constantFrom(true, false).chain(changes => rulesetText({ changes })),
      text => {
        const ruleset = rulesOf(text)
        const { findings, undecided: open, rules } = lintRules(ruleset, { hooks: ['input'] })
        const said = new Set(
          findings.filter(({ code }) => DEAD.test(code)).map(({ subject }) => subjectOf(subject)),
        )
        const alive = met(ruleset)
        for (const name of said) assert.ok(!alive.has(name), `${name} is not dead`)
        undecided += open
        dead += said.size
        // A rule that changes something and then misses is met in its way.
        if (open === 0 && !CHANGES.test(text)) assert.equal(said.size, rules - alive.size)
      },
    ),
    { numRuns: 150, seed: 3 },
  )
  assert.ok(undecided < 20, `${undecided} undecided`)
  assert.ok(dead > 100, `${dead} dead`)
})

test('calls a rule redundant only where nothing changes without it', () => {
  let redundant = 0
  fc.assert(
    fc.property(rulesetText(), text => {
      const ruleset = rulesOf(text)
      for (const { code, subject } of lintRules(ruleset, { hooks: ['input'] }).findings) {
        if (code !== 'rule-redundant') continue
        redundant++
        const rest = without(ruleset, subjectOf(subject))
        for (const one of PACKETS) {
          const [before, after] = [judge(ruleset, one), judge(rest, one)]
          assert.deepEqual([after.kind, after.rejectWith], [before.kind, before.rejectWith], subject)
        }
      }
    }),
    { numRuns: 150, seed: 4 },
  )
  assert.ok(redundant > 5, `${redundant} redundant`)
})
