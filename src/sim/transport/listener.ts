/**
 * What waits at a listener: handshakes that are half done, and connections that nobody has accepted (Linux
 * `tcp_conn_request`, `tcp_check_req`).
 *
 * A SYN finds the queue of connections full and is dropped; so is the last acknowledgement of a handshake, whose caller then
 * believes in a connection that isn't there until the SYN and ACK are sent again. `tcp_abort_on_overflow` resets him instead.
 * Half-done handshakes aren't limited: where they would be, Linux answers with cookies, and nobody notices.
 */
import { type Address, familyOf } from '../../model/address.ts'
import type { TcpSegment } from '../../wire/ip/datagram.ts'
import { arrive, meet } from './arrive.ts'
import type { Timer } from './below.ts'
import { emit, OWN_SHIFT } from './segment-out.ts'
import { time } from './send.ts'
import { initialSequence, isBefore, plus } from './sequence.ts'
import { ACCEPTABLE, ACK, type Ends, FAILED, newTcb, RST, SYN, type Tcb } from './tcb.ts'
import type { TcpSocket } from './tcp-socket.ts'

/** A handshake that was answered, until the caller's last acknowledgement. */
export class Request {
  readonly listener: Listener
  readonly key: string
  readonly tcb: Tcb
  timer: Timer | null = null
  timerAt = Number.POSITIVE_INFINITY

  constructor(listener: Listener, key: string, tcb: Tcb) {
    this.listener = listener
    this.key = key
    this.tcb = tcb
  }
}

export class Listener {
  readonly socket: TcpSocket
  /** Connections that nobody has accepted, oldest first. */
  readonly queue: TcpSocket[] = []
  readonly requests = new Set<Request>()
  backlog = 0
  /** Attempts that found the queue full, or no way back, or that an ICMP error ended. */
  drops = 0

  constructor(socket: TcpSocket) {
    this.socket = socket
  }

  /** One more than the backlog may wait (`sk_acceptq_is_full`). */
  get isFull(): boolean {
    return this.queue.length > this.backlog
  }

  /** A SYN. */
  synArrives(segment: TcpSegment, source: Address, destination: Address, initial?: number): void {
    const { host } = this.socket
    if (this.isFull) {
      this.#overflows()
      return
    }
    // Nobody is answered whom no route leads back to (inet_csk_route_req).
    if (host.below.sourceFor(source) === undefined) {
      host.below.tally?.ip('noRouteOut', familyOf(source))
      this.drop()
      return
    }
    const key = `${destination} ${segment.destinationPort} ${source} ${segment.sourcePort}`
    const ends: Ends = {
      local: destination,
      localPort: segment.destinationPort,
      remote: source,
      remotePort: segment.sourcePort,
    }
    const now = host.below.now()
    const first = initial ?? initialSequence(key, host.secret, now)
    const tcb = newTcb('syn-recv', ends, host.settings, host.segmentTo(source), first, now)
    tcb.ownShift = OWN_SHIFT
    meet(tcb, segment)
    const request = new Request(this, key, tcb)
    this.requests.add(request)
    host.flows.set(key, request)
    host.stepHalf(request, turn => {
      emit(tcb, turn, first, SYN | ACK)
      tcb.next = plus(first, 1)
      tcb.highest = tcb.next
      tcb.retransmitAt = turn.now + tcb.timeoutMs
      time(tcb, tcb.next, turn.now)
    })
  }

  /** A segment for a handshake that is half done (`tcp_check_req`). */
  segmentArrives(request: Request, segment: TcpSegment): void {
    const { tcb } = request
    const { host } = this.socket
    const { flags, sequence, acknowledgement } = segment
    if (flags === SYN && plus(sequence, 1) === tcb.receiveNext) {
      host.stepHalf(request, turn => emit(tcb, turn, tcb.unacknowledged, SYN | ACK))
      return
    }
    const isCompletion =
      (flags & (ACK | RST | SYN)) === ACK &&
      acknowledgement === tcb.highest &&
      !isBefore(sequence, tcb.receiveNext) &&
      !isBefore(tcb.offeredEnd, sequence)
    if (!isCompletion) {
      host.stepHalf(request, turn => arrive(tcb, segment, turn))
      return
    }
    if (this.isFull) {
      this.#overflows()
      if (host.settings.abortOnOverflow) {
        this.forget(request)
        host.refuse(segment, tcb.ends)
      }
      return
    }
    this.forget(request)
    this.#welcome(request, segment)
  }

  #overflows(): void {
    this.socket.host.below.tally?.tcp('queueFull')
    this.drop()
  }

  /** What came for it was dropped (tcp_listendrop). */
  drop(): void {
    this.drops++
    this.socket.host.below.tally?.tcp('synDropped')
  }

  /** The handshake is done: a socket that waits to be accepted. */
  #welcome({ tcb, key }: Request, segment: TcpSegment): void {
    const { host, space, owner } = this.socket
    const { local, localPort, remote, remotePort } = tcb.ends
    const own = { address: local, port: localPort }
    const child = host.hold(host.space.tcp.childOf(space, own, remote, remotePort), owner)
    child.tcb = tcb
    host.flows.set(key, child)
    this.queue.push(child)
    host.step(child, turn => arrive(tcb, segment, turn))
    this.socket.notify?.(ACCEPTABLE)
  }

  /** The half-done handshake is over, one way or another. */
  forget(request: Request): void {
    this.requests.delete(request)
    request.timer?.cancel()
    request.timer = null
    const { flows } = this.socket.host
    if (flows.get(request.key) === request) flows.delete(request.key)
  }

  /** A reset or a timer has ended it. */
  ended(request: Request, events: number): void {
    if ((events & FAILED) !== 0) this.forget(request)
  }

  /** Nobody will accept any more: who waits is reset. */
  stop(): void {
    for (const request of [...this.requests]) this.forget(request)
    for (const child of this.queue.splice(0)) child.close(true)
  }
}
