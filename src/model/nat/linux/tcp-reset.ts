/**
 * Resets, which are easily forged: what one must be to close a connection (the case TCP_CONNTRACK_CLOSE of
 * nf_conntrack_tcp_packet; RFC 5961 section 3).
 */
import type { ConntrackSettings } from './settings.ts'
import { isBefore, type TcpSegment } from './tcp-segment.ts'
import {
  CLOSE,
  CLOSE_WAIT,
  ESTABLISHED,
  FIN_WAIT,
  IS_ACK,
  IS_SYN,
  LAST_ACK,
  SYN_SENT,
  TIME_WAIT,
} from './tcp-states.ts'
import { MAXACK_SET, type TcpTrack } from './tcp-track.ts'

/** Of `enum ip_conntrack_status`. */
export const SEEN_REPLY = 2
export const ASSURED = 4

/** tcp_can_early_drop: it is closing already. */
export const isClosing = (state: number): boolean =>
  state === FIN_WAIT || state === LAST_ACK || state === TIME_WAIT || state === CLOSE || state === CLOSE_WAIT

/**
 * A reset has to have just the number that the other side waits for, or it may be forged: the state is kept so that a
 * challenge can be answered. `plain`: nothing speaks against it, and its bounds decide.
 */
export function judgeReset(
  { sides, state, lastKind, lastDirection, lastEnd }: TcpTrack,
  direction: 0 | 1,
  { sequence }: TcpSegment,
  status: number,
  { ignoreInvalidRst }: ConntrackSettings,
): 'plain' | 'unjudged' | 'kept' | 'invalid' {
  if (isClosing(state)) return 'unjudged'
  const { flags, maxAck } = sides[direction === 0 ? 1 : 0]
  if ((flags & MAXACK_SET) === 0 || lastKind === IS_SYN) return 'unjudged'
  const isEstablished = state === ESTABLISHED && (status & ASSURED) !== 0
  if (sequence === 0 && !isEstablished) return 'plain'
  if (isBefore(sequence, maxAck) && !ignoreInvalidRst) return 'invalid'
  if (!isEstablished || sequence === maxAck) return 'plain'
  if (lastKind === IS_ACK && lastDirection === direction && sequence === lastEnd) return 'plain'
  return 'kept'
}

/** It answers the other side's SYN or ACK that was let through without being believed: bounds say nothing then. */
export const answersLetThrough = (
  { lastKind, lastDirection, lastEnd, lastAck }: TcpTrack,
  direction: 0 | 1,
  { acknowledgement, sequence }: TcpSegment,
  status: number,
  state: number,
): boolean =>
  (lastDirection !== direction &&
    (((status & SEEN_REPLY) !== 0 && lastKind === IS_SYN) ||
      ((status & ASSURED) === 0 && lastKind === IS_ACK)) &&
    acknowledgement === lastEnd) ||
  (state === SYN_SENT && lastKind === IS_ACK && lastDirection === 1 && sequence === lastAck)
