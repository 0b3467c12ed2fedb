/** From all the ways that a walk can go to one answer: what they agree on, and else which fact makes the difference. */
import type { Decision, DecisionKind, RejectAnswer, Step, Unknown } from './decision.ts'
import type { Choice, HookResult } from './walk/walk.ts'

export interface WalkLeaf {
  readonly choices: readonly Choice[]
  readonly result: HookResult
  readonly walk: readonly Step[]
}

/** Leaves in the order of `explore`: at each question first all that follow from yes. */
export function joinLeaves(leaves: readonly WalkLeaf[], complete: boolean): Decision {
  const unknown = new Map<string, Unknown>()
  const joined = kindOf(leaves, 0, unknown)
  const kind = complete || joined === 'unsupported' ? joined : 'depends'
  const first = leaves[0]!
  if (!complete) unknown.set('', { ...TOO_MANY, ifTrue: joined })
  const decided = kind !== 'depends' && kind !== 'unsupported'
  const rule =
    decided && leaves.every(({ result }) => result.rule === first.result.rule) ? first.result.rule : undefined
  const policy =
    decided && leaves.every(({ result }) => samePolicy(result, first.result))
      ? first.result.policy
      : undefined
  const { answer } = first.result
  return {
    kind,
    ...(kind === 'reject' &&
    answer !== undefined &&
    leaves.every(({ result }) => sameAnswer(result.answer, answer))
      ? { rejectWith: answer }
      : {}),
    ...(rule === undefined ? {} : { rule }),
    ...(policy === undefined || rule !== undefined ? {} : { policy }),
    walk: first.walk,
    unknown: decided ? [] : [...unknown.values()].reverse(),
  }
}

const TOO_MANY = {
  expression: 'more facts than can be tried one by one',
  unsupported: false,
  ifFalse: 'depends',
} as const

function kindOf(leaves: readonly WalkLeaf[], depth: number, unknown: Map<string, Unknown>): DecisionKind {
  const first = leaves[0]!
  const choice = first.choices[depth]
  if (choice === undefined) return first.result.kind
  const split = leaves.findIndex(({ choices }) => choices[depth]?.answer === false)
  // The last of too many: its other side was not looked at.
  if (split <= 0) return kindOf(leaves, depth + 1, unknown)
  const ifTrue = kindOf(leaves.slice(0, split), depth + 1, unknown)
  const ifFalse = kindOf(leaves.slice(split), depth + 1, unknown)
  if (ifTrue === ifFalse) return ifTrue
  const { text, unsupported } = choice.atom
  // What is asked first is told first, and once.
  unknown.delete(text)
  unknown.set(text, { expression: text, unsupported, ifTrue, ifFalse })
  return unsupported || ifTrue === 'unsupported' || ifFalse === 'unsupported' ? 'unsupported' : 'depends'
}

const samePolicy = ({ policy: a }: HookResult, { policy: b }: HookResult): boolean =>
  a?.family === b?.family && a?.table === b?.table && a?.chain === b?.chain && a?.policy === b?.policy

const sameAnswer = (a: RejectAnswer | undefined, b: RejectAnswer): boolean =>
  a !== undefined &&
  a.kind === b.kind &&
  (a.kind === 'tcp reset' || b.kind === 'tcp reset' || (a.type === b.type && a.code === b.code))
