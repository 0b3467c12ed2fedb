/**
 * How a run ends: every exit status of the command, and what it promises to a script.
 *
 * 130 and 143 are 128 plus the number of the signal, as shells report it.
 */
export const EXIT = Object.freeze({
  /** Yes, or done. */
  done: 0,
  /** A clear no: busy, unreachable, findings, drift. */
  no: 1,
  /** The command line or a configuration file can't be understood. */
  usage: 2,
  /** The question was fine and nothing answers to it. */
  nothingMatched: 3,
  /** With `--strict`: the answer is incomplete for lack of privilege. */
  incomplete: 4,
  /** Waited as long as was asked. */
  timedOut: 5,
  /** Depends, unknown or unsupported. */
  undecided: 6,
  /** A mistake in the program itself. */
  internal: 70,
  /** SIGINT. */
  interrupted: 130,
  /** SIGTERM. */
  terminated: 143,
})

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT]

/** The reader of our output has gone (`| head`): no error, only the end. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}
