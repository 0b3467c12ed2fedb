/** A condition as conjunctions of terms, one of which must hold. None: no packet of the family is meant. */
import type { Hook } from '../ruleset.ts'
import type { Asking } from './ask.ts'
import type { ConditionPart } from './condition.ts'
import { type Condition, matchTerms, NEVER } from './match-terms.ts'
import type { Term, Universe } from './universe.ts'

type Conjunctions = readonly (readonly Term[])[]

const NOTHING_ASKED: Conjunctions = [[]]

export function conditionTerms(
  condition: readonly ConditionPart[],
  hook: Hook,
  family: 'ip' | 'ip6',
  universe: Universe,
): Conjunctions {
  const sets = { sets: new Map(), known: new Map() }
  const asking: Asking = {
    ...{ universe, family, hook, beforeConntrack: false, sets, liveSets: false, updated: new Set() },
  }
  let conjunctions = NOTHING_ASKED
  for (const { match, negated } of condition) {
    const terms = matchTerms(match, asking)
    const asked = negated ? everythingElse(terms, universe) : terms === NEVER ? [] : inside(terms)
    conjunctions = conjunctions.flatMap(one => asked.map(more => [...one, ...more]))
  }
  return conjunctions
}

const inside = ({ terms, oneOf = NOTHING_ASKED }: Condition): Conjunctions =>
  oneOf.map(one => [...terms, ...one])

/** For each conjunction: the first of its terms that doesn't hold. */
function everythingElse(condition: Condition | typeof NEVER, universe: Universe): Conjunctions {
  if (condition === NEVER) return NOTHING_ASKED
  let rest = NOTHING_ASKED
  for (const terms of inside(condition)) {
    const without = terms.map(({ field, predicate }, i) => [
      ...terms.slice(0, i),
      universe.term(field, { kind: 'not', of: predicate }),
    ])
    rest = rest.flatMap(one => without.map(more => [...one, ...more]))
  }
  return rest
}
