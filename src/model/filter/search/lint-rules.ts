/**
 * What is wrong with a rule set by itself: rules that no packet comes to, and why; rules that change nothing; what lets
 * everybody in; what was never hit though it could be. Proven by search: what a limit or an extension might say counts as
 * either way, sets that programs fill count as unknown, and where the work would be too much nothing is said but that it
 * would.
 *
 * Looks at `ip`, `ip6` and `inet` tables; `arp`, `bridge` and `netdev` ones carry other packets, which it doesn't judge.
 */

import type { Finding } from '../../finding.ts'
import { calledChains } from '../called-chains.ts'
import { HOOKS, type Hook, type Rule, type Ruleset } from '../ruleset.ts'
import { Budget } from './budget.ts'
import { neverHit } from './lint-counters.ts'
import { deadFindings } from './lint-dead.ts'
import { redundantFinding, unusedChain } from './lint-needless.ts'
import { policyFinding, wideFindings } from './lint-wide.ts'
import { type Program, prepare } from './program.ts'
import { type RuleFacts, studyRules } from './rule-study.ts'
import { Universe } from './universe.ts'

export interface LintOptions {
  readonly hooks?: readonly Hook[]
  /** Pieces of regions that are looked at in all. Two million where absent. */
  readonly steps?: number
}

export interface Lint {
  readonly findings: readonly Finding[]
  /** Rules that were looked at. */
  readonly rules: number
  /** Of how many of them it isn't known whether a packet comes to them, and why. */
  readonly undecided: number
  readonly why?: string
}

export const LINT_STEPS = 2_000_000
const FILTERED: readonly Hook[] = HOOKS.filter(hook => hook !== 'ingress' && hook !== 'egress')

export function lintRules(
  ruleset: Ruleset,
  { hooks = FILTERED, steps = LINT_STEPS }: LintOptions = {},
): Lint {
  const known = new Map<Rule, RuleFacts>()
  const budget = new Budget(steps)
  const programs: Program[] = []
  for (const hook of hooks) {
    for (const family of ['ip', 'ip6'] as const) {
      const program = prepare(ruleset, hook, family, new Universe(), { liveSets: true, marks: true })()
      if (program.count === 0) continue
      programs.push(program)
      studyRules(program, known, budget)
    }
  }
  const facts = [...known.values()]
  const undecided = facts.filter(({ reached, matchable }) => matchable && reached === 'unknown').length
  const why = programs.find(({ incomplete }) => incomplete !== undefined)?.incomplete
  return {
    findings: once([
      ...unusedChains(ruleset),
      ...facts.flatMap(one => deadFindings(one)),
      ...facts.filter(one => !standsOnDead(one, known)).flatMap(one => redundantFinding(one)),
      ...programs.flatMap(program => wideFindings(program)),
      ...programs.flatMap(program => policyFinding(program)),
      ...neverHit(ruleset, known),
    ]),
    rules: facts.length,
    undecided,
    ...(undecided > 0 && {
      why: why ?? (budget.left === 0 ? `the budget of ${steps} steps is spent` : 'they are too entangled'),
    }),
  }
}

/** What would do the same does nothing as long as this one is there: of the two that one is told. */
const standsOnDead = ({ instead }: RuleFacts, known: ReadonlyMap<Rule, RuleFacts>): boolean =>
  instead?.rule !== undefined && known.get(instead.rule)?.reached === 'no'

/** The same for IPv4 and IPv6 is one finding. */
const once = (findings: readonly Finding[]): readonly Finding[] =>
  [...new Map(findings.toReversed().map(one => [`${one.code} ${one.subject}`, one])).values()].reverse()

/** Chains with rules that nothing leads to. */
function unusedChains({ tables }: Ruleset): readonly Finding[] {
  return tables.flatMap(table => {
    if (table.dormant) return []
    const called = new Set(
      table.chains.flatMap(({ rules }) =>
        rules.flatMap(({ statements }) => statements.flatMap(one => calledChains(one, table))),
      ),
    )
    return table.chains
      .filter(chain => chain.base === undefined && chain.rules.length > 0 && !called.has(chain.name))
      .map(chain => unusedChain(table, chain))
  })
}
