/** What a program does with a conversation that it has: write, read, say goodbye (RFC 9293 section 3.10.2 to 3.10.5). */
import { ByteQueue } from './byte-queue.ts'
import { acknowledge, emitReset, windowNow } from './segment-out.ts'
import { send } from './send.ts'
import { distance } from './sequence.ts'
import { isSynchronized, maySend, stopTimers, type Tcb, type Turn } from './tcb.ts'

/** Queues as much as there is room for and sends what may go; how many bytes that were. */
export function write(tcb: Tcb, bytes: Uint8Array, turn: Turn): number {
  const room = tcb.sendBuffer - (tcb.outgoing?.length ?? 0)
  const size = Math.max(0, Math.min(room, bytes.length))
  if (size < bytes.length) tcb.wantsRoom = true
  if (size === 0) return 0
  tcb.outgoing ??= new ByteQueue()
  tcb.outgoing.putCopy(size === bytes.length ? bytes : bytes.subarray(0, size))
  if (maySend(tcb)) send(tcb, turn)
  return size
}

/** Up to so many bytes; empty where there are none now. The peer is told where that has opened the window again. */
export function read(tcb: Tcb, most: number, turn: Turn): Uint8Array {
  const bytes = tcb.incoming?.take(most) ?? new Uint8Array(0)
  if (tcb.incoming?.length === 0) tcb.incoming = null
  if (bytes.length === 0 || !isSynchronized(tcb) || tcb.peerClosed) return bytes
  const offered = Math.max(0, distance(tcb.offeredEnd, tcb.receiveNext))
  // `tcp_cleanup_rbuf`: twice as much as the peer knows of.
  if (2 * offered <= tcb.receiveBuffer && windowNow(tcb) >= Math.max(1, 2 * offered)) acknowledge(tcb, turn)
  return bytes
}

/** No more will be written: a FIN follows what is queued. */
export function finish(tcb: Tcb, turn: Turn): void {
  if (tcb.state === 'established') tcb.state = 'fin-wait-1'
  else if (tcb.state === 'syn-recv') {
    // First the handshake: `opened` goes on from here.
    tcb.closing = true
    return
  } else if (tcb.state === 'close-wait') tcb.state = 'last-ack'
  else return
  tcb.closing = true
  send(tcb, turn)
}

/** The end at once: the peer is told with a reset, where it knows of us (RFC 9293 section 3.10.5). */
export function abort(tcb: Tcb, turn: Turn): void {
  const tells = isSynchronized(tcb) && tcb.state !== 'closing' && tcb.state !== 'last-ack'
  if (tells) emitReset(tcb, turn, tcb.highest, tcb.receiveNext)
  tcb.state = 'closed'
  stopTimers(tcb)
}
