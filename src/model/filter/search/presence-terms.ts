/**
 * That what an expression reads is there: a statement that finds nothing to read ends its rule (the kernel's NFT_BREAK), as
 * `add @seen { ip saddr }` does for a packet of IPv6.
 */
import type { Expression } from '../expression.ts'
import { type Asking, ask } from './ask.ts'
import { mapCondition } from './map-terms.ts'
import { type Condition, NEVER, opaque } from './match-terms.ts'

/** All of them must hold. */
export type Conditions = readonly Condition[] | typeof NEVER

export function presenceTerms(expression: Expression, asking: Asking): Conditions {
  switch (expression.kind) {
    case 'literal':
    case 'numgen':
      return []
    case 'tuple':
      return allOf(expression.parts, asking)
    case 'bits':
      return allOf([expression.left, expression.right], asking)
    case 'map': {
      const found = mapCondition(expression.key, expression.map, asking)
      return found === NEVER ? NEVER : [found]
    }
    default:
      return fieldPresence(expression, asking)
  }
}

export function allOf(expressions: readonly Expression[], asking: Asking): Conditions {
  const all: Condition[] = []
  for (const one of expressions) {
    const conditions = presenceTerms(one, asking)
    if (conditions === NEVER) return NEVER
    all.push(...conditions)
  }
  return all
}

function fieldPresence(expression: Expression, asking: Asking): Conditions {
  const asked = ask(expression, asking)
  switch (asked.kind) {
    case 'never':
      return NEVER
    case 'constant':
      return []
    case 'opaque':
      return [opaque(asking, { reads: expression }, asked.needs)]
    case 'field': {
      const { field, needs } = asked
      const present = asking.universe.term(field, { kind: 'not-in', ranges: [] })
      return field.optional ? [{ terms: [...needs, present] }] : [{ terms: needs }]
    }
  }
}
