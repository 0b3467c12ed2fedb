/**
 * What goes out of what is queued: as much as both windows take, in whole segments where it can (RFC 9293 sections 3.8.6.2.1 and
 * 3.7.4), and a timer for what isn't acknowledged or can't be sent.
 */
import { emit, NO_DATA } from './segment-out.ts'
import { distance, isBefore, laterOf, plus } from './sequence.ts'
import { ACK, FIN, PSH, SYN, type Tcb, type Turn } from './tcb.ts'

/** Sends what may be sent now. */
export function send(tcb: Tcb, turn: Turn): void {
  const queued = tcb.outgoing?.length ?? 0
  for (;;) {
    const offset = distance(tcb.next, tcb.unacknowledged)
    const unsent = queued - offset
    if (unsent < 0 || (unsent === 0 && !tcb.closing)) break
    const room = Math.min(tcb.sendWindow, tcb.allowed) - offset
    if (room <= 0) break
    const size = Math.min(unsent, tcb.segment, room)
    const isLast = size === unsent
    if (!mayGo(tcb, size, offset, isLast)) break
    const fin = isLast && tcb.closing
    const flags = ACK | (isLast && size > 0 ? PSH : 0) | (fin ? FIN : 0)
    const end = plus(tcb.next, size + (fin ? 1 : 0))
    const isNew = isBefore(tcb.highest, end)
    emit(tcb, turn, tcb.next, flags, size === 0 ? NO_DATA : tcb.outgoing!.slice(offset, size))
    if (!isNew) tcb.resent++
    else if (tcb.timed === -1 && tcb.next === tcb.highest) time(tcb, end, turn.now)
    tcb.next = end
    tcb.highest = laterOf(tcb.highest, end)
    if (fin) break
  }
  armRetransmission(tcb, turn.now)
}

/** Whole segments always; the rest when it is all there is and nothing smaller is on its way (Nagle, RFC 896). */
function mayGo(tcb: Tcb, size: number, offset: number, isLast: boolean): boolean {
  if (size === tcb.segment || offset === 0 || tcb.next !== tcb.highest) return true
  if (isLast) return tcb.noDelay || tcb.closing
  return size * 2 >= tcb.widestWindow
}

/** Measures the round trip of what ends there. */
export function time(tcb: Tcb, end: number, now: number): void {
  tcb.timed = end
  tcb.timedAt = now
}

/** The timer runs while something is unacknowledged, or the window keeps everything back. */
export function armRetransmission(tcb: Tcb, now: number): void {
  if (tcb.highest !== tcb.unacknowledged) {
    if (tcb.probing || tcb.retransmitAt === Number.POSITIVE_INFINITY) tcb.retransmitAt = now + tcb.timeoutMs
    tcb.probing = false
    return
  }
  const isWaiting = (tcb.outgoing?.length ?? 0) > 0 || tcb.closing
  if (!isWaiting || tcb.state === 'fin-wait-2' || tcb.state === 'closed') {
    tcb.retransmitAt = Number.POSITIVE_INFINITY
    tcb.probing = false
  } else if (!tcb.probing) {
    tcb.probing = true
    tcb.asked = 0
    tcb.retransmitAt = now + tcb.timeoutMs
  }
}

/** The first segment that isn't acknowledged, once more; it tells nothing about round trips any more (Karn). */
export function resend(tcb: Tcb, turn: Turn): void {
  tcb.timed = -1
  tcb.resent++
  if (tcb.state === 'syn-sent') {
    emit(tcb, turn, tcb.unacknowledged, SYN)
    return
  }
  if (tcb.state === 'syn-recv') {
    emit(tcb, turn, tcb.unacknowledged, SYN | ACK)
    return
  }
  const queued = tcb.outgoing?.length ?? 0
  const size = Math.min(queued, tcb.segment, distance(tcb.highest, tcb.unacknowledged))
  const fin = tcb.closing && size === queued && isBefore(plus(tcb.unacknowledged, size), tcb.highest)
  const data = size === 0 ? NO_DATA : tcb.outgoing!.slice(0, size)
  emit(tcb, turn, tcb.unacknowledged, ACK | (size > 0 && size === queued ? PSH : 0) | (fin ? FIN : 0), data)
}
