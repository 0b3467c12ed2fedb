/**
 * Linux's automaton of a TCP connection as one in the middle sees it (the table tcp_conntracks of
 * nf_conntrack_proto_tcp.c): from a state and a packet to the next state.
 */
import type { TcpTimeouts } from './settings.ts'

/** In the kernel's order, which is also netlink's (`enum tcp_conntrack`). */
export const TCP_STATES = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
] as const
export type TcpStateName = (typeof TCP_STATES)[number]

export const [
  NONE,
  SYN_SENT,
  SYN_RECV,
  ESTABLISHED,
  FIN_WAIT,
  CLOSE_WAIT,
  LAST_ACK,
  TIME_WAIT,
  CLOSE,
  SYN_SENT2,
] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const

/** Beside states: the packet can't be of this connection; or it may be, and changes nothing. */
export const INVALID = 10
export const IGNORED = 11

/** What a packet is to the automaton (get_conntrack_index): a reset before all else, then SYN, FIN, ACK. */
export const [IS_SYN, IS_SYN_ACK, IS_FIN, IS_ACK, IS_RST, IS_NOTHING] = [0, 1, 2, 3, 4, 5] as const

export function kindOfSegment(flags: number): number {
  if ((flags & 4) !== 0) return IS_RST
  if ((flags & 2) !== 0) return (flags & 16) !== 0 ? IS_SYN_ACK : IS_SYN
  if ((flags & 1) !== 0) return IS_FIN
  return (flags & 16) !== 0 ? IS_ACK : IS_NOTHING
}

/** Columns are states before: NO SS SR ES FW CW LA TW CL S2. `-` is invalid, `~` ignored. */
const ORIGINAL = `
  SS SS ~  ~  ~  ~  ~  SS SS S2
  -  -  SR -  -  -  -  -  -  SR
  -  -  FW FW LA LA LA TW CL -
  ES -  ES ES CW CW TW TW CL -
  -  CL CL CL CL CL CL CL CL CL
  -  -  -  -  -  -  -  -  -  -`
const REPLY = `
  -  S2 -  -  -  -  -  SS -  S2
  -  SR ~  ~  ~  ~  ~  ~  ~  SR
  -  -  FW FW LA LA LA TW CL -
  -  ~  SR ES CW CW TW TW CL ~
  -  CL CL CL CL CL CL CL CL CL
  -  -  -  -  -  -  -  -  -  -`

const WORDS = ['NO', 'SS', 'SR', 'ES', 'FW', 'CW', 'LA', 'TW', 'CL', 'S2', '-', '~']
const STATES = TCP_STATES.length

const numbers = (table: string): Uint8Array =>
  Uint8Array.from(table.trim().split(/\s+/), word => WORDS.indexOf(word))
const TABLES = [numbers(ORIGINAL), numbers(REPLY)] as const

/** `direction` 0 is that of the connection's first packet. */
export const nextState = (direction: 0 | 1, kind: number, state: number): number =>
  TABLES[direction][kind * STATES + state]!

/** Seconds that an entry in that state may last. */
export function timeoutIn(state: number, timeouts: TcpTimeouts): number {
  switch (state) {
    case SYN_RECV:
      return timeouts.synRecv
    case ESTABLISHED:
      return timeouts.established
    case FIN_WAIT:
      return timeouts.finWait
    case CLOSE_WAIT:
      return timeouts.closeWait
    case LAST_ACK:
      return timeouts.lastAck
    case TIME_WAIT:
      return timeouts.timeWait
    case CLOSE:
      return timeouts.close
    case SYN_SENT2:
      return timeouts.synSent2
    default:
      return timeouts.synSent
  }
}
