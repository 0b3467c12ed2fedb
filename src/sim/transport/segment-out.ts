/** Segments as a conversation sends them: numbers, flags, the window that is offered, options (RFC 9293 section 3.8.6, RFC 7323). */
import type { TcpOptions } from '../../wire/ip/datagram.ts'
import { distance, isBefore, plus } from './sequence.ts'
import { ACK, RST, SYN, type Tcb, type Turn } from './tcb.ts'

export const NO_DATA = new Uint8Array(0)
const MOST_UNSCALED = 0xffff
/** What Linux offers with a largest buffer of 6 MiB (`tcp_select_initial_window`). */
export const OWN_SHIFT = 7

/** Puts a segment into the turn; whatever it acknowledges is no longer owed. */
export function emit(
  tcb: Tcb,
  turn: Turn,
  sequence: number,
  flags: number,
  data: Uint8Array = NO_DATA,
): void {
  const { ends } = tcb
  const acknowledges = (flags & ACK) !== 0
  const options = (flags & SYN) === 0 ? stampOf(tcb, turn.now) : synOptions(tcb, turn.now)
  turn.out.push({
    kind: 'tcp',
    sourcePort: ends.localPort,
    destinationPort: ends.remotePort,
    sequence,
    acknowledgement: acknowledges ? tcb.receiveNext : 0,
    flags,
    windowSize: (flags & SYN) === 0 ? offerWindow(tcb) : Math.min(MOST_UNSCALED, tcb.receiveBuffer),
    ...(options === undefined ? {} : { options }),
    data,
  })
  if (!acknowledges) return
  tcb.lastAcknowledged = tcb.receiveNext
  tcb.delayedAckAt = Number.POSITIVE_INFINITY
  tcb.owed = 0
}

/** An acknowledgement and nothing else. */
export const acknowledge = (tcb: Tcb, turn: Turn): void => emit(tcb, turn, tcb.highest, ACK)

/** A reset that fits what the peer expects: our next number, or the one that it acknowledged. */
export function emitReset({ ends }: Tcb, turn: Turn, sequence: number, acknowledgement?: number): void {
  turn.out.push({
    kind: 'tcp',
    sourcePort: ends.localPort,
    destinationPort: ends.remotePort,
    sequence,
    acknowledgement: acknowledgement ?? 0,
    flags: acknowledgement === undefined ? RST : RST | ACK,
    windowSize: 0,
    data: NO_DATA,
  })
}

/** How many bytes the reader has room for. */
export const roomOf = (tcb: Tcb): number =>
  tcb.deaf
    ? tcb.receiveBuffer
    : Math.max(0, tcb.receiveBuffer - (tcb.incoming?.length ?? 0) - (tcb.later?.length ?? 0))

/**
 * The window for the header. It never shrinks by more than its unit, and grows by nothing less than a segment or half the buffer, so that small
 * reads don't make small segments (RFC 9293 section 3.8.6.2.2).
 */
function offerWindow(tcb: Tcb): number {
  const offered = distance(tcb.offeredEnd, tcb.receiveNext)
  let window = windowNow(tcb)
  if (window < offered) window = offered
  const scaled = Math.min(MOST_UNSCALED, Math.floor(window / 2 ** tcb.ownShift))
  const end = plus(tcb.receiveNext, scaled * 2 ** tcb.ownShift)
  if (isBefore(tcb.offeredEnd, end)) tcb.offeredEnd = end
  return scaled
}

/** What would be offered now. */
export function windowNow(tcb: Tcb): number {
  const offered = Math.max(0, distance(tcb.offeredEnd, tcb.receiveNext))
  const room = roomOf(tcb)
  return room - offered >= Math.min(tcb.receiveBuffer / 2, tcb.segment) ? room : Math.min(room, offered)
}

function synOptions(tcb: Tcb, now: number): TcpOptions {
  const stamp = stampOf(tcb, now)
  return {
    maximumSegmentSize: tcb.announced,
    ...(tcb.ownShift === 0 ? {} : { windowScale: tcb.ownShift }),
    ...stamp,
  }
}

const stampOf = ({ timestamps, recentStamp }: Tcb, now: number): TcpOptions | undefined =>
  timestamps ? { timestamps: { value: stampAt(now), echo: recentStamp } } : undefined

/** Milliseconds of the simulated clock, from 1 on, around the circle (RFC 7323 section 5.4). */
export const stampAt = (now: number): number => (Math.floor(now) + 1) >>> 0
