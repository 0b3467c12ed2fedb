/** The walk of one packet through the rules of a hook. What follows from many walks is said in `../evaluate.ts`. */
export type { Binder, BindQuestion, Bound } from './bind.ts'
export { type Choice, Choices, type Decide, explore, type Leaf } from './choices.ts'
export { usesConntrack } from './conntrack-use.ts'
export { type HookResult, type Inserted, type PlacePassed, walkHook } from './hook.ts'
export { knownChanges } from './set-update.ts'
export { replyTo } from './translate.ts'
export {
  type Answered,
  type Layer,
  newTraversal,
  type SetChange,
  type Traversal,
  tupleOf,
  type WalkOptions,
} from './traversal.ts'
