/** The same conversation over connections of its own: whether each gets an answer. */
import { converse, heardIn } from './conversation.ts'
import type { Inquiry } from './inquiry.ts'
import { spokenAt } from './spoken-at.ts'

export interface OnceMore {
  /** `unable`: this host can't ask that way. */
  readonly end: 'answered' | 'silent' | 'failed' | 'unable'
  /** Something had to be sent again, or the connection took as long as that does. */
  readonly again: boolean
}

export interface OnceMoreOptions {
  readonly connectMs: number
  readonly patienceMs: number
  /** Largest segment, bytes. */
  readonly segment?: number
  /** Instead of the protocol's first message. */
  readonly hello?: Uint8Array
}

/** A first SYN that is lost is sent again after a second (RFC 6298 section 2.1). */
export const SECOND_TRY_MS = 900

export async function onceMore(
  { os, target, to, options, signal }: Inquiry,
  { connectMs, patienceMs, segment, hello }: OnceMoreOptions,
): Promise<OnceMore> {
  const request = {
    protocol: 'tcp' as const,
    to,
    ...(options.source === undefined ? {} : { source: options.source }),
    ...(options.device === undefined ? {} : { device: options.device }),
    ...(segment === undefined ? {} : { segment }),
  }
  const attempt = await os.reach.attempt(request, { timeoutMs: connectMs, signal })
  const { kind, code } = attempt.outcome
  const late = attempt.ms >= SECOND_TRY_MS
  try {
    if (code === 'ENOSYS') return { end: 'unable', again: false }
    if (kind !== 'yes') return { end: 'failed', again: late }
    const talk = await converse(attempt, spokenAt(target), {
      host: String(target.host),
      patienceMs,
      listenMs: 1,
      now: () => os.clock.monotonic(),
      signal,
      ...(hello === undefined ? {} : { hello }),
    })
    const heard = heardIn(talk)
    const { tcp } = talk.seen
    const again = late || (tcp.known && (tcp.value.retransmits > 0 || tcp.value.unacked > 0))
    const end = heard.kind === 'nothing' ? 'silent' : heard.kind === 'failed' ? 'failed' : 'answered'
    return { end, again }
  } finally {
    await attempt.close()
  }
}
