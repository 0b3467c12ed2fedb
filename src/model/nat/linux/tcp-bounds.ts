/**
 * Whether a segment fits what was seen of its connection before (tcp_in_window of nf_conntrack_proto_tcp.c, after Guido
 * van Rooij's "Real Stateful TCP Packet Filtering in IP Filter"): it must intersect what the receiver has room for, and
 * acknowledge what the receiver has sent, and not too long ago.
 */
import type { ConntrackSettings } from './settings.ts'
import { isAfter, isBefore, type TcpSegment } from './tcp-segment.ts'
import { IS_ACK, SYN_RECV, SYN_SENT } from './tcp-states.ts'
import {
  BE_LIBERAL,
  MAXACK_SET,
  SACK_PERMITTED,
  type TcpSide,
  type TcpTrack,
  UNACKNOWLEDGED,
  WINDOW_SCALE,
} from './tcp-track.ts'

/** `ignored`: outside, but harmless; it belongs to the connection and changes nothing. */
export type Fit = 'accepted' | 'ignored' | 'invalid'

const [FIN, SYN, RST, ACK] = [1, 2, 4, 16]
/** MAXACKWINCONST: so far back may an acknowledgement lie, or a largest window if that is more. */
const OLDEST_ACK = 66_000

/** The number after its last byte; SYN and FIN count as one each. */
export const endOf = ({ sequence, length, flags }: TcpSegment): number =>
  (sequence + length + ((flags & SYN) !== 0 ? 1 : 0) + ((flags & FIN) !== 0 ? 1 : 0)) >>> 0

/** tcp_options: what a SYN says of its sender. Without any option nothing is touched. */
export function readOptions(side: TcpSide, segment: TcpSegment): void {
  if (!segment.hasOptions) return
  side.scale = segment.windowScale ?? 0
  side.flags =
    (side.flags & BE_LIBERAL) |
    (segment.selectiveAcksPermitted ? SACK_PERMITTED : 0) |
    (segment.windowScale === undefined ? 0 : WINDOW_SCALE)
}

/** tcp_init_sender: a SYN or SYN-ACK begins its sender's side anew. */
function beginSide(sender: TcpSide, receiver: TcpSide, segment: TcpSegment, direction: 0 | 1): void {
  sender.end = sender.maxEnd = endOf(segment)
  sender.maxWindow = segment.windowSize || 1
  readOptions(sender, segment)
  // Windows are scaled only if both sides said so (RFC 7323 section 2.2).
  if (direction === 1 && (sender.flags & receiver.flags & WINDOW_SCALE) === 0)
    sender.scale = receiver.scale = 0
}

export function fitSegment(
  track: TcpTrack,
  direction: 0 | 1,
  kind: number,
  segment: TcpSegment,
  { beLiberal }: ConntrackSettings,
): Fit {
  const sender = track.sides[direction]
  const receiver = track.sides[direction === 0 ? 1 : 0]
  const { flags, windowSize } = segment
  const outside = (fit: Fit): Fit => (beLiberal || (sender.flags & BE_LIBERAL) !== 0 ? 'accepted' : fit)
  let { sequence, acknowledgement: ack } = segment
  let end = endOf(segment)
  let sack = ack
  const { selectiveRight } = segment
  if (
    (receiver.flags & SACK_PERMITTED) !== 0 &&
    selectiveRight !== undefined &&
    isAfter(selectiveRight, sack)
  )
    sack = selectiveRight
  const isSyn = (flags & SYN) !== 0
  const hasAck = (flags & ACK) !== 0
  if (sender.maxWindow === 0) {
    if (isSyn) {
      beginSide(sender, receiver, segment, direction)
      // Both sides open at once.
      if (!hasAck) return 'accepted'
    } else joinMidway(sender, receiver, end, windowSize, sack)
  } else if (isSyn && isAfter(end, sender.end) && (track.state === SYN_SENT || track.state === SYN_RECV)) {
    beginSide(sender, receiver, segment, direction)
    if (direction === 1 && !hasAck) return 'accepted'
  }
  // Without an ACK, or with the zero of some resets, it is taken to be as it should.
  if (!hasAck || ((flags & RST) !== 0 && ack === 0)) ack = sack = receiver.end
  // A reset that answers a SYN.
  if ((flags & RST) !== 0 && sequence === 0 && track.state === SYN_SENT) sequence = end = sender.end

  const lowestAck = (receiver.end - Math.max(sender.maxWindow, OLDEST_ACK) - 1) >>> 0
  const lowestEnd = (sender.end - receiver.maxWindow - 1) >>> 0
  if (!isBefore(sequence, (sender.maxEnd + 1) >>> 0)) {
    const overshot = (end - sender.maxEnd + 1) >>> 0
    const isSlight =
      receiver.maxWindow !== 0 &&
      isAfter(end, lowestEnd) &&
      isAfter(sack, lowestAck) &&
      overshot <= receiver.maxWindow &&
      isBefore(sack, (receiver.end + 1) >>> 0)
    if (!isSlight) return outside('invalid')
    // Some send more than there is room for: if the other side takes it, its acknowledgement has to fit.
    sender.end = end
    sender.flags |= UNACKNOWLEDGED
    return outside('ignored')
  }
  if (!isBefore(sack, (receiver.end + 1) >>> 0)) return outside('invalid')
  if (receiver.maxWindow !== 0 && !isAfter(end, lowestEnd)) return outside('ignored')
  if (!isAfter(sack, lowestAck)) return outside('ignored')

  const room = isSyn ? windowSize : (windowSize << sender.scale) >>> 0
  noteSent(sender, { room, end, ack, ahead: (sack - ack) >>> 0, hasAck })
  noteRoom(receiver, sender, { room, end, ack, sack })
  if (kind === IS_ACK) countRetransmission(track, direction, { sequence, ack, end, windowSize })
  return 'accepted'
}

/** The history is lost: what can be told from this segment (of a connection that was there before we were). */
function joinMidway(sender: TcpSide, receiver: TcpSide, end: number, windowSize: number, sack: number): void {
  sender.end = end
  sender.maxWindow = (windowSize << sender.scale) >>> 0 || 1
  sender.maxEnd = (end + sender.maxWindow) >>> 0
  if (receiver.maxWindow === 0) receiver.end = receiver.maxEnd = sack
  // An answer to a keep-alive.
  else if (sack === (receiver.end + 1) >>> 0) receiver.end = sack
}

interface Sent {
  readonly room: number
  readonly end: number
  readonly ack: number
  /** How far selective acknowledgements go beyond the plain one. */
  readonly ahead: number
  readonly hasAck: boolean
}

function noteSent(sender: TcpSide, { room, end, ack, ahead, hasAck }: Sent): void {
  const offered = (room + ahead) >>> 0
  if (sender.maxWindow < offered) sender.maxWindow = offered
  if (isAfter(end, sender.end)) {
    sender.end = end
    sender.flags |= UNACKNOWLEDGED
  }
  if (!hasAck) return
  if ((sender.flags & MAXACK_SET) === 0 || isAfter(ack, sender.maxAck)) sender.maxAck = ack
  sender.flags |= MAXACK_SET
}

function noteRoom(
  receiver: TcpSide,
  sender: TcpSide,
  { room, end, ack, sack }: { room: number; end: number; ack: number; sack: number },
): void {
  if (receiver.maxWindow !== 0 && isAfter(end, sender.maxEnd))
    receiver.maxWindow = (receiver.maxWindow + end - sender.maxEnd) >>> 0
  const reach = (sack + room) >>> 0
  if (isAfter(reach, (receiver.maxEnd - 1) >>> 0)) receiver.maxEnd = room === 0 ? (reach + 1) >>> 0 : reach
  if (ack === receiver.end) receiver.flags &= ~UNACKNOWLEDGED
}

function countRetransmission(
  track: TcpTrack,
  direction: 0 | 1,
  { sequence, ack, end, windowSize }: { sequence: number; ack: number; end: number; windowSize: number },
): void {
  if (
    track.lastDirection === direction &&
    track.lastSequence === sequence &&
    track.lastAck === ack &&
    track.lastEnd === end &&
    track.lastWindow === windowSize
  ) {
    track.retransmissions = (track.retransmissions + 1) & 255
    return
  }
  track.lastDirection = direction
  track.lastSequence = sequence
  track.lastAck = ack
  track.lastEnd = end
  track.lastWindow = windowSize
  track.retransmissions = 0
}
