/** The two ways between a host that asks and whatever answers. Interfaces only. */
import type { Fault } from '../../model/fault.ts'

export interface Link {
  /** For messages: `ssh://ops@web`. */
  readonly place: string
  /** What a person would type after `ssh` to get there. */
  readonly login: string
  /** What the other end says, until it says no more. Read once. */
  readonly input: AsyncIterable<Uint8Array>
  /** Never throws: a link that broke is told by `input` ending. */
  write(text: string): void
  /** Why `input` ended, as the fault to tell; `talking` once the other end had said who it is. */
  why(talking: boolean): Promise<Fault>
  /** Ends it, and waits until nothing of it is left. Twice does no harm. */
  close(): Promise<void>
}
