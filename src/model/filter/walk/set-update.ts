/** `add @set { … }`: a rule changes a set while the packet passes (the kernel's nft_dynset_eval). */
import type { Statement } from '../statement.ts'
import { suppose } from './fact.ts'
import { setNamed } from './lookup.ts'
import { BREAK, NEXT, type Outcome } from './outcome.ts'
import { readExpression } from './read-expression.ts'
import type { SetChange, Traversal } from './traversal.ts'
import { ABSENT } from './value.ts'

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
