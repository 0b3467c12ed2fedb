/** The questions by which an agent opens something that stays open: what came of it, and the number to ask it by. */

import type { Endpoint } from '../../model/endpoint.ts'
import type { Arrival, BindRequest, ListenRequest, OS, RelayPlan } from '../os.ts'
import type { AttemptRequest, DatagramRequest, TryOptions } from '../reach.ts'
import type { AgentCall } from './agent-call.ts'

export async function openBind(os: OS, call: AgentCall, request: BindRequest): Promise<unknown> {
  const outcome = await os.bind(request)
  if (outcome.errno !== null || outcome.kept === undefined) return outcome
  const { kept, ...rest } = outcome
  return { ...rest, handle: call.keep({}, () => kept.close()) }
}

export async function openAttempt(
  os: OS,
  call: AgentCall,
  request: AttemptRequest,
  options: TryOptions,
): Promise<unknown> {
  const attempt = await os.reach.attempt(request, call.with(options))
  const { outcome, atOnce, ms, local } = attempt
  const handle = call.keep(
    {
      seen: () => attempt.seen(),
      send: (_, bytes: Uint8Array) => attempt.send(bytes),
      receive: (asked, limits: TryOptions) => attempt.receive(asked.with(limits)),
      finish: () => attempt.finish(),
    },
    () => attempt.close(),
  )
  return { outcome, atOnce, ms, local, handle }
}

export async function openDatagrams(os: OS, call: AgentCall, request: DatagramRequest): Promise<unknown> {
  const opened = await os.reach.datagrams(request)
  if (opened.kind !== 'yes') return opened
  const { socket } = opened
  const handle = call.keep(
    {
      send: (_, bytes: Uint8Array, to: Endpoint) => socket.send(bytes, to),
      receive: (asked, limits: TryOptions) => socket.receive(asked.with(limits)),
    },
    () => socket.close(),
  )
  return { kind: 'yes', local: socket.local, handle }
}

export async function openListening(os: OS, call: AgentCall, request: ListenRequest): Promise<unknown> {
  const outcome = await os.listen(request)
  if (outcome.kind !== 'yes') return outcome
  const { listening } = outcome
  const handle = call.keep(
    {
      arrivals: asked => arrivals(listening.arrivals, asked),
    },
    () => listening.close(),
  )
  return { kind: 'yes', local: listening.local, handle }
}

async function* arrivals(all: AsyncIterable<Arrival>, call: AgentCall): AsyncGenerator<unknown> {
  for await (const arrival of all) {
    const { from, to } = arrival
    const handle = call.keep(
      {
        bytes: () => arrival.bytes,
        state: async () => arrival.state,
        send: (_, bytes: Uint8Array) => arrival.send(bytes),
      },
      () => arrival.close(),
    )
    yield { from, to, handle }
  }
}

export async function openRelay(os: OS, call: AgentCall, plan: RelayPlan): Promise<unknown> {
  const outcome = await os.relay(plan)
  if (outcome.kind !== 'running') return outcome
  const { relay } = outcome
  const cut = new AbortController()
  const handle = call.keep(
    {
      events: () => relay.events,
      drain: () => relay.drain({ signal: cut.signal }),
      cut: async () => cut.abort(),
    },
    // Nobody is left to drain it for.
    () => relay.drain({ signal: AbortSignal.abort() }),
  )
  return { kind: 'running', listening: relay.listening, handle }
}
