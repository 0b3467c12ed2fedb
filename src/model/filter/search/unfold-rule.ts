/** One rule as entries: statements in their order, conditions gathered on the way. */
import type { Rule } from '../ruleset.ts'
import type { Statement, Verdict } from '../statement.ts'
import { assignOf, concerns, notrack, optionGone, translated } from './assigns.ts'
import type { Assign, Effect, Label, Site } from './entry.ts'
import { verdictGroups } from './map-terms.ts'
import { type Condition, NEVER, opaque } from './match-terms.ts'
import type { Conditions } from './presence-terms.ts'
import { rejectTerms, statementTerms } from './statement-terms.ts'
import { unfoldCall } from './unfold-call.ts'
import { emit, type Frame, mark, passing, type Unfolding } from './unfolding.ts'
import type { Term } from './universe.ts'

/** Conjunctions of one rule: what several concatenations multiply to. */
const MOST_ALTERNATIVES = 200_000

interface Gathering {
  readonly unfolding: Unfolding
  readonly site: Site
  readonly frame: Frame
  /** After the rule. */
  readonly end: Label
  /** A packet comes to the next statement under one of these. */
  alternatives: readonly (readonly Term[])[]
}

export function unfoldRule(unfolding: Unfolding, rule: Rule, site: Site, frame: Frame): void {
  const g: Gathering = { unfolding, site, frame, end: { at: -1 }, alternatives: [frame.path] }
  // What the rule asks by itself is looked at where every rule is (lint).
  const isTold = unfolding.marks && !unfolding.rules.has(rule)
  let own: readonly (readonly Term[])[] = [[]]
  const comesBy = (conditions: Conditions): boolean => {
    if (conditions === NEVER) {
      g.alternatives = []
      own = []
      return false
    }
    for (const condition of conditions) {
      narrow(g, condition)
      if (isTold) own = combined(own, condition)
    }
    return true
  }
  // nft asks for the protocol that a reject answers in before all else that the rule says.
  const last = rule.statements.at(-1)
  const begins = last?.kind !== 'reject' || comesBy(rejectTerms(last, unfolding.asking))
  let ended = false
  for (const statement of begins ? rule.statements : []) {
    if (!comesBy(statementTerms(statement, site.table, unfolding.asking))) break
    ended = act(g, statement)
    if (ended) break
  }
  if (!ended) mark(unfolding, g.alternatives, site)
  if (isTold) unfolding.rules.set(rule, { site, conditions: own })
  g.end.at = unfolding.entries.length
}

function narrow(g: Gathering, condition: Condition): void {
  for (const element of condition.noneOf ?? []) {
    for (const terms of g.alternatives) {
      emit(g.unfolding, [...terms, ...condition.terms, ...element], passing(g.end), g.site, true)
    }
  }
  const count = g.alternatives.length * (condition.oneOf?.length ?? 1)
  if (count > MOST_ALTERNATIVES) {
    g.unfolding.problem = { says: `a rule of chain ${g.site.chain.name} stands for ${count} combinations` }
    return
  }
  g.alternatives = combined(g.alternatives, condition)
}

const combined = (
  alternatives: readonly (readonly Term[])[],
  { terms, oneOf }: Condition,
): readonly (readonly Term[])[] =>
  oneOf === undefined
    ? terms.length === 0
      ? alternatives
      : alternatives.map(one => [...one, ...terms])
    : alternatives.flatMap(one => oneOf.map(element => [...one, ...terms, ...element]))

/** Emits what the statement does. True: the rule ends with it. */
function act(g: Gathering, statement: Statement): boolean {
  const { asking } = g.unfolding
  switch (statement.kind) {
    case 'verdict':
      decide(g, statement.verdict, statement)
      return statement.verdict.kind !== 'continue'
    case 'verdict-map': {
      const groups = verdictGroups(statement, asking)
      if (groups === NEVER) return true
      if (groups === null) {
        mayEnd(g, statement)
        return false
      }
      const { alternatives } = g
      for (const { conditions, verdict } of groups) {
        g.alternatives = alternatives.flatMap(one => conditions.map(terms => [...one, ...terms]))
        decide(g, verdict, statement)
      }
      return true
    }
    case 'reject':
      end(g, { kind: 'ends', with: 'reject', statement })
      return true
    case 'fwd':
      end(g, { kind: 'ends', with: 'drop' })
      return true
    case 'synproxy':
      end(g, { kind: 'ends', with: 'unsupported', statement })
      return true
    case 'object':
      if (statement.object !== 'synproxy') return false
      end(g, { kind: 'ends', with: 'unsupported', statement })
      return true
    case 'unsupported':
      if (statement.ends) mayEnd(g, statement)
      return false
    case 'snat':
    case 'dnat':
    case 'masquerade':
    case 'redirect': {
      if (statement.family !== undefined && statement.family !== asking.family) return false
      const assigns = translated(statement, asking)
      end(g, { kind: 'skips', to: g.unfolding.afterNat, accepts: true, assigns, translation: statement })
      return true
    }
    case 'assign': {
      const assign = assignOf(statement, asking)
      if (assign !== null) change(g, [assign])
      return false
    }
    case 'reset-option': {
      const gone = optionGone(statement.option, asking)
      if (gone !== null) change(g, [gone])
      return false
    }
    case 'notrack':
      change(g, notrack(asking))
      return false
    default:
      return false
  }
}

/** Nobody can tell whether it ends the packet's way, or how. */
function mayEnd(g: Gathering, statement: Statement): void {
  const { terms } = opaque(g.unfolding.asking, { ends: statement }, [])
  for (const one of g.alternatives) {
    emit(g.unfolding, [...one, ...terms], { kind: 'ends', with: 'unsupported', statement }, g.site, false)
  }
}

/** What a verdict does; the rule's own ones and those of a map. */
function decide(g: Gathering, verdict: Verdict, statement: Statement): void {
  switch (verdict.kind) {
    case 'accept':
      end(g, { kind: 'skips', to: g.unfolding.next, accepts: true, assigns: [] })
      return
    case 'drop':
      end(g, { kind: 'ends', with: 'drop' })
      return
    case 'queue':
      end(g, { kind: 'ends', with: 'queue', statement })
      return
    case 'return':
      end(g, passing(g.frame.exit))
      return
    case 'jump':
    case 'goto':
      mark(g.unfolding, g.alternatives, g.site)
      if (g.alternatives.length > 0) unfoldCall(g.unfolding, verdict, g.alternatives, g.site, g.frame)
      return
    case 'continue':
      return
  }
}

function end({ unfolding, alternatives, site }: Gathering, effect: Effect): void {
  for (const terms of alternatives) emit(unfolding, terms, effect, site, false)
}

/** Later entries see the change; what was asked before it must not be asked again. */
function change(g: Gathering, assigns: readonly Assign[]): void {
  if (assigns.length === 0) return
  const { unfolding, site } = g
  const stale = g.alternatives.some(terms =>
    terms.some(({ field }) => assigns.some(assign => concerns(assign.field.key, field))),
  )
  if (stale || g.alternatives.length > 1) {
    const body: Label = { at: -1 }
    for (const terms of g.alternatives) emit(unfolding, terms, passing(body), site, true)
    emit(unfolding, [], passing(g.end), site, true)
    body.at = unfolding.entries.length
    g.alternatives = [[]]
  }
  for (const terms of g.alternatives) emit(unfolding, terms, { kind: 'assigns', assigns }, site, false)
}
