/** Maps: which packets have an element, and which verdict each has. A miss ends the rule. */
import type { Expression } from '../expression.ts'
import type { Element } from '../ruleset.ts'
import type { MapSource, Statement, Verdict } from '../statement.ts'
import { type Asked, type Asking, ask } from './ask.ts'
import { type Condition, isLive, NEVER, opaque, tupleElement } from './match-terms.ts'
import type { Term } from './universe.ts'
import { mergeRanges, type ValueRange } from './value-range.ts'

interface Group {
  readonly verdict: Verdict
  readonly conditions: readonly (readonly Term[])[]
}

/** Null: nobody can tell what the map holds. */
export function verdictGroups(
  statement: Extract<Statement, { kind: 'verdict-map' }>,
  asking: Asking,
): readonly Group[] | typeof NEVER | null {
  const { key, map } = statement
  const elements = elementsOf(map, asking)
  const asked = askParts(key, asking)
  if (asked.some(({ kind }) => kind === 'never')) return NEVER
  if (elements === null) return null
  const byVerdict = new Map<string, { verdict: Verdict; elements: Element[] }>()
  for (const element of elements) {
    if (element.value?.kind !== 'verdict' || element.value.statement.kind !== 'verdict') continue
    const { verdict } = element.value.statement
    // The catch-all comes after all others.
    const name = `${element.key === '*' ? 1 : 0} ${JSON.stringify(verdict)}`
    const group = byVerdict.get(name)
    if (group === undefined) byVerdict.set(name, { verdict, elements: [element] })
    else group.elements.push(element)
  }
  const groups: Group[] = []
  const needs = asked.flatMap(one => (one.kind === 'field' || one.kind === 'opaque' ? one.needs : []))
  const keyed = elements.filter(element => element.key !== '*')
  for (const [name, { verdict, elements: some }] of [...byVerdict].sort((a, b) =>
    a[0][0]! < b[0][0]! ? -1 : 1,
  )) {
    const conditions = name.startsWith('1')
      ? restOf(asked, keyed, needs, asking)
      : inside(asked, some, needs, asking)
    groups.push({
      verdict,
      conditions: conditions ?? [opaque(asking, { statement, verdict }, needs).terms],
    })
  }
  return groups
}

/** That there is an element for the key. */
export function mapCondition(key: Expression, map: MapSource, asking: Asking): Condition | typeof NEVER {
  const asked = askParts(key, asking)
  if (asked.some(({ kind }) => kind === 'never')) return NEVER
  const needs = asked.flatMap(one => (one.kind === 'field' || one.kind === 'opaque' ? one.needs : []))
  const elements = elementsOf(map, asking)
  if (elements === null) return opaque(asking, { key, map }, needs)
  if (elements.some(element => element.key === '*')) return { terms: needs }
  const conditions = inside(asked, elements, needs, asking)
  return conditions === null ? opaque(asking, { key, map }, needs) : { terms: [], oneOf: conditions }
}

/** Null: nobody can tell what is in it. */
function elementsOf(map: MapSource, asking: Asking): readonly Element[] | null {
  if (map.kind === 'elements') return map.elements
  if (isLive(map.set, asking)) return null
  return asking.sets.sets.get(map.set)?.elements ?? null
}

const askParts = (key: Expression, asking: Asking): readonly Asked[] =>
  key.kind === 'tuple' ? key.parts.map(part => ask(part, asking)) : [ask(key, asking)]

function inside(
  asked: readonly Asked[],
  elements: readonly Element[],
  needs: readonly Term[],
  asking: Asking,
): readonly (readonly Term[])[] | null {
  const conditions: (readonly Term[])[] = []
  for (const { key } of elements) {
    if (key === '*') continue
    const terms = tupleElement(asked, key, asking)
    if (terms === null) return null
    if (terms !== NEVER) conditions.push([...needs, ...terms])
  }
  return asked.length === 1 ? joined(conditions, needs, asking) : conditions
}

/** Elements of one field are one term. */
function joined(
  conditions: readonly (readonly Term[])[],
  needs: readonly Term[],
  { universe }: Asking,
): readonly (readonly Term[])[] {
  const terms = conditions.map(one => one[needs.length])
  if (conditions.length < 2 || terms.includes(undefined)) return conditions
  const ranges: ValueRange[] = []
  for (const term of terms as readonly Term[])
    if (term.predicate.kind === 'in') ranges.push(...term.predicate.ranges)
  return [[...needs, universe.term(terms[0]!.field, { kind: 'in', ranges: mergeRanges(ranges) })]]
}

/** Where no element fits. Null for concatenations: that isn't one conjunction. */
function restOf(
  asked: readonly Asked[],
  keyed: readonly Element[],
  needs: readonly Term[],
  asking: Asking,
): readonly (readonly Term[])[] | null {
  if (keyed.length === 0) return [needs]
  const all = inside(asked, keyed, needs, asking)
  const last = all?.[0]?.at(-1)
  if (all?.length !== 1 || last?.predicate.kind !== 'in' || all[0]!.length !== needs.length + 1) return null
  return [[...needs, asking.universe.term(last.field, { kind: 'not-in', ranges: last.predicate.ranges })]]
}
