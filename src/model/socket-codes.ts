/**
 * How the columns of a socket table write what is not a number: codes for words, marks for what the source
 * did not tell.
 */
import { FAMILIES, SOCKET_PROTOCOLS } from './protocol.ts'
import { SOCKET_STATES, TIMER_KINDS, UNIX_KINDS } from './socket.ts'

/** What the code columns hold: an index into the lists of the model. */
export const protocolCode = (protocol: (typeof SOCKET_PROTOCOLS)[number]): number =>
  SOCKET_PROTOCOLS.indexOf(protocol)
export const familyCode = (family: (typeof FAMILIES)[number]): number => FAMILIES.indexOf(family)
export const stateCode = (state: (typeof SOCKET_STATES)[number]): number => SOCKET_STATES.indexOf(state)
export const kindCode = (kind: (typeof UNIX_KINDS)[number]): number => UNIX_KINDS.indexOf(kind)
export const timerCode = (timer: (typeof TIMER_KINDS)[number]): number => TIMER_KINDS.indexOf(timer)

/** The source did not tell: `UNTOLD_BYTE` in `v6only`, `UNTOLD` in `uid`, `drops` and both queues. */
export const UNTOLD_BYTE = 0xff
export const UNTOLD = 0xffffffff

/** The TCP numbers that are kept, in the order of their column; NaN where the source has none. */
export const TCP_FIELDS = [
  'rttMs',
  'rttVarMs',
  'retransmits',
  'bytesAcked',
  'bytesReceived',
  'sinceSentMs',
  'sinceReceivedMs',
  'congestionWindow',
  'mss',
  'deliveryRate',
] as const
export type TcpField = (typeof TCP_FIELDS)[number]
