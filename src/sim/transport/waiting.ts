/**
 * Conversations that are over and still keep their ends: TIME_WAIT, and FIN_WAIT_2 that nobody holds (Linux
 * `tcp_timewait_state_process`, RFC 9293 section 3.10.7.4, RFC 6191, RFC 1337).
 *
 * What is kept is numbers, and one timer serves them all: they end in the order in which they began.
 */
import { exactKey } from '../../model/space/local-address.ts'
import type { TimeWait } from '../../model/space/space-socket.ts'
import type { TcpSegment } from '../../wire/ip/datagram.ts'
import { spanOf } from './arrive.ts'
import type { Timer } from './below.ts'
import { emit, emitReset } from './segment-out.ts'
import { distance, isBefore, plus } from './sequence.ts'
import { ACK, FIN, RST, SYN, type Tcb, type Turn } from './tcb.ts'
import type { TcpHost } from './tcp-host.ts'

export class Waiting {
  readonly key: string
  readonly hold: TimeWait
  readonly tcb: Tcb
  /** `fin-wait-2`: the peer hasn't said goodbye. */
  substate: 'fin-wait-2' | 'time-wait'
  /** When it is over, ms. */
  until: number
  /** When it began, ms. */
  readonly since: number

  constructor(
    key: string,
    hold: TimeWait,
    tcb: Tcb,
    substate: 'fin-wait-2' | 'time-wait',
    until: number,
    since: number,
  ) {
    this.key = key
    this.hold = hold
    this.tcb = tcb
    this.substate = substate
    this.until = until
    this.since = since
  }

  get timestamps(): boolean {
    return this.tcb.timestamps
  }

  get sendNext(): number {
    return this.tcb.highest
  }
}

/** What is left to do with a segment: nothing, or to look for a listener, with the number that an answer begins with. */
export type WaitingAnswer = 'done' | { readonly initial: number }

const PAST_TIME_WAIT = 65_537

export class WaitingRoom {
  readonly #host: TcpHost
  /** In the order of their ends; those that were put off or ended early are in it, too, and passed over. */
  #line: { readonly waiting: Waiting; readonly until: number }[] = []
  #gone = 0
  #timer: Timer | null = null

  constructor(host: TcpHost) {
    this.#host = host
  }

  enter(key: string, hold: TimeWait, tcb: Tcb, substate: 'fin-wait-2' | 'time-wait'): void {
    const { settings, below, flows } = this.#host
    const ms = substate === 'time-wait' ? settings.timeWaitMs : settings.finTimeoutMs
    const waiting = new Waiting(key, hold, tcb, substate, below.now() + ms, below.now())
    // What is kept of the conversation is numbers.
    Object.assign(tcb, { outgoing: null, incoming: null, later: null })
    flows.set(key, waiting)
    this.#queue(waiting)
  }

  /** Whoever connects with the same ends takes its place; undefined where none is. */
  taken(key: string): Waiting | undefined {
    const found = this.#host.flows.get(key)
    if (!(found instanceof Waiting)) return undefined
    this.#host.flows.delete(key)
    found.until = Number.NEGATIVE_INFINITY
    return found
  }

  /** connect() looks for a port, and meets one that waits (`tcp_twsk_unique`, tcp_tw_reuse). */
  mayBeTaken({ local, num, remote }: TimeWait): boolean {
    const { flows, settings, below } = this.#host
    const own = exactKey(local)
    const found = flows.get(`${own} ${num} ${remote.address} ${remote.port}`)
    if (!(found instanceof Waiting) || found.substate !== 'time-wait' || !found.timestamps) return false
    const { timeWaitReuse } = settings.ports
    const isAllowed = timeWaitReuse === 1 || (timeWaitReuse === 2 && [own, remote.address].some(isLoopback))
    return isAllowed && below.now() - found.since > settings.timeWaitReuseDelayMs
  }

  end(waiting: Waiting): void {
    if (this.taken(waiting.key) !== undefined) this.#host.space.tcp.endings.end(waiting.hold)
  }

  #queue(waiting: Waiting): void {
    this.#line.push({ waiting, until: waiting.until })
    // They differ in length only where tcp_fin_timeout does.
    const before = this.#line[this.#line.length - 2]
    if (before !== undefined && before.until > waiting.until) {
      this.#line = this.#line.slice(this.#gone).sort((a, b) => a.until - b.until)
      this.#gone = 0
      this.#timer?.cancel()
      this.#timer = null
    }
    this.#arm()
  }

  #arm(): void {
    const first = this.#line[this.#gone]
    if (first === undefined || this.#timer !== null) return
    const { below } = this.#host
    this.#timer = below.schedule(Math.max(0, first.until - below.now()), () => {
      this.#timer = null
      this.#sweep()
    })
  }

  #sweep(): void {
    const now = this.#host.below.now()
    for (
      let one = this.#line[this.#gone];
      one !== undefined && one.until <= now;
      one = this.#line[this.#gone]
    ) {
      this.#gone++
      if (one.waiting.until === one.until) this.end(one.waiting)
    }
    if (this.#gone > 1024 || this.#gone === this.#line.length) {
      this.#line = this.#line.slice(this.#gone)
      this.#gone = 0
    }
    this.#arm()
  }

  /** A segment for what is over. */
  segmentArrives(waiting: Waiting, segment: TcpSegment, turn: Turn): WaitingAnswer {
    const { tcb } = waiting
    const stamp = segment.options?.timestamps?.value
    const isOld = tcb.timestamps && stamp !== undefined && distance(stamp, tcb.recentStamp) < 0
    if (waiting.substate === 'fin-wait-2') {
      this.#farewell(waiting, segment, isOld, turn)
      return 'done'
    }
    const { flags, sequence } = segment
    const span = spanOf(segment)
    if (!isOld && sequence === tcb.receiveNext && (span === 0 || (flags & RST) !== 0)) {
      if ((flags & RST) !== 0) this.end(waiting)
      else this.#putOff(waiting)
      return 'done'
    }
    const isNewer =
      isBefore(tcb.receiveNext, sequence) ||
      (tcb.timestamps && stamp !== undefined && distance(stamp, tcb.recentStamp) > 0)
    if ((flags & (SYN | RST | ACK)) === SYN && !isOld && isNewer)
      return { initial: plus(tcb.highest, PAST_TIME_WAIT) }
    if ((flags & RST) !== 0) return 'done'
    if (isOld || (flags & ACK) !== 0) this.#putOff(waiting)
    emit(tcb, turn, tcb.highest, ACK)
    return 'done'
  }

  /** Says where the old conversation ended, to whom nobody else answers. */
  acknowledge({ tcb }: Waiting, turn: Turn): void {
    emit(tcb, turn, tcb.highest, ACK)
  }

  /** FIN_WAIT_2 that nobody holds: the peer's FIN is waited for, and data is one too many. */
  #farewell(waiting: Waiting, segment: TcpSegment, isOld: boolean, turn: Turn): void {
    const { tcb } = waiting
    const { flags, sequence, data } = segment
    const end = plus(sequence, spanOf(segment))
    if (isOld || isBefore(end, tcb.receiveNext) || isBefore(tcb.offeredEnd, sequence)) {
      if ((flags & RST) === 0) emit(tcb, turn, tcb.highest, ACK)
    } else if ((flags & RST) !== 0) this.end(waiting)
    else if ((flags & SYN) !== 0) this.#refuse(waiting, turn)
    else if ((flags & ACK) === 0 || !isBefore(tcb.receiveNext, end)) return
    else if ((flags & FIN) === 0 || data.length > 0 || sequence !== tcb.receiveNext)
      this.#refuse(waiting, turn)
    else {
      tcb.receiveNext = end
      waiting.substate = 'time-wait'
      this.#putOff(waiting)
      emit(tcb, turn, tcb.highest, ACK)
    }
  }

  #refuse(waiting: Waiting, turn: Turn): void {
    emitReset(waiting.tcb, turn, waiting.tcb.highest)
    this.end(waiting)
  }

  /** It waits anew. */
  #putOff(waiting: Waiting): void {
    waiting.until = this.#host.below.now() + this.#host.settings.timeWaitMs
    this.#queue(waiting)
  }
}

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1'
