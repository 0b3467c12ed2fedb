/** The acknowledgement of a segment, and the window with it (RFC 9293 section 3.10.7.4, fifth; RFC 5681; RFC 6582). */
import type { TcpSegment } from '../../wire/ip/datagram.ts'
import { beginRecovery, DUPLICATES, grown, partlyRecovered, recovered } from './congestion.ts'
import { measured, unbacked } from './round-trip.ts'
import { acknowledge } from './segment-out.ts'
import { armRetransmission, resend, send } from './send.ts'
import { distance, isBefore } from './sequence.ts'
import { FIN, FINISHED, SYN, stopTimers, type Tcb, type Turn, WRITABLE } from './tcb.ts'

/** False where the segment is to be dropped, or the conversation is over. */
export function acknowledgementArrives(tcb: Tcb, segment: TcpSegment, turn: Turn): boolean {
  const { acknowledgement } = segment
  if (isBefore(tcb.highest, acknowledgement)) {
    acknowledge(tcb, turn)
    return false
  }
  const fresh = distance(acknowledgement, tcb.unacknowledged)
  // RFC 5961 section 5: what is older than the widest window is nobody's honest answer.
  if (fresh < -Math.max(tcb.widestWindow, 0xffff)) {
    acknowledge(tcb, turn)
    return false
  }
  const isDuplicate = fresh === 0 && repeats(tcb, segment)
  if (fresh >= 0) windowArrives(tcb, segment)
  if (fresh > 0) {
    if (!advance(tcb, acknowledgement, fresh, turn)) return false
  } else if (isDuplicate) duplicateArrives(tcb, turn)
  // Whoever answers is alive: probes are counted from the beginning.
  if (tcb.probing && fresh >= 0) tcb.retries = 0
  send(tcb, turn)
  return true
}

/** RFC 5681 section 2. */
const repeats = (tcb: Tcb, { data, flags, windowSize }: TcpSegment): boolean =>
  tcb.highest !== tcb.unacknowledged &&
  data.length === 0 &&
  (flags & (SYN | FIN)) === 0 &&
  windowSize * 2 ** tcb.peerShift === tcb.sendWindow

function windowArrives(tcb: Tcb, { sequence, acknowledgement, windowSize, flags }: TcpSegment): void {
  const isNewer =
    isBefore(tcb.windowFrom, sequence) ||
    (tcb.windowFrom === sequence && !isBefore(acknowledgement, tcb.windowBy))
  if (!isNewer || (flags & SYN) !== 0) return
  tcb.sendWindow = windowSize * 2 ** tcb.peerShift
  if (tcb.sendWindow > tcb.widestWindow) tcb.widestWindow = tcb.sendWindow
  tcb.windowFrom = sequence
  tcb.windowBy = acknowledgement
}

/** Something new is acknowledged. */
function advance(tcb: Tcb, acknowledgement: number, fresh: number, turn: Turn): boolean {
  const queued = tcb.outgoing?.length ?? 0
  const data = Math.min(fresh, queued)
  // What it says beyond the data is our FIN.
  const finIsHeard = tcb.closing && fresh > queued
  if (tcb.timed !== -1 && !isBefore(acknowledgement, tcb.timed)) {
    measured(tcb, turn.now - tcb.timedAt, tcb.settings)
    tcb.timed = -1
  } else if (tcb.retries > 0) unbacked(tcb, tcb.settings)
  tcb.unacknowledged = acknowledgement
  if (isBefore(tcb.next, acknowledgement)) tcb.next = acknowledgement
  tcb.retries = 0
  tcb.bytesAcknowledged += data
  tcb.softFailure = null
  if (data > 0) {
    tcb.outgoing!.drop(data)
    if (tcb.outgoing!.length === 0) tcb.outgoing = null
  }
  recover(tcb, acknowledgement, fresh, turn)
  if (tcb.wantsRoom && (tcb.outgoing?.length ?? 0) <= tcb.sendBuffer / 2) {
    tcb.wantsRoom = false
    turn.events |= WRITABLE
  }
  tcb.retransmitAt = Number.POSITIVE_INFINITY
  tcb.probing = false
  if (finIsHeard) {
    tcb.closing = false
    if (!farewellIsHeard(tcb, turn)) return false
  }
  armRetransmission(tcb, turn.now)
  return true
}

function recover(tcb: Tcb, acknowledgement: number, fresh: number, turn: Turn): void {
  if (tcb.recoverAt === null) grown(tcb, fresh, tcb.segment)
  else if (!isBefore(acknowledgement, tcb.recoverAt)) recovered(tcb)
  else {
    partlyRecovered(tcb, fresh, tcb.segment)
    resend(tcb, turn)
  }
}

function duplicateArrives(tcb: Tcb, turn: Turn): void {
  tcb.duplicates++
  if (tcb.recoverAt !== null) tcb.allowed += tcb.segment
  else if (tcb.duplicates === DUPLICATES && tcb.next === tcb.highest) {
    beginRecovery(tcb, distance(tcb.highest, tcb.unacknowledged), tcb.highest, tcb.segment)
    resend(tcb, turn)
    tcb.retransmitAt = turn.now + tcb.timeoutMs
  }
}

/** Our FIN is acknowledged; false where that was the end. */
function farewellIsHeard(tcb: Tcb, turn: Turn): boolean {
  if (tcb.state === 'fin-wait-1') tcb.state = 'fin-wait-2'
  else if (tcb.state === 'closing' || tcb.state === 'last-ack') {
    tcb.state = tcb.state === 'closing' ? 'time-wait' : 'closed'
    stopTimers(tcb)
    turn.events |= FINISHED
    return false
  }
  return true
}
