/**
 * A segment meets its conversation: RFC 9293 section 3.10.7, with RFC 5961's care about resets and RFC 7323's about old
 * duplicates, in Linux's order (`tcp_rcv_established`, `tcp_rcv_state_process`).
 */
import type { TcpSegment } from '../../wire/ip/datagram.ts'
import { acknowledgementArrives } from './arrive-ack.ts'
import { dataArrives } from './arrive-data.ts'
import { INITIAL_SEGMENTS } from './congestion.ts'
import { measured, unbacked } from './round-trip.ts'
import { acknowledge, emit, emitReset, OWN_SHIFT } from './segment-out.ts'
import { send, time } from './send.ts'
import { distance, isBefore, plus } from './sequence.ts'
import { ACK, CONNECTED, FIN, fail, RST, SYN, type Tcb, TIMESTAMP_BYTES, type Turn, WRITABLE } from './tcb.ts'

/** Bytes of sequence space that it takes. */
export const spanOf = ({ data, flags }: TcpSegment): number =>
  data.length + ((flags & SYN) === 0 ? 0 : 1) + ((flags & FIN) === 0 ? 0 : 1)

/** The conversation's answer to a segment, in the turn. */
export function arrive(tcb: Tcb, segment: TcpSegment, turn: Turn): void {
  if (tcb.state === 'closed' || tcb.state === 'time-wait') return
  if (tcb.state === 'syn-sent') {
    arriveAtCaller(tcb, segment, turn)
    return
  }
  tcb.lastHeardAt = turn.now
  if (tcb.keepAliveMs > 0) {
    tcb.keepAliveAt = turn.now + tcb.keepAliveMs
    tcb.keepAliveProbes = 0
  }
  if (!passes(tcb, segment, turn)) return
  const { flags } = segment
  if ((flags & RST) !== 0) {
    if (segment.sequence === tcb.receiveNext) fail(tcb, resetErrno(tcb), turn)
    else acknowledge(tcb, turn)
    return
  }
  if ((flags & SYN) !== 0 && !isCrossing(tcb, segment)) {
    acknowledge(tcb, turn)
    return
  }
  if ((flags & ACK) === 0) return
  noteStamp(tcb, segment)
  if (tcb.state === 'syn-recv' && !completes(tcb, segment, turn)) return
  if (!acknowledgementArrives(tcb, segment, turn)) return
  dataArrives(tcb, segment, turn)
}

/** Whether it is neither an old duplicate (RFC 7323 section 5) nor outside of the window; if it is, the peer is told where we are. */
function passes(tcb: Tcb, segment: TcpSegment, turn: Turn): boolean {
  const { sequence, flags, options } = segment
  const stamp = options?.timestamps?.value
  const isOld = tcb.timestamps && stamp !== undefined && distance(stamp, tcb.recentStamp) < 0
  const isOutside =
    isBefore(plus(sequence, spanOf(segment)), tcb.lastAcknowledged) || isBefore(tcb.offeredEnd, sequence)
  if (!isOutside && (!isOld || (flags & RST) !== 0)) return true
  if ((flags & RST) === 0) acknowledge(tcb, turn)
  return false
}

function noteStamp(tcb: Tcb, { sequence, options }: TcpSegment): void {
  const stamp = options?.timestamps?.value
  if (!tcb.timestamps || stamp === undefined || isBefore(tcb.lastAcknowledged, sequence)) return
  if (distance(stamp, tcb.recentStamp) >= 0) tcb.recentStamp = stamp
}

/** What a reset means to the program (`tcp_reset`). */
const resetErrno = ({ state }: Tcb): string =>
  state === 'syn-sent' || state === 'syn-recv'
    ? 'ECONNREFUSED'
    : state === 'close-wait'
      ? 'EPIPE'
      : 'ECONNRESET'

/** The SYN and ACK of a peer who opened at the same time: its SYN is known already (RFC 9293 section 3.5, figure 8). */
const isCrossing = (tcb: Tcb, { sequence, acknowledgement, data }: TcpSegment): boolean =>
  tcb.state === 'syn-recv' &&
  data.length === 0 &&
  plus(sequence, 1) === tcb.receiveNext &&
  acknowledgement === tcb.next

/** SYN-RECEIVED: the acknowledgement of our SYN. */
function completes(tcb: Tcb, segment: TcpSegment, turn: Turn): boolean {
  const { acknowledgement } = segment
  if (!isBefore(tcb.unacknowledged, acknowledgement) || isBefore(tcb.highest, acknowledgement)) {
    emitReset(tcb, turn, acknowledgement)
    return false
  }
  tcb.unacknowledged = plus(tcb.unacknowledged, 1)
  tcb.state = 'established'
  opened(tcb, segment, turn)
  return true
}

/** SYN-SENT (RFC 9293 section 3.10.7.3). */
function arriveAtCaller(tcb: Tcb, segment: TcpSegment, turn: Turn): void {
  const { flags, acknowledgement } = segment
  const acknowledges = (flags & ACK) !== 0
  if (acknowledges && acknowledgement !== tcb.highest) {
    if ((flags & RST) === 0) emitReset(tcb, turn, acknowledgement)
    return
  }
  if ((flags & RST) !== 0) {
    if (acknowledges) fail(tcb, 'ECONNREFUSED', turn)
    return
  }
  if ((flags & SYN) === 0) return
  meet(tcb, segment)
  if (acknowledges) {
    tcb.unacknowledged = acknowledgement
    tcb.state = 'established'
    opened(tcb, segment, turn)
    acknowledge(tcb, turn)
    dataArrives(tcb, segment, turn)
    send(tcb, turn)
  } else {
    tcb.state = 'syn-recv'
    tcb.retransmitAt = turn.now + tcb.timeoutMs
    emit(tcb, turn, tcb.unacknowledged, SYN | ACK)
  }
}

/** The peer's SYN: its number, and what both sides can (RFC 7323 section 1.3, RFC 9293 section 3.7.1). */
export function meet(tcb: Tcb, { sequence, options }: TcpSegment): void {
  tcb.receiveNext = plus(sequence, 1)
  tcb.lastAcknowledged = tcb.receiveNext
  tcb.offeredEnd = plus(tcb.receiveNext, Math.min(0xffff, tcb.receiveBuffer))
  const whole = Math.min(
    tcb.segment + (tcb.timestamps ? TIMESTAMP_BYTES : 0),
    options?.maximumSegmentSize ?? 536,
  )
  tcb.timestamps &&= options?.timestamps !== undefined
  tcb.recentStamp = options?.timestamps?.value ?? 0
  tcb.segment = whole - (tcb.timestamps ? TIMESTAMP_BYTES : 0)
  tcb.peerShift = Math.min(14, options?.windowScale ?? 0)
  tcb.ownShift = options?.windowScale === undefined ? 0 : OWN_SHIFT
}

/** The handshake is over: the peer's window counts, and what was queued meanwhile goes. */
function opened(tcb: Tcb, { sequence, acknowledgement, windowSize, flags }: TcpSegment, turn: Turn): void {
  tcb.sendWindow = (flags & SYN) === 0 ? windowSize * 2 ** tcb.peerShift : windowSize
  tcb.widestWindow = tcb.sendWindow
  tcb.windowFrom = sequence
  tcb.windowBy = acknowledgement
  tcb.retransmitAt = Number.POSITIVE_INFINITY
  tcb.retries = 0
  tcb.allowed = INITIAL_SEGMENTS * tcb.segment
  if (tcb.timed === -1) unbacked(tcb, tcb.settings)
  else measured(tcb, turn.now - tcb.timedAt, tcb.settings)
  tcb.timed = -1
  if (tcb.keepAliveMs > 0) tcb.keepAliveAt = turn.now + tcb.keepAliveMs
  if (tcb.closing) tcb.state = 'fin-wait-1'
  turn.events |= CONNECTED | WRITABLE
}

/** Begins connect(): the SYN. */
export function call(tcb: Tcb, turn: Turn): void {
  tcb.ownShift = OWN_SHIFT
  emit(tcb, turn, tcb.next, SYN)
  tcb.next = plus(tcb.next, 1)
  tcb.highest = tcb.next
  tcb.retransmitAt = turn.now + tcb.timeoutMs
  time(tcb, tcb.next, turn.now)
}
