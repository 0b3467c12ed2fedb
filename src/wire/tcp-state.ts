/** States of TCP by the kernel's numbers (include/net/tcp_states.h). */
import type { SocketState } from '../model/socket.ts'

/** From 0 on. 7 is CLOSE: of a socket that nobody connected, bound or not. */
export const TCP_STATE_NAMES: readonly SocketState[] = [
  'closed',
  'established',
  'syn-sent',
  'syn-recv',
  'fin-wait-1',
  'fin-wait-2',
  'time-wait',
  'closed',
  'close-wait',
  'last-ack',
  'listen',
  'closing',
  'syn-recv',
]

/** Of `tcpi_state`, say. A number that no kernel has is `closed`. */
export const tcpStateOf = (kernel: number): SocketState => TCP_STATE_NAMES[kernel] ?? 'closed'
