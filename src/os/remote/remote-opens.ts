/** What stays open on another machine, as it is used from here: each is asked by its number, until it is closed. */
import type { Endpoint } from '../../model/endpoint.ts'
import type { Known } from '../../model/known.ts'
import type {
  Arrival,
  BindOutcome,
  BindRequest,
  ListenOutcome,
  ListenRequest,
  Relay,
  RelayEvent,
  RelayOutcome,
  RelayPlan,
} from '../os.ts'
import type {
  Attempt,
  AttemptRequest,
  DatagramRequest,
  OpenedDatagrams,
  Tried,
  TryOptions,
} from '../reach.ts'
import type { Asking, Conversation } from './conversation.ts'

/** A number of something open, or none. */
interface Opened {
  readonly handle?: number
}

/** Asks what was opened. To close it twice does no harm, nor when all is closed already. */
function asker(talk: Conversation, on: number) {
  return {
    ask: <T>(call: string, args: readonly unknown[], { signal }: Asking = {}) =>
      talk.ask<T>(call, args, { on, signal }),
    stream: <T>(call: string) => talk.stream<T>(call, [], { on }),
    close: () => talk.release(on),
  }
}

type Asker = ReturnType<typeof asker>

export async function openedBind(talk: Conversation, request: BindRequest): Promise<BindOutcome> {
  const { handle, ...outcome } = await talk.ask<BindOutcome & Opened>('bind', [request])
  if (handle === undefined || outcome.errno !== null) return outcome
  // The descriptor is one of the agent's, which nobody here can use.
  return { errno: null, port: outcome.port, kept: { fd: null, close: asker(talk, handle).close } }
}

export async function openedAttempt(
  talk: Conversation,
  request: AttemptRequest,
  { signal, ...limits }: TryOptions,
): Promise<Attempt> {
  const { handle, ...told } = await talk.ask<AttemptTold>('attempt', [request, limits], { signal })
  const { ask, close } = asker(talk, handle)
  return {
    ...told,
    seen: () => ask('seen', []),
    send: bytes => ask('send', [bytes]),
    receive: ({ signal: stop, ...within }) => ask('receive', [within], { signal: stop }),
    finish: () => ask('finish', []),
    close,
  }
}

interface AttemptTold {
  readonly handle: number
  readonly outcome: Tried
  readonly atOnce: boolean
  readonly ms: number
  readonly local: Known<Endpoint>
}

export async function openedDatagrams(
  talk: Conversation,
  request: DatagramRequest,
): Promise<OpenedDatagrams> {
  type Told = Exclude<OpenedDatagrams, { kind: 'yes' }> | { kind: 'yes'; local: Endpoint; handle: number }
  const told = await talk.ask<Told>('datagrams', [request])
  if (told.kind !== 'yes') return told
  const { ask, close } = asker(talk, told.handle)
  return {
    kind: 'yes',
    socket: {
      local: told.local,
      send: (bytes, to) => ask('send', [bytes, to]),
      receive: ({ signal, ...within }) => ask('receive', [within], { signal }),
      close,
    },
  }
}

export async function openedListening(talk: Conversation, request: ListenRequest): Promise<ListenOutcome> {
  type Told = Exclude<ListenOutcome, { kind: 'yes' }> | { kind: 'yes'; local: Endpoint; handle: number }
  const told = await talk.ask<Told>('listen', [request])
  if (told.kind !== 'yes') return told
  const { stream, close } = asker(talk, told.handle)
  async function* arrivals() {
    for await (const one of stream<{ from: Endpoint; to: Endpoint; handle: number }>('arrivals')) {
      const { from, to, handle } = one
      yield openedArrival(from, to, asker(talk, handle))
    }
  }
  return { kind: 'yes', listening: { local: told.local, arrivals: arrivals(), close } }
}

/** How it stands is asked when its bytes are over. */
function openedArrival(from: Endpoint, to: Endpoint, { ask, stream, close }: Asker): Arrival {
  let state: Arrival['state'] = 'open'
  async function* bytes() {
    yield* stream<Uint8Array>('bytes')
    state = await ask<Arrival['state']>('state', [])
  }
  return {
    from,
    to,
    bytes: bytes(),
    get state() {
      return state
    },
    send: said => ask<Tried>('send', [said]),
    close,
  }
}

export async function openedRelay(talk: Conversation, plan: RelayPlan): Promise<RelayOutcome> {
  type Told =
    | Exclude<RelayOutcome, { kind: 'running' }>
    | { kind: 'running'; listening: Relay['listening']; handle: number }
  const told = await talk.ask<Told>('relay', [plan])
  if (told.kind !== 'running') return told
  const { ask, stream } = asker(talk, told.handle)
  return {
    kind: 'running',
    relay: {
      listening: told.listening,
      events: stream<RelayEvent>('events'),
      async drain({ signal } = {}) {
        // Here the signal says how, not whether: the other side cuts those who are left.
        const draining = ask<void>('drain', [])
        if (signal === undefined) return draining
        const cut = (): void => void ask('cut', []).catch(() => undefined)
        if (signal.aborted) cut()
        signal.addEventListener('abort', cut, { once: true })
        try {
          await draining
        } finally {
          signal.removeEventListener('abort', cut)
        }
      },
    },
  }
}
