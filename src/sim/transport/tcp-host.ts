/**
 * TCP of a simulated host: finds the conversation or listener that a segment is for, runs its automaton, sends what comes of
 * it, and keeps its timer. Each conversation has at most one timer below, which may run out early and is then set anew.
 */
import { type Address, familyOf } from '../../model/address.ts'
import { established } from '../../model/space/open-connection.ts'
import type { Action } from '../../model/space/program.ts'
import type { PortSpace } from '../../model/space/space.ts'
import type { SpaceSocket } from '../../model/space/space-socket.ts'
import { deviceOf } from '../../model/space/surroundings.ts'
import type { TcpSegment } from '../../wire/ip/datagram.ts'
import { arrive, spanOf } from './arrive.ts'
import type { Below } from './below.ts'
import { abort } from './converse.ts'
import { expire } from './expire.ts'
import { Request } from './listener.ts'
import { NO_DATA } from './segment-out.ts'
import { hashOf, plus } from './sequence.ts'
import type { TransportSettings } from './settings.ts'
import type { SocketOwner } from './socket-owner.ts'
import {
  ACK,
  CONNECTED,
  deadlineOf,
  type Ends,
  FAILED,
  FINISHED,
  RST,
  SYN,
  type Tcb,
  TIMESTAMP_BYTES,
  type Turn,
} from './tcb.ts'
import { TcpSocket } from './tcp-socket.ts'
import { type Waiting, WaitingRoom } from './waiting.ts'

/** Whatever has four ends of its own. */
export type Flow = TcpSocket | Request | Waiting

const HEADERS = { ipv4: 40, ipv6: 60 } as const
const ETHERNET_MTU = 1500

/** What the parts of a host's transport share. */
export interface HostParts {
  readonly below: Below
  readonly space: PortSpace
  readonly settings: TransportSettings
  /** Of this host: sequence numbers and the choice among sockets that share a port. */
  readonly secret: number
  readonly nextId: () => number
  readonly nextInode: () => number
  /** The largest packet towards a destination, as routers have said. */
  readonly pathMtu: Map<Address, number>
}

export class TcpHost {
  readonly below: Below
  readonly space: PortSpace
  readonly settings: TransportSettings
  /** By `local port remote port`. */
  readonly flows = new Map<string, Flow>()
  /** Whatever a program holds, and what is left of it. */
  readonly sockets = new Set<TcpSocket>()
  readonly waiting = new WaitingRoom(this)
  readonly secret: number
  readonly nextId: () => number
  readonly nextInode: () => number
  readonly pathMtu: Map<Address, number>
  /** Those that listen, by their entries in the port space. */
  readonly listening = new Map<SpaceSocket, TcpSocket>()
  readonly #spare: Turn[] = []

  constructor(shared: HostParts) {
    this.below = shared.below
    this.space = shared.space
    this.settings = shared.settings
    this.secret = shared.secret
    this.nextId = shared.nextId
    this.nextInode = shared.nextInode
    this.pathMtu = shared.pathMtu
  }

  /** socket(). */
  socket(family: 'ipv4' | 'ipv6', owner: SocketOwner): TcpSocket {
    const id = this.nextId()
    this.space.adopt({ do: 'socket', id, protocol: 'tcp', family, uid: owner.uid ?? 0 }, { errno: 'OK' })
    return this.hold(this.space.socket(id)!, owner)
  }

  /** A socket around an entry of the port space. */
  hold(space: SpaceSocket, owner: SocketOwner): TcpSocket {
    const socket = new TcpSocket(this, space, owner)
    this.sockets.add(socket)
    return socket
  }

  /** An action that the port space alone decides; it draws where there is a choice. */
  decide(action: Extract<Action, { do: 'set' | 'device' | 'range' | 'bind' | 'listen' }>): string {
    const { errnos, drawn } = this.space.expect(action)
    const [errno = 'EINVAL'] = errnos
    this.space.adopt(action, { errno, local: { address: '', port: drawn ?? 0 } })
    return errno
  }

  /** Bytes of data that a segment to there takes, its timestamps aside. */
  segmentTo(remote: Address): number {
    const mtu = this.pathMtu.get(remote) ?? this.below.mtuTo?.(remote) ?? ETHERNET_MTU
    return mtu - HEADERS[familyOf(remote)] - (this.settings.timestamps ? TIMESTAMP_BYTES : 0)
  }

  /** A segment that was delivered to this host, on that device. */
  receive(source: Address, destination: Address, segment: TcpSegment, device: string): void {
    const flow = this.flows.get(`${destination} ${segment.destinationPort} ${source} ${segment.sourcePort}`)
    if (flow instanceof TcpSocket) {
      if (flow.space.device === null || flow.space.device === device)
        this.step(flow, turn => arrive(flow.tcb!, segment, turn))
    } else if (flow instanceof Request) flow.listener.segmentArrives(flow, segment)
    else if (flow !== undefined) this.#old(flow, segment, device)
    else if (deviceOf(this.space.surroundings, destination) !== null) {
      // Nobody calls, or is refused, by a broadcast (RFC 9293 section 3.9.2.3).
      const listening = this.#listening(source, destination, segment, device)
      if (listening === undefined) this.refuse(segment, endsOf(source, destination, segment))
      else listening.synArrives(segment, source, destination)
    }
  }

  /** A listener for a SYN; a segment that begins nothing has none. */
  #listening(source: Address, destination: Address, segment: TcpSegment, device: string) {
    if ((segment.flags & (SYN | ACK | RST)) !== SYN) return undefined
    const port = segment.destinationPort
    const found = this.space.tcp.listenersFor({ address: destination, port, device })
    const which = found.length < 2 ? 0 : hashOf(`${source} ${segment.sourcePort}`, this.secret) % found.length
    const chosen = found[which]
    return chosen === undefined ? undefined : (this.listening.get(chosen)?.listener ?? undefined)
  }

  #old(waiting: Waiting, segment: TcpSegment, device: string): void {
    const { local, remote } = waiting.tcb.ends
    const turn = this.#begin()
    const answer = this.waiting.segmentArrives(waiting, segment, turn)
    if (answer !== 'done') {
      const listening = this.#listening(remote, local, segment, device)
      if (listening === undefined) this.waiting.acknowledge(waiting, turn)
      else {
        this.waiting.end(waiting)
        listening.synArrives(segment, remote, local, answer.initial)
      }
    }
    this.#transmit(turn, waiting.tcb.ends, null)
    this.#spare.push(turn)
  }

  /** Nobody is there for it: a reset, but never for a reset (RFC 9293 section 3.10.7.1). */
  refuse(segment: TcpSegment, ends: Ends): void {
    const { flags, acknowledgement, sequence } = segment
    if ((flags & RST) !== 0) return
    const acknowledges = (flags & ACK) !== 0
    this.#send(ends, null, {
      kind: 'tcp',
      sourcePort: ends.localPort,
      destinationPort: ends.remotePort,
      sequence: acknowledges ? acknowledgement : 0,
      acknowledgement: acknowledges ? 0 : plus(sequence, spanOf(segment)),
      flags: acknowledges ? RST : RST | ACK,
      windowSize: 0,
      data: NO_DATA,
    })
  }

  /** Runs a step of the conversation's automaton, and everything that follows from it. */
  step(socket: TcpSocket, run: (turn: Turn) => void): void {
    const tcb = socket.tcb!
    const turn = this.#begin()
    run(turn)
    this.#transmit(turn, tcb.ends, socket)
    const { events } = turn
    this.#spare.push(turn)
    if ((events & CONNECTED) !== 0) established(socket.space)
    if ((events & (FAILED | FINISHED)) !== 0) this.#over(socket, tcb, events)
    else if (tcb.orphan && tcb.state === 'fin-wait-2') this.#wait(socket, tcb)
    else this.arm(socket)
    if (events !== 0) socket.notify?.(events)
  }

  /** The same for a handshake that no socket has yet. */
  stepHalf(request: Request, run: (turn: Turn) => void): void {
    const turn = this.#begin()
    run(turn)
    this.#transmit(turn, request.tcb.ends, request.listener.socket)
    const { events } = turn
    this.#spare.push(turn)
    if (events === 0) this.arm(request)
    else request.listener.ended(request, events)
  }

  #begin(): Turn {
    const turn = this.#spare.pop() ?? { now: 0, out: [], events: 0 }
    turn.now = this.below.now()
    turn.events = 0
    return turn
  }

  #transmit({ out }: Turn, ends: Ends, socket: TcpSocket | null): void {
    for (const segment of out) this.#send(ends, socket, segment)
    out.length = 0
  }

  /** What can't be sent is lost: TCP tries again, as the kernel's does. */
  #send({ local, remote }: Ends, socket: TcpSocket | null, payload: TcpSegment): void {
    const hopLimit = socket?.hopLimit ?? this.settings.hopLimit
    const datagram = { source: local, destination: remote, hopLimit, dontFragment: true, payload }
    this.below.send(datagram, socket?.space.device ?? undefined)
  }

  /** The conversation is over: its ends wait, or are free. */
  #over(socket: TcpSocket, tcb: Tcb, events: number): void {
    if (tcb.state === 'time-wait') {
      this.#wait(socket, tcb)
      return
    }
    this.#release(socket, tcb)
    const { space } = socket
    if ((events & FAILED) !== 0) socket.error = tcb.failure
    this.space.tcp.endings.finish(space)
    if (space.progress === 'connecting') {
      this.space.tcp.endings.forgetAddress(space)
      Object.assign(space, { progress: 'unconnected', remote: null })
    }
    if (socket.closed) this.left(socket)
  }

  /** TIME_WAIT, and FIN_WAIT_2 of what was closed, go on without the socket. */
  #wait(socket: TcpSocket, tcb: Tcb): void {
    const { key, space } = socket
    const { endings } = this.space.tcp
    this.#release(socket, tcb)
    // The program reads on from what has come.
    if (!socket.closed) socket.tcb = { ...tcb, state: 'closed' }
    this.waiting.enter(key, endings.wait(space), tcb, tcb.state === 'time-wait' ? 'time-wait' : 'fin-wait-2')
    if (socket.closed) this.left(socket)
    else endings.finish(space)
  }

  #release(socket: TcpSocket, tcb: Tcb): void {
    socket.timer?.cancel()
    socket.timer = null
    socket.timerAt = Number.POSITIVE_INFINITY
    socket.sequence = plus(tcb.highest, tcb.widestWindow + 2)
    const { key } = socket
    if (this.flows.get(key) === socket) this.flows.delete(key)
  }

  /** The program ends a conversation without a goodbye. */
  cutOff(socket: TcpSocket): void {
    const { tcb } = socket
    if (tcb === null || tcb.state === 'closed' || tcb.state === 'time-wait') return
    const turn = this.#begin()
    abort(tcb, turn)
    this.#transmit(turn, tcb.ends, socket)
    this.#spare.push(turn)
    this.#release(socket, tcb)
  }

  /** Nothing of the socket is left. */
  left(socket: TcpSocket): void {
    this.sockets.delete(socket)
    const { endings } = this.space.tcp
    if (socket.space.state === 'listen') endings.stopListening(socket.space)
    endings.leave(socket.space)
  }

  /** Sets the timer, where what is set already would run out too late. */
  arm(of: TcpSocket | Request): void {
    const due = deadlineOf(of.tcb!)
    if (due >= of.timerAt) return
    of.timer?.cancel()
    of.timerAt = due
    of.timer = this.below.schedule(Math.max(0, due - this.below.now()), () => {
      of.timer = null
      of.timerAt = Number.POSITIVE_INFINITY
      this.#due(of)
    })
  }

  #due(of: TcpSocket | Request): void {
    const tcb = of.tcb!
    if (deadlineOf(tcb) > this.below.now()) this.arm(of)
    else if (of instanceof Request) this.stepHalf(of, turn => expire(tcb, turn))
    else this.step(of, turn => expire(tcb, turn))
  }
}

const endsOf = (source: Address, destination: Address, segment: TcpSegment): Ends => ({
  local: destination,
  localPort: segment.destinationPort,
  remote: source,
  remotePort: segment.sourcePort,
})
