/**
 * Questions about all packets at once: is there one that a condition describes and the rules let through; which rules no
 * packet comes to, or nobody would miss; what differs between two rule sets. And the verdict of one packet, for very many.
 *
 * Every answer is exact or says that it isn't known: what was found has been through the evaluator, what isn't there was
 * looked for everywhere, and beyond a budget of steps the answer is "unknown". One hook at a time, `ip`, `ip6` and `inet`
 * tables; what conntrack, routing and limits say of a packet is taken as free, so a proof holds for any of it.
 *
 * The rules of a hook are unfolded to a list of boxes over ranked fields (`unfold.ts`, `program.ts`), and a region of
 * packets is what is left of a box when earlier ones are taken away, piece by piece (`reach.ts`).
 */
export { type Classified, type Classifier, compileClassifier } from './classifier.ts'
export { type ConditionPart, parseCondition } from './condition.ts'
export { type Diff, type DiffOptions, diffRules } from './diff-rules.ts'
export type { Difference } from './differences.ts'
export { type FindRequest, type Found, findPacket, type Searcher, searcherOf } from './find-packet.ts'
export { type Lint, type LintOptions, lintRules } from './lint-rules.ts'
export type { Witness } from './witness.ts'
