/** `add @set { … }`: a rule changes a set while the packet passes (the kernel's nft_dynset_eval). */
import type { Scalar } from '../pattern.ts'
import type { NamedSet } from '../ruleset.ts'
import type { ElementChange } from '../set-changes.ts'
import type { Statement } from '../statement.ts'
import { suppose } from './fact.ts'
import { inNamedSet, setNamed } from './lookup.ts'
import { BREAK, NEXT, type Outcome } from './outcome.ts'
import { readExpression } from './read-expression.ts'
import type { SetChange, Traversal } from './traversal.ts'
import { ABSENT, isScalar, isTuple, type Value } from './value.ts'

type UpdateSet = Extract<Statement, { kind: 'update-set' }>

/** `run` judges the element's own statements: a limit that doesn't hold ends the rule. */
export function updateSet(
  t: Traversal,
  { op, set: name, key, value, statements }: UpdateSet,
  run: (statement: Statement) => Outcome,
): Outcome {
  const set = setNamed(t, name)
  if (set === undefined) return suppose(t, `@${name}, which isn't there`, true) ? NEXT : BREAK
  const at = readExpression(t, key)
  const datum = value === undefined ? undefined : readExpression(t, value)
  if (at === ABSENT || datum === ABSENT) return BREAK
  if (op !== 'delete' && isFull(t, set, at)) return BREAK
  const change: SetChange = {
    op: op === 'delete' ? 'delete' : 'add',
    key: at,
    ...(datum === undefined ? {} : { value: datum }),
  }
  const changes = t.setChanges.get(set)
  if (changes === undefined) t.setChanges.set(set, [change])
  else changes.push(change)
  if (op === 'delete') return NEXT
  for (const statement of statements) {
    const outcome = run(statement)
    if (outcome.kind !== 'next') return outcome
  }
  return NEXT
}

/** A set takes no more than its size; what is in it already may come again (nft_dynset_new). */
function isFull(t: Traversal, set: NamedSet, key: Value): boolean {
  if (set.size === undefined || set.elements.length < set.size) return false
  return inNamedSet(t, key, set) === undefined
}

/** What of the changes can be told. */
export const knownChanges = ({ setChanges }: Traversal): ElementChange[] =>
  [...setChanges].flatMap(([set, changes]) =>
    changes.flatMap(({ op, key, value }): ElementChange[] => {
      const keys = scalars(key)
      const values = value === undefined ? undefined : scalars(value)
      if (keys === undefined || (value !== undefined && values === undefined)) return []
      return [{ set, op, key: keys, ...(values === undefined ? {} : { value: values }) }]
    }),
  )

function scalars(value: Value): readonly Scalar[] | undefined {
  const parts = isTuple(value) ? value : [value]
  return parts.every(isScalar) ? (parts as readonly Scalar[]) : undefined
}
