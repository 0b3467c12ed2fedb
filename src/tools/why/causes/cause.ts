/** What the catalogue says of one cause. */

/**
 * What a packet meets, in that order: a cause of an earlier leg blocks before one of a later leg. `far` is the target's host,
 * `here-back` our own host when the answer comes in.
 */
export const LEGS = [
  'name',
  'target',
  'here',
  'way',
  'far',
  'far-back',
  'way-back',
  'here-back',
  'after',
  'quality',
] as const
export type Leg = (typeof LEGS)[number]

export interface Cause {
  readonly leg: Leg
  /** What is wrong, a sentence without its end. `{name|other words}` is filled from what a claim says. */
  readonly title: string
  /** What shows it. */
  readonly shownBy: string
  /** What would show that it isn't so. */
  readonly disprovedBy: string
  /** What to do about it, in words. */
  readonly remedy: string
  /** The same as commands at its host, in their order: words with one space between them, each filled as a title is. */
  readonly commands?: readonly string[]
  /** It is so and doesn't stop the connection: what it makes of a target is degraded, not unreachable. */
  readonly lets?: true
}
