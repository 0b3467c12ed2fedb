/** A rule set after what its rules did to its sets while a packet passed: `add @set { … }`, `update`, `delete`. */
import type { Pattern, Scalar } from './pattern.ts'
import type { Element, NamedSet, Ruleset } from './ruleset.ts'

/** What is known of one change; `value` of a map. */
export interface ElementChange {
  readonly set: NamedSet
  readonly op: 'add' | 'delete'
  readonly key: readonly Scalar[]
  readonly value?: readonly Scalar[]
}

/** The same rule set where nothing has changed. Elements that were added have no timeout: no time passes here. */
export function withSetChanges(ruleset: Ruleset, changes: readonly ElementChange[]): Ruleset {
  if (changes.length === 0) return ruleset
  const tables = ruleset.tables.map(table =>
    table.sets.some(set => changes.some(change => change.set === set))
      ? { ...table, sets: table.sets.map(set => changed(set, changes)) }
      : table,
  )
  return { tables }
}

function changed(set: NamedSet, changes: readonly ElementChange[]): NamedSet {
  let { elements } = set
  for (const change of changes) {
    if (change.set !== set) continue
    const at = elements.findIndex(({ key }) => key !== '*' && holdsJust(key, change.key))
    if (change.op === 'delete') elements = at === -1 ? elements : elements.toSpliced(at, 1)
    else if (at === -1) elements = [...elements, elementOf(change)]
    else if (change.value !== undefined)
      elements = elements.with(at, { ...elements[at]!, ...elementOf(change) })
  }
  return elements === set.elements ? set : { ...set, elements }
}

const patternOf = (values: readonly Scalar[]): Pattern => {
  const parts = values.map((value): Pattern => ({ kind: 'value', value }))
  return parts.length === 1 ? parts[0]! : { kind: 'tuple', parts }
}

const elementOf = ({ key, value }: ElementChange): Element => ({
  key: patternOf(key),
  ...(value === undefined
    ? {}
    : { value: { kind: 'datum', parts: value.map((one): Pattern => ({ kind: 'value', value: one })) } }),
})

function holdsJust(pattern: Pattern, values: readonly Scalar[]): boolean {
  const parts = pattern.kind === 'tuple' ? pattern.parts : [pattern]
  return (
    parts.length === values.length &&
    parts.every((part, i) => part.kind === 'value' && part.value === values[i])
  )
}
