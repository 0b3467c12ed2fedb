/** The same conversation over connections of its own: whether each gets an answer. */
import type { AttemptRequest } from '../../os/attempt.ts'
import { converse, heardIn } from './conversation.ts'
import type { Inquiry } from './inquiry.ts'
import { spokenAt } from './spoken-at.ts'

export interface OnceMore {
  /** `unable`: this host can't ask that way. */
  readonly end: 'answered' | 'silent' | 'failed' | 'unable'
  /** Until the connection stood, milliseconds. */
  readonly connectMs: number
  /** Bytes in all. */
  readonly bytes: number
}

export interface OnceMoreOptions {
  readonly connectMs: number
  readonly patienceMs: number
  /** Largest segment, bytes. */
  readonly segment?: number
  /** Instead of the protocol's first message. */
  readonly hello?: Uint8Array
}

export async function onceMore(
  inquiry: Inquiry,
  { connectMs, patienceMs, segment, hello }: OnceMoreOptions,
): Promise<OnceMore> {
  const { os, target, signal, left } = inquiry
  const request: Partial<AttemptRequest> = { watch: false, ...(segment === undefined ? {} : { segment }) }
  const attempt = await inquiry.attempt(request, connectMs)
  const { kind, code } = attempt.outcome
  try {
    if (code === 'ENOSYS') return { end: 'unable', connectMs: attempt.ms, bytes: 0 }
    if (kind !== 'yes') return { end: 'failed', connectMs: attempt.ms, bytes: 0 }
    const talk = await converse(attempt, spokenAt(target), {
      host: String(target.host),
      patienceMs: Math.max(1, Math.min(patienceMs, left())),
      listenMs: 1,
      now: () => os.clock.monotonic(),
      signal,
      ...(hello === undefined ? {} : { hello }),
    })
    const heard = heardIn(talk)
    const end = heard.kind === 'nothing' ? 'silent' : heard.kind === 'failed' ? 'failed' : 'answered'
    return { end, connectMs: attempt.ms, bytes: heard.kind === 'bytes' ? heard.bytes.length : 0 }
  } finally {
    await attempt.close()
  }
}
