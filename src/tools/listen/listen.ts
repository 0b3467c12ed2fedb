/**
 * A listener for trying whether anybody gets through to here: who comes, from which address (the one that is left after NAT), to which
 * of ours, and what they say.
 *
 * Answers what arrives at this host's sockets. Doesn't answer why nobody does: a packet that a filter drops is never seen
 * here. The page that it serves on request is HTTP/1.1 (RFC 9112), one request to a connection.
 */
import { type Endpoint, formatEndpoint } from '../../model/endpoint.ts'
import type { Finding } from '../../model/finding.ts'
import type { Arrival, Listening } from '../../os/listening.ts'
import type { Cancellable, OS } from '../../os/os.ts'
import { ANSWERING, type Answer } from './answers.ts'
import { Funnel } from './funnel.ts'
import { whyNotListening } from './why-not.ts'

export { ANSWERS, type Answer } from './answers.ts'
export { isOnlyOurs, type Place, parsePlace, placesFor } from './places.ts'
export { whyNotListening } from './why-not.ts'

export interface ListenPlan {
  readonly protocol: 'tcp' | 'udp'
  /** All of one port; where that is 0 the system chooses one for all. */
  readonly places: readonly Endpoint[]
  /** A page only over TCP. */
  readonly answer: Answer
  /** Ends after the first who came. */
  readonly once: boolean
}

/** Ids are counted up from 1; a datagram is somebody who comes and says one thing. `atMs`: milliseconds since 1970. */
export type ListenEvent =
  | {
      readonly kind: 'came'
      readonly id: number
      readonly from: Endpoint
      readonly to: Endpoint
      readonly atMs: number
    }
  /** `bytes`: the beginning, at most 4096 of `length`. */
  | {
      readonly kind: 'said'
      readonly id: number
      readonly bytes: Uint8Array
      readonly length: number
      readonly atMs: number
    }
  | { readonly kind: 'answered'; readonly id: number; readonly length: number; readonly atMs: number }
  /** The end of a connection, and who ended it. */
  | {
      readonly kind: 'left'
      readonly id: number
      readonly from: Endpoint
      readonly heard: number
      readonly sent: number
      readonly ms: number
      readonly because: 'they-ended' | 'they-reset' | 'we-ended'
      readonly atMs: number
    }

export type ListenStart =
  | {
      readonly kind: 'listening'
      readonly at: readonly Endpoint[]
      /** Until the signal, or with `once` until the first has gone. Whoever stops reading closes it. */
      readonly events: AsyncIterable<ListenEvent>
    }
  | { readonly kind: 'failed'; readonly at: Endpoint; readonly reasons: readonly Finding[] }
  /** This host listens for nobody. */
  | { readonly kind: 'unsupported' }

const MOST_SHOWN = 4096
const UNREAD = 64
/** How often a port that the system chose may turn out to be taken at the next address. */
const CHOICES = 16

export async function startListening(
  os: OS,
  plan: ListenPlan,
  options: Cancellable = {},
): Promise<ListenStart> {
  const choices = plan.places.length > 1 && plan.places[0]?.port === 0 ? CHOICES : 1
  for (let choice = 1; ; choice++) {
    const open: Listening[] = []
    let failed: Awaited<ReturnType<OS['listen']>> | undefined
    let at: Endpoint = plan.places[0]!
    for (const place of plan.places) {
      at = { ...place, port: open[0]?.local.port ?? place.port }
      const outcome = await os.listen({ protocol: plan.protocol, at })
      if (outcome.kind === 'yes') open.push(outcome.listening)
      else {
        failed = outcome
        break
      }
    }
    if (failed === undefined)
      return {
        kind: 'listening',
        at: open.map(({ local }) => local),
        events: heard(os, plan, open, options.signal),
      }
    await Promise.all(open.map(one => one.close()))
    if (failed.kind === 'yes') throw new Error(`${formatEndpoint(at)} is listened on and isn’t`)
    if (failed.code === 'ENOSYS') return { kind: 'unsupported' }
    if (choice < choices && failed.code === 'EADDRINUSE') continue
    return { kind: 'failed', at, reasons: await whyNotListening(os, plan.protocol, at, failed) }
  }
}

async function* heard(
  os: OS,
  plan: ListenPlan,
  open: readonly Listening[],
  signal: AbortSignal | undefined,
): AsyncGenerator<ListenEvent> {
  const events = new Funnel<ListenEvent>(UNREAD)
  let last = 0
  let closing: Promise<unknown> | undefined
  const close = (): Promise<unknown> => {
    closing ??= Promise.all(open.map(one => one.close()))
    return closing
  }
  const stop = (): void => void close()
  const take = async (listening: Listening): Promise<void> => {
    const served: Promise<void>[] = []
    for await (const arrival of listening.arrivals) {
      last++
      // Whoever comes after the only one isn't heard.
      if (plan.once && last > 1) void arrival.close()
      else served.push(serve(os, plan, arrival, last, events).then(plan.once ? stop : undefined))
    }
    await Promise.all(served)
  }
  const all = Promise.all(open.map(take)).finally(() => events.end())
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  try {
    yield* events
    await all
  } finally {
    signal?.removeEventListener('abort', stop)
    events.end()
    await close()
  }
}

async function serve(
  { clock }: OS,
  { protocol, answer }: ListenPlan,
  arrival: Arrival,
  id: number,
  events: Funnel<ListenEvent>,
): Promise<void> {
  const { from, to } = arrival
  const startedAt = clock.monotonic()
  let [got, sent] = [0, 0]
  await events.tell({ kind: 'came', id, from, to, atMs: clock.now() })
  await ANSWERING[answer](arrival, {
    said(bytes) {
      got += bytes.length
      const shown = bytes.slice(0, MOST_SHOWN)
      return events.tell({ kind: 'said', id, bytes: shown, length: bytes.length, atMs: clock.now() })
    },
    async answered(length, tried) {
      if (tried.kind !== 'yes') return
      sent += length
      await events.tell({ kind: 'answered', id, length, atMs: clock.now() })
    },
  })
  const { state } = arrival
  await arrival.close()
  if (protocol === 'udp') return
  const because = state === 'reset' ? 'they-reset' : state === 'ended' ? 'they-ended' : 'we-ended'
  const ms = Math.round(clock.monotonic() - startedAt)
  await events.tell({ kind: 'left', id, from, heard: got, sent, ms, because, atMs: clock.now() })
}
