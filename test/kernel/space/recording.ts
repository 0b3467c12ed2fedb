/**
 * What a kernel said, kept as text so that the model can be judged where no kernel is to be had: the rows of the tables and
 * random programs of every profile, in the notation of `notation.ts`.
 */
import type { Outcome, Surroundings } from '../../../src/model/space/program.ts'
import type { Step } from './exclusions.ts'
import { parseLine, printAction, printOutcome, type Wanted } from './notation.ts'
import { PLAIN } from './surroundings.ts'

/** A name, what differs from `PLAIN`, and the steps with semicolons between them. */
export type Recorded = readonly [name: string, surroundings: Partial<Surroundings>, steps: string]

export interface Recording {
  /** The kernel's release, uname(2). */
  readonly kernel: string
  readonly programs: readonly Recorded[]
}

/** Actions after which the local address tells nothing new when they succeed. */
const TELLS_NOTHING = new Set(['socket', 'set', 'device', 'range', 'close', 'shutdown'])

export const record = (name: string, surroundings: Surroundings, steps: readonly Step[]): Recorded => [
  name,
  Object.fromEntries(
    Object.entries(surroundings).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(PLAIN[key as keyof Surroundings]),
    ),
  ),
  steps.map(stepText).join('; '),
]

const stepText = ({ action, outcome }: Step): string =>
  outcome.errno === 'OK' && TELLS_NOTHING.has(action.do)
    ? printAction(action)
    : `${printAction(action)} = ${printOutcome(outcome)}`

export function replay([, surroundings, text]: Recorded): {
  readonly surroundings: Surroundings
  readonly steps: readonly Step[]
} {
  const steps = text
    .split('; ')
    .flatMap(parseLine)
    .map(({ action, wanted }) => ({ action, outcome: outcomeOf(wanted) }))
  return { surroundings: { ...PLAIN, ...surroundings }, steps }
}

/** One that a row wants; of several ports and receivers the first. */
export function outcomeOf({ errno, address, ports, peer, receivers }: Wanted): Outcome {
  return {
    errno,
    ...(address === undefined || ports?.[0] === undefined ? {} : { local: { address, port: ports[0] } }),
    ...(peer === undefined ? {} : { peer }),
    ...(receivers?.[0] === undefined ? {} : { receiver: receivers[0] }),
  }
}
