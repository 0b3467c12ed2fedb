/** Data and FIN of a segment (RFC 9293 section 3.10.7.4, seventh and eighth), and when they are acknowledged (RFC 5681 section 4.2). */
import type { TcpSegment } from '../../wire/ip/datagram.ts'
import { ByteQueue } from './byte-queue.ts'
import { Reassembly } from './reassembly.ts'
import { acknowledge, emitReset } from './segment-out.ts'
import { distance, isBefore, plus } from './sequence.ts'
import { FIN, FINISHED, fail, READABLE, SYN, stopTimers, type Tcb, type Turn } from './tcb.ts'

export function dataArrives(tcb: Tcb, segment: TcpSegment, turn: Turn): void {
  const { flags } = segment
  const start = (flags & SYN) === 0 ? segment.sequence : plus(segment.sequence, 1)
  const hasFin = (flags & FIN) !== 0
  if (segment.data.length === 0 && !hasFin) return
  if (!mayHear(tcb)) {
    acknowledge(tcb, turn)
    return
  }
  const isNew = isBefore(tcb.receiveNext, plus(start, segment.data.length))
  if (tcb.orphan && isNew) {
    // Nobody will read it (`tcp_rcv_state_process`, TCPAbortOnData).
    emitReset(tcb, turn, tcb.highest)
    fail(tcb, 'ECONNRESET', turn)
    return
  }
  const taken = isNew ? take(tcb, start, segment.data, turn) : true
  if (hasFin) tcb.farewellAt = plus(start, segment.data.length)
  if (tcb.farewellAt === tcb.receiveNext) {
    farewellArrives(tcb, turn)
    return
  }
  answer(tcb, turn, isNew && taken && tcb.later === null && !hasFin)
}

const mayHear = ({ state }: Tcb): boolean =>
  state === 'established' || state === 'fin-wait-1' || state === 'fin-wait-2'

/** What is new of it and fits goes to the reader or waits for its turn; false where some had to be left out. */
function take(tcb: Tcb, start: number, data: Uint8Array, turn: Turn): boolean {
  const known = Math.max(0, distance(tcb.receiveNext, start))
  let rest = known === 0 ? data : data.subarray(known)
  const from = plus(start, known)
  // What was offered is taken, whatever has come to stand in the buffer since.
  const room = distance(tcb.offeredEnd, from)
  const fits = rest.length <= room
  if (!fits) rest = rest.subarray(0, Math.max(0, room))
  if (rest.length === 0) return fits
  if (from !== tcb.receiveNext) {
    tcb.later ??= new Reassembly()
    tcb.later.add(from, rest)
    return fits
  }
  hear(tcb, rest, turn)
  for (
    let next = tcb.later?.next(tcb.receiveNext);
    next !== undefined;
    next = tcb.later?.next(tcb.receiveNext)
  )
    hear(tcb, next, turn)
  if (tcb.later?.length === 0) tcb.later = null
  return fits
}

function hear(tcb: Tcb, data: Uint8Array, turn: Turn): void {
  tcb.receiveNext = plus(tcb.receiveNext, data.length)
  tcb.bytesReceived += data.length
  if (tcb.deaf) return
  tcb.incoming ??= new ByteQueue()
  tcb.incoming.put(data)
  turn.events |= READABLE
}

/** `inTurn`: nothing is missing before it; then every second one is acknowledged, or after a while. */
function answer(tcb: Tcb, turn: Turn, inTurn: boolean): void {
  tcb.owed++
  if (!inTurn || tcb.owed >= 2) acknowledge(tcb, turn)
  else tcb.delayedAckAt = Math.min(tcb.delayedAckAt, turn.now + tcb.settings.delayedAckMs)
}

function farewellArrives(tcb: Tcb, turn: Turn): void {
  tcb.receiveNext = plus(tcb.receiveNext, 1)
  tcb.peerClosed = true
  tcb.farewellAt = -1
  turn.events |= READABLE
  if (tcb.state === 'established') tcb.state = 'close-wait'
  else if (tcb.state === 'fin-wait-1') tcb.state = 'closing'
  else {
    tcb.state = 'time-wait'
    stopTimers(tcb)
    turn.events |= FINISHED
  }
  acknowledge(tcb, turn)
}
