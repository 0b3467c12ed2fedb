/**
 * Sets and maps: which element a value has (the kernel's nft_lookup_eval). What isn't known of the value is assumed only
 * where it decides.
 */
import type { Pattern, Scalar } from '../pattern.ts'
import type { Element, MapValue, NamedSet } from '../ruleset.ts'
import type { MapSource } from '../statement.ts'
import { indexOf, lookUp } from './element-index.ts'
import { ask, drawn, suppose } from './fact.ts'
import { patternHolds, regionOf } from './pattern-region.ts'
import { pointRegion, type Region, unionOf } from './region.ts'
import type { SetChange, Traversal } from './traversal.ts'
import { ABSENT, isScalar, isTuple, isUntold, type Untold, type Value } from './value.ts'

/** A set or map of the table that is being walked; undefined where a rule set lacks it. */
export const setNamed = (t: Traversal, name: string): NamedSet | undefined =>
  t.table?.sets.find(set => set.name === name)

/** The element for the value, or undefined: then a map's rule ends. */
export function findElement(t: Traversal, value: Value, source: MapSource): Element | undefined {
  if (source.kind === 'elements') return amongElements(t, value, source.elements)
  const set = setNamed(t, source.set)
  return set === undefined ? undefined : inNamedSet(t, value, set)
}

export function inNamedSet(t: Traversal, value: Value, set: NamedSet): Element | undefined {
  const changed = t.setChanges.get(set)
  for (const change of changed?.toReversed() ?? []) {
    if (isSame(t, value, change.key)) return change.op === 'add' ? elementOf(change) : undefined
  }
  return amongElements(t, value, set.elements)
}

const elementOf = ({ value }: SetChange): Element => ({
  key: '*',
  ...(value === undefined ? {} : { value: datumOf(value) }),
})

const datumOf = (value: Value): MapValue => ({
  kind: 'datum',
  parts: (isTuple(value) ? value : [value]).flatMap((part): Pattern[] =>
    isScalar(part) ? [{ kind: 'value', value: part }] : [],
  ),
})

function amongElements(t: Traversal, value: Value, elements: readonly Element[]): Element | undefined {
  const index = indexOf(elements)
  if (isScalar(value)) return lookUp(index, value)
  if (isTuple(value) && value.every(isScalar)) return lookUp(index, value as Scalar[])
  const plain = elements.every(element => element.value === undefined)
  const keyed = elements.filter(element => element.key !== '*')
  // A set's elements are all alike: one question for all of them.
  if (plain && isUntold(value)) {
    const region = unionOf(keyed.map(element => regionOf(element.key as Pattern, 0) ?? []))
    if (ask(t, value, region)) return keyed[0]
    return index.catchAll
  }
  for (const element of keyed) {
    if (keyMatches(t, value, element.key as Pattern)) return element
  }
  return index.catchAll
}

/** Known parts first, so that nothing is assumed of an element that can't be it. */
function keyMatches(t: Traversal, value: Value, key: Pattern): boolean {
  if (isUntold(value)) return asked(t, value, regionOf(key, 0))
  if (isScalar(value)) return patternHolds(key, value, 0)
  if (!isTuple(value) || key.kind !== 'tuple' || key.parts.length !== value.length) return false
  const open: [Untold, Region | undefined][] = []
  for (const [i, part] of value.entries()) {
    const pattern = key.parts[i]!
    if (isUntold(part)) open.push([part, regionOf(pattern, 0)])
    else if (!isScalar(part) || !patternHolds(pattern, part, 0)) return false
  }
  return open.every(([part, region]) => asked(t, part, region))
}

const asked = (t: Traversal, value: Untold, region: Region | undefined): boolean =>
  region === undefined ? suppose(t, value.text, true) : ask(t, value, region)

/** Whether two values are one. */
export function isSame(t: Traversal, one: Value, other: Value): boolean {
  if (one === ABSENT || other === ABSENT) return false
  if (isTuple(one) || isTuple(other)) {
    if (!isTuple(one) || !isTuple(other) || one.length !== other.length) return false
    return one.every((part, i) => isSame(t, part, other[i]!))
  }
  if (isScalar(one)) return isScalar(other) ? one === other : ask(t, other, pointRegion(one))
  if (isScalar(other)) return ask(t, one, pointRegion(other))
  return one.text === other.text || suppose(t, `${one.text} == ${other.text}`)
}

/** The datum of a map's element. A range means that the kernel chooses. */
export function dataOf(t: Traversal, { value }: Element): Value {
  if (value?.kind !== 'datum') return ABSENT
  const parts = value.parts.map(part => patternValue(t, part))
  return parts.length === 1 ? parts[0]! : parts
}

export function patternValue(t: Traversal, pattern: Pattern): Value {
  if (pattern.kind === 'value') return pattern.value
  if (pattern.kind === 'tuple') return pattern.parts.map(part => patternValue(t, part))
  const within = regionOf(pattern, 0)
  return drawn(t, 'what the kernel chooses', within === undefined ? {} : { within })
}
