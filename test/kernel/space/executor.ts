/**
 * Runs programs on the running kernel, in the namespace that this thread is in, and says what each action came to.
 *
 * It waits for nothing that the kernel does later: on loopback a packet is delivered by the one who sends it, and where a
 * sender's turn ends early, `settle` lets what is on its way arrive. A connection that waits at a listener is taken at once
 * into a queue of ours, to see who got it; a later `accept` takes from there, and a listener that closes resets what
 * is in its queue, as it does with the kernel's.
 */
import type { Action, Outcome, Program, SocketId, SpaceProtocol } from '../../../src/model/space/program.ts'
import {
  abort,
  accept,
  become,
  bind,
  close,
  connect,
  disconnect,
  type End,
  listen,
  localOf,
  POLLERR,
  POLLIN,
  peerOf,
  poll,
  receive,
  send,
  setDevice,
  setNumber,
  shutdown,
  takeError,
  tryToOpen,
} from './calls.ts'
import { excluded, remember, type SocketPast, type Step } from './exclusions.ts'
import type { Model } from './judge.ts'
import { moveAction, moveOutcome } from './rebase.ts'

export interface Run {
  /** What was done, ports that stood for another socket's replaced by it. Actions on sockets that never came to be are left out. */
  readonly steps: readonly Step[]
  /** Actions left out, by the name of their exclusion. */
  readonly excluded: Readonly<Record<string, number>>
}

interface Held {
  readonly fd: number
  readonly protocol: SpaceProtocol
  readonly uid: number
  listening: boolean
  /** Connections taken from the kernel's queue and not yet by the program. */
  readonly queue: { readonly fd: number; readonly peer: End | undefined }[]
}

const HOW = { read: 0, write: 1, both: 2 } as const
/** EALREADY is asked about again so often before the connection counts as one that isn't answered. */
const SETTLES = 3

export class Executor {
  readonly #settle: () => void
  #sent = 0

  /** `settle`: returns once all packets that were on their way have been delivered. */
  constructor(settle: () => void) {
    this.#settle = settle
  }

  /** `base` is added to every port but 0. What is outside of the model's field, if one is given, is left out. */
  run({ actions }: Program, base: number, model: Model | null): Run {
    const sockets = new Map<SocketId, Held>()
    const past = new Map<SocketId, SocketPast>()
    const steps: Step[] = []
    const left: Record<string, number> = {}
    try {
      for (const written of actions) {
        const action = this.#resolve(written, sockets, base)
        if (action === null) continue
        const why = excluded(past, action) ?? model?.outside(action) ?? null
        if (why !== null) {
          left[why] = (left[why] ?? 0) + 1
          continue
        }
        const outcome = moveOutcome(this.#act(moveAction(action, base), sockets), -base)
        const step = { action, outcome }
        remember(past, step)
        model?.adopt(action, outcome)
        steps.push(step)
      }
    } finally {
      become(0)
      for (const held of sockets.values()) end(held, true)
      this.#settle()
    }
    return { steps, excluded: left }
  }

  /** Null when there is no such socket, or there is one already. */
  #resolve(action: Action, sockets: ReadonlyMap<SocketId, Held>, base: number): Action | null {
    if (action.do === 'socket') return sockets.has(action.id) ? null : action
    if (!sockets.has(action.id)) return null
    if (action.do === 'accept') return sockets.has(action.as) ? null : action
    if (!('port' in action) || typeof action.port === 'number') return action
    const other = sockets.get(action.port.of)
    const port = other && (localOf(other.fd)?.port ?? 0)
    if (port === undefined) return null
    return { ...action, port: port === 0 ? 0 : port - base }
  }

  #act(action: Action, sockets: Map<SocketId, Held>): Outcome {
    if (action.do === 'socket') {
      become(action.uid)
      const { protocol, uid } = action
      const fd = tryToOpen(protocol, action.family)
      if (typeof fd === 'string') return { errno: fd }
      const held = { fd, protocol, uid, listening: false, queue: [] }
      sockets.set(action.id, held)
      return { errno: 'OK', ...local(held.fd) }
    }
    const own = sockets.get(action.id)!
    become(own.uid)
    switch (action.do) {
      case 'connect':
        return this.#connect(own, { address: action.address, port: action.port as number }, sockets)
      case 'send':
        return this.#send(own, { address: action.address, port: action.port as number }, sockets)
      case 'accept':
        return take(own, action.as, sockets)
      case 'close':
        sockets.delete(action.id)
        end(own, action.abort === true)
        this.#settle()
        return { errno: 'OK' }
      case 'shutdown':
      case 'disconnect': {
        const errno = action.do === 'shutdown' ? shutdown(own.fd, HOW[action.how]) : disconnect(own.fd)
        if (errno === 'OK' && own.listening && !(action.do === 'shutdown' && action.how === 'write')) {
          own.listening = false
          empty(own)
        }
        this.#settle()
        return { errno, ...local(own.fd) }
      }
      case 'listen': {
        const errno = listen(own.fd)
        own.listening ||= errno === 'OK'
        return { errno, ...local(own.fd) }
      }
      default:
        return { errno: simple(own.fd, action), ...local(own.fd) }
    }
  }

  /** As if it blocked: asks again for what has come of it, which also tells the socket that it is connected. */
  #connect(own: Held, to: End, sockets: ReadonlyMap<SocketId, Held>): Outcome {
    let errno = connect(own.fd, to)
    if (errno === 'EINPROGRESS') {
      for (let i = 0; i < SETTLES && (errno === 'EINPROGRESS' || errno === 'EALREADY'); i++) {
        this.#settle()
        errno = connect(own.fd, to)
      }
      if (errno === 'EALREADY') errno = 'EINPROGRESS'
    }
    this.#settle()
    if (errno !== 'OK' || own.protocol === 'udp') return { errno, ...local(own.fd) }
    return { errno, ...local(own.fd), receiver: collect(sockets) }
  }

  #send(own: Held, to: End, sockets: ReadonlyMap<SocketId, Held>): Outcome {
    const number = ++this.#sent
    const errno = send(own.fd, number, to)
    if (errno !== 'OK') return { errno, ...local(own.fd) }
    this.#settle()
    const others = [...sockets].filter(([, { protocol }]) => protocol === 'udp')
    let receiver: SocketId | null = null
    for (const [i, events] of poll(others.map(([, { fd }]) => fd)).entries()) {
      const [id, { fd }] = others[i]!
      // An answer that nobody is there would make the next call fail.
      if (events & POLLERR) takeError(fd)
      if (!(events & POLLIN)) continue
      if (receive(fd) === number) receiver = id
    }
    return { errno, ...local(own.fd), receiver }
  }
}

const local = (fd: number): { local?: End } => {
  const end = localOf(fd)
  return end === undefined ? {} : { local: end }
}

function simple(fd: number, action: Extract<Action, { do: 'set' | 'device' | 'range' | 'bind' }>): string {
  switch (action.do) {
    case 'set':
      return setNumber(fd, action.option, action.on ? 1 : 0)
    case 'device':
      return setDevice(fd, action.device ?? '')
    case 'range':
      return setNumber(fd, 'range', ((action.high << 16) | action.low) >>> 0)
    case 'bind':
      return bind(fd, action)
  }
}

/** Empties the kernel's queues into ours; the listener in whose queue something was, or null. */
function collect(sockets: ReadonlyMap<SocketId, Held>): SocketId | null {
  const listeners = [...sockets].filter(([, { listening }]) => listening)
  let receiver: SocketId | null = null
  for (const [i, events] of poll(listeners.map(([, { fd }]) => fd)).entries()) {
    if (!(events & POLLIN)) continue
    const [id, held] = listeners[i]!
    become(held.uid)
    for (let fd = accept(held.fd); typeof fd === 'number'; fd = accept(held.fd)) {
      held.queue.push({ fd, peer: peerOf(fd) })
      receiver = id
    }
  }
  return receiver
}

function take(own: Held, as: SocketId, sockets: Map<SocketId, Held>): Outcome {
  const first = own.queue.shift()
  if (first === undefined) {
    // Nothing is left in the kernel's queue: this one says why there can't be.
    const errno = accept(own.fd)
    if (typeof errno === 'number') throw new Error('a connection came by itself')
    return { errno, ...local(own.fd) }
  }
  sockets.set(as, { fd: first.fd, protocol: 'tcp', uid: own.uid, listening: false, queue: [] })
  return { errno: 'OK', ...local(first.fd), ...(first.peer === undefined ? {} : { peer: first.peer }) }
}

function end(held: Held, reset: boolean): void {
  reset && held.protocol === 'tcp' ? abort(held.fd) : close(held.fd)
  empty(held)
}

function empty({ queue }: Held): void {
  for (const { fd } of queue.splice(0)) abort(fd)
}
