/**
 * Verdicts of libnftables' JSON: `{ "accept": null }`, `{ "jump": { "target": "x" } }` (libnftables-json(5), "VERDICT").
 */
import type { Verdict } from '../../model/filter/statement.ts'
import { isObject, type Json, listOf, onlyMember } from './json-text.ts'

export function verdictOf(json: Json): Verdict | undefined {
  const member = onlyMember(json)
  if (member === undefined) return undefined
  const [kind, inner] = member
  switch (kind) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
      return { kind }
    case 'jump':
    case 'goto':
      return isObject(inner) && typeof inner.target === 'string' ? { kind, chain: inner.target } : undefined
    case 'queue':
      return queueOf(inner)
    default:
      return undefined
  }
}

/** Undefined where the number is computed: by a hash, by a map. */
function queueOf(json: Json): Verdict | undefined {
  const { num = 0, flags } = isObject(json) ? json : {}
  const member = onlyMember(num)
  const [low, high] = member?.[0] === 'range' ? listOf(member[1]) : [num, num]
  if (typeof low !== 'number' || typeof high !== 'number') return undefined
  const words = listOf(flags)
  return { kind: 'queue', low, high, bypass: words.includes('bypass'), fanout: words.includes('fanout') }
}
