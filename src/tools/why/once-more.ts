/** The same conversation over connections of its own: whether each gets an answer. */
import type { Seen } from '../../os/attempt.ts'
import { converse, heardIn } from './conversation.ts'
import type { Inquiry } from './inquiry.ts'
import { spokenAt } from './spoken-at.ts'

export interface OnceMore {
  /** `unable`: this host can't ask that way. */
  readonly end: 'answered' | 'silent' | 'failed' | 'unable'
  /** What was said over a connection that stood had to be sent again. */
  readonly resent: boolean
  /** The connection took as long as a second try does. */
  readonly late: boolean
  /** Until it stood or was given up, milliseconds. */
  readonly ms: number
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
  const { ms } = attempt
  const late = ms >= SECOND_TRY_MS
  try {
    if (code === 'ENOSYS') return { end: 'unable', resent: false, late: false, ms }
    if (kind !== 'yes') return { end: 'failed', resent: false, late, ms }
    const stood = await attempt.seen()
    const talk = await converse(attempt, spokenAt(target), {
      host: String(target.host),
      patienceMs,
      listenMs: 1,
      now: () => os.clock.monotonic(),
      signal,
      ...(hello === undefined ? {} : { hello }),
    })
    const heard = heardIn(talk)
    const end = heard.kind === 'nothing' ? 'silent' : heard.kind === 'failed' ? 'failed' : 'answered'
    return { end, resent: resentSince(stood, talk.seen), late, ms }
  } finally {
    await attempt.close()
  }
}

/** Segments were sent again between the two, SYNs left out: whoever limits new connections drops only those. */
export const resentSince = ({ tcp: before }: Seen, { tcp: after }: Seen): boolean =>
  before.known && after.known && after.value.retransmits > before.value.retransmits
