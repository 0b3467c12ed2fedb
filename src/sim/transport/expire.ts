/** Time meets its conversation: what was not acknowledged is sent again, and given up at last (RFC 6298 section 5, RFC 1122 4.2.3.6). */
import { timedOut } from './congestion.ts'
import { backedOff } from './round-trip.ts'
import { acknowledge, emit } from './segment-out.ts'
import { resend, send } from './send.ts'
import { distance, plus } from './sequence.ts'
import { patienceMs } from './settings.ts'
import { ACK, fail, type Tcb, type Turn } from './tcb.ts'

/** Does what is due by now; deadlines that are later stay. */
export function expire(tcb: Tcb, turn: Turn): void {
  if (tcb.delayedAckAt <= turn.now) acknowledge(tcb, turn)
  if (tcb.retransmitAt <= turn.now) {
    if (tcb.probing) probe(tcb, turn)
    else retransmit(tcb, turn)
  }
  if (tcb.keepAliveAt <= turn.now) keepAlive(tcb, turn)
}

function retransmit(tcb: Tcb, turn: Turn): void {
  if (isGivenUp(tcb, turn.now)) {
    fail(tcb, tcb.softFailure ?? 'ETIMEDOUT', turn)
    return
  }
  if (tcb.retries === 0) tcb.firstRetryAt = turn.now
  tcb.retries++
  const isOpening = tcb.state === 'syn-sent' || tcb.state === 'syn-recv'
  if (isOpening) resend(tcb, turn)
  else {
    const flight = distance(tcb.highest, tcb.unacknowledged)
    timedOut(tcb, flight, tcb.segment, tcb.retries > 1)
    tcb.timed = -1
    tcb.next = tcb.unacknowledged
    send(tcb, turn)
    // A window that closed meanwhile: the first segment is due all the same.
    if (tcb.next === tcb.unacknowledged) resend(tcb, turn)
  }
  if (tcb.state !== 'syn-sent' || tcb.retries > tcb.settings.synLinearTimeouts) backedOff(tcb, tcb.settings)
  tcb.retransmitAt = turn.now + tcb.timeoutMs
}

/** SYNs are counted, conversations have so much time (`tcp_write_timeout`). */
function isGivenUp({ state, retries, firstRetryAt, orphan, settings }: Tcb, now: number): boolean {
  if (state === 'syn-sent') return retries >= settings.synRetries + settings.synLinearTimeouts
  if (state === 'syn-recv') return retries >= settings.synAckRetries
  const most = orphan ? settings.orphanRetries : settings.retries
  return retries > 0 && now - firstRetryAt >= patienceMs(most, settings)
}

/** The window is closed, or too narrow: asks for it with what is known already (`tcp_xmit_probe_skb`). */
function probe(tcb: Tcb, turn: Turn): void {
  const most = tcb.orphan ? tcb.settings.orphanRetries : tcb.settings.retries
  if (tcb.retries >= most) {
    fail(tcb, tcb.softFailure ?? 'ETIMEDOUT', turn)
    return
  }
  tcb.retries++
  tcb.asked++
  emit(tcb, turn, plus(tcb.unacknowledged, -1), ACK)
  tcb.retransmitAt = turn.now + Math.min(tcb.settings.mostTimeoutMs, tcb.timeoutMs * 2 ** tcb.asked)
}

/** RFC 9293 section 3.8.4. */
function keepAlive(tcb: Tcb, turn: Turn): void {
  const { keepAliveProbes, keepAliveIntervalMs } = tcb.settings
  const idle = turn.now - tcb.lastHeardAt
  if (idle < tcb.keepAliveMs || tcb.highest !== tcb.unacknowledged) {
    tcb.keepAliveAt = turn.now + Math.max(1, tcb.keepAliveMs - idle)
    return
  }
  if (tcb.keepAliveProbes >= keepAliveProbes) {
    fail(tcb, tcb.softFailure ?? 'ETIMEDOUT', turn)
    return
  }
  tcb.keepAliveProbes++
  emit(tcb, turn, plus(tcb.unacknowledged, -1), ACK)
  tcb.keepAliveAt = turn.now + keepAliveIntervalMs
}
