/** Facts by key: what was given, what a rule made of it, or that it wasn't told. */
import type { Scalar } from '../pattern.ts'
import { holds, type Region } from './region.ts'
import { textOf } from './rule-text.ts'
import type { Traversal } from './traversal.ts'
import { isScalar, type Untold, untold, type Value } from './value.ts'

/** The value of a fact that may not be known. */
export function fact(
  t: Traversal,
  key: string,
  given: Scalar | undefined,
  more: Partial<Untold> = {},
): Value {
  return t.overridden.get(key) ?? given ?? untold(key, more)
}

/** A fact by nft's words, from those that were handed in. */
export const wordedFact = (t: Traversal, words: string, more: Partial<Untold> = {}): Value =>
  fact(t, words, t.surroundings.facts?.get(words), more)

/** A rule set the fact. Answers what is known of it now. */
export function override(t: Traversal, key: string, value: Value): Scalar | undefined {
  t.overridden.set(key, value)
  return isScalar(value) ? value : undefined
}

/** A value that nobody could have known before: chance, or the kernel's choice from a range. */
export function drawn(t: Traversal, what: string, more: Partial<Untold> = {}): Untold {
  t.draws++
  return untold(`${what}, draw ${t.draws}`, { text: what, ...more })
}

/** Whether a value that wasn't told is in the region: assumed one way or the other. */
export function ask(t: Traversal, value: Untold, region: Region, question?: string): boolean {
  const text = question ?? inItsWords(t) ?? value.text
  const atom = { text, unsupported: value.unsupported }
  const { domain, derive, within } = value
  if (domain !== undefined) {
    const kept = domain.filter(one => holdsDerived(region, derive, one))
    return t.choices.ask({ ...atom, key: value.key, region: points(kept), domain: points(domain) })
  }
  // Bits of a wide value are a fact of their own.
  const key = derive === undefined ? value.key : value.text
  return t.choices.ask({ ...atom, key, region, ...(within === undefined ? {} : { domain: within }) })
}

/** The match that asks, as nft writes it. */
export function inItsWords(t: Traversal): string | undefined {
  const { statement, table } = t
  if (statement === undefined || table === undefined || !ASKING.has(statement.kind)) return undefined
  return textOf(table, statement)
}

const ASKING: ReadonlySet<string> = new Set(['match', 'limit', 'ct-count', 'quota'])

/** Yes or no, about something that has no value. */
export const suppose = (t: Traversal, what: string, unsupported = false): boolean =>
  t.choices.ask({ key: what, text: what, unsupported, region: YES, domain: BOOLEAN })

const YES: Region = [{ low: 1, after: 2 }]
const BOOLEAN: Region = [{ low: 0, after: 2 }]

const points = (values: readonly number[]): Region =>
  values.toSorted((a, b) => a - b).map(value => ({ low: value, after: value + 1 }))

const holdsDerived = (region: Region, derive: Untold['derive'], one: number): boolean =>
  holds(region, derive === undefined ? one : derive(one))
