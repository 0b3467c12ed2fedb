/** The walk of one packet through the rules of a hook. What follows from many walks is said in `../evaluate.ts`. */
export type { Binder, BindQuestion, Bound } from './bind.ts'
export { type Choice, Choices, type Decide, explore, type Leaf } from './choices.ts'
export { usesConntrack } from './conntrack-use.ts'
export { type HookResult, walkHook } from './hook.ts'
export { replyTo } from './translate.ts'
export {
  newTraversal,
  type SetChange,
  STATE_BITS,
  STATUS_BITS,
  type Traversal,
  tupleOf,
  type WalkOptions,
} from './traversal.ts'
