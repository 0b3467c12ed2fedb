/**
 * Breaks a stream off with a reset, whatever is still to be sent.
 *
 * While shutdown() is on its way libuv refuses to reset (`uv_tcp_close_reset`: EINVAL) and Node then never closes the socket. That
 * is a turn of the loop at most: once the end has gone out, the reset follows it.
 */
import type { StreamSocket } from './relay-doors.ts'

export function resetStream(socket: StreamSocket): void {
  if (socket.destroyed) return
  const { writableEnded, writableFinished, writableLength } = socket
  if (writableEnded && !writableFinished && writableLength === 0) {
    socket.once('finish', () => resetStream(socket))
    return
  }
  socket.resetAndDestroy()
}
