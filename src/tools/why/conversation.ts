/** A short conversation over a connection that stands: whether the other end speaks first, and what it says to a harmless question. */
import type { Attempt, Received, Seen } from '../../os/attempt.ts'
import type { Tried } from '../../os/reach.ts'
import type { Expected, Greeting } from './protocols/protocols.ts'

export interface Conversation {
  /** What is expected to be spoken there; absent where nobody knows. */
  readonly expected?: Expected
  /** What came before anything was said. */
  readonly unasked: Received
  /** What we said, and whether it was taken. */
  readonly said?: { readonly bytes: Uint8Array; readonly sent: Tried }
  /** All that came after that, up to `MOST_BYTES`. */
  readonly answer?: Received
  /** Until its first byte or its end, or until patience ended, milliseconds. */
  readonly ms: number
  /** When it was over. */
  readonly seen: Seen
}

export interface TalkOptions {
  /** Name of the other end, for protocols that say it. */
  readonly host: string
  /** How long an answer may take, milliseconds. */
  readonly patienceMs: number
  /** How long who speaks second is listened to before we speak, milliseconds. */
  readonly listenMs: number
  readonly now: () => number
  readonly signal: AbortSignal
  /** Instead of the protocol's own first message. */
  readonly hello?: Uint8Array
}

/** More than a page's first segments, less than anybody would notice. */
const MOST_BYTES = 65_536
/** How long the next piece of an answer may take, milliseconds. */
const PIECE_MS = 60

export async function converse(
  attempt: Attempt,
  expected: Expected | undefined,
  { host, patienceMs, listenMs, now, signal, hello }: TalkOptions,
): Promise<Conversation> {
  const began = now()
  const greeting = expected?.greeting
  const question = hello ?? greeting?.hello?.(host)
  const waits = greeting?.first === 'server' ? patienceMs : listenMs
  const unasked = await hear(attempt, waits, signal, greeting)
  const heard = { ...(expected === undefined ? {} : { expected }), unasked }
  if (unasked.kind !== 'nothing' || question === undefined) {
    const ms = now() - began
    if (unasked.kind === 'bytes' && greeting?.farewell !== undefined && greeting.speaks(unasked.bytes))
      await attempt.send(Uint8Array.from(greeting.farewell, letter => letter.charCodeAt(0)))
    return { ...heard, ms, seen: await attempt.seen() }
  }
  const asked = now()
  const sent = await attempt.send(question)
  const said = { bytes: question, sent }
  if (sent.kind !== 'yes') return { ...heard, said, ms: now() - asked, seen: await attempt.seen() }
  const first = await attempt.receive({ timeoutMs: patienceMs, signal })
  const ms = now() - asked
  const answer = first.kind === 'bytes' ? await whole(attempt, first.bytes, signal, greeting) : first
  return { ...heard, said, answer, ms, seen: await attempt.seen() }
}

async function hear(
  attempt: Attempt,
  timeoutMs: number,
  signal: AbortSignal,
  greeting: Greeting | undefined,
): Promise<Received> {
  const first = await attempt.receive({ timeoutMs, signal })
  return first.kind === 'bytes' ? whole(attempt, first.bytes, signal, greeting) : first
}

/** What comes soon after the first piece belongs to it: of pages, which are large, and of what isn't understood yet. */
async function whole(
  attempt: Attempt,
  first: Uint8Array,
  signal: AbortSignal,
  greeting: Greeting | undefined,
): Promise<Received> {
  if (greeting !== undefined && greeting.name !== 'http' && greeting.speaks(first))
    return { kind: 'bytes', bytes: first }
  const pieces = [first]
  let size = first.length
  while (size < MOST_BYTES) {
    const next = await attempt.receive({ timeoutMs: PIECE_MS, signal })
    if (next.kind !== 'bytes') break
    pieces.push(next.bytes)
    size += next.bytes.length
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return { kind: 'bytes', bytes }
}

/** What came at all: unasked, or as an answer. */
export const heardIn = ({ unasked, answer }: Conversation): Received =>
  unasked.kind === 'nothing' && answer !== undefined ? answer : unasked
