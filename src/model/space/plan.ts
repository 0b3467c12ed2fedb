/** What an action may come to, and what is true afterwards once it is known what it came to. */
import type { Expectation, Outcome } from './program.ts'
import type { Holder } from './space-socket.ts'

export interface Plan {
  readonly expectation: Expectation
  /** Makes the space what it is after the action; called with an outcome that the expectation allows. */
  readonly commit: (outcome: Outcome) => void
  /** Who stands in the way, where the action is refused for that. */
  readonly blocker?: Holder
}

export const NOTHING = (): void => {}

/** The action changes nothing. */
export const refuse = (errno: string, blocker?: Holder | null): Plan => ({
  expectation: { errnos: [errno] },
  commit: NOTHING,
  ...(blocker == null ? {} : { blocker }),
})

/** The action succeeds for certain. */
export const done = (commit: () => void, more: Partial<Expectation> = {}): Plan => ({
  expectation: { errnos: ['OK'], ...more },
  commit,
})

/** The port that was drawn, as an expectation has it. */
export const drawnOf = (drawn: number | null | undefined): Pick<Expectation, 'drawn'> =>
  drawn == null ? {} : { drawn }
