/** What is told of a row that was played. */
import type { PlainOutcome } from './lab/plain-connect.ts'

export interface PlayedFault {
  readonly name: string
  readonly symptom?: PlainOutcome
  /** What openssl wrote. */
  readonly tls?: string
  readonly mended?: PlainOutcome
  /** Where the row could not be played. */
  readonly error?: string
}
