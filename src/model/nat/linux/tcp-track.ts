/** What is remembered of a TCP connection from packet to packet (the kernel's struct ip_ct_tcp). */
import { IS_NOTHING, NONE } from './tcp-states.ts'

/** Flags of a side (`IP_CT_TCP_FLAG_`), in the bits that netlink shows. */
export const WINDOW_SCALE = 1
export const SACK_PERMITTED = 2
/** It was the first to send a FIN. */
export const CLOSE_INIT = 4
export const BE_LIBERAL = 8
export const UNACKNOWLEDGED = 16
export const MAXACK_SET = 32
/** Of the last packet: a challenge ACK may come (RFC 5961); both sides have sent a SYN. */
export const CHALLENGE_EXPECTED = 64
export const SIMULTANEOUS_OPEN = 128

/** One side, by what it has sent. Numbers are 32 bits, unsigned. */
export class TcpSide {
  /** The end of the data that it has sent. */
  end = 0
  /** How far it may send, by what the other side has advertised. */
  maxEnd = 0
  /** The largest window size that it has advertised; 0 while nothing was seen of it. */
  maxWindow = 0
  /** The highest acknowledgement that it has sent. */
  maxAck = 0
  /** Bits that its windows are shifted by. */
  scale = 0
  flags = 0

  copy(from: TcpSide): void {
    this.end = from.end
    this.maxEnd = from.maxEnd
    this.maxWindow = from.maxWindow
    this.maxAck = from.maxAck
    this.scale = from.scale
    this.flags = from.flags
  }

  /** nf_ct_tcp_state_reset: nothing is known of it but whether it is treated liberally. */
  reset(): void {
    this.end = this.maxEnd = this.maxWindow = this.maxAck = this.scale = 0
    this.flags &= BE_LIBERAL
  }
}

export class TcpTrack {
  state: number = NONE
  readonly sides = [new TcpSide(), new TcpSide()] as const
  retransmissions = 0
  lastDirection: 0 | 1 = 0
  lastKind: number = IS_NOTHING
  lastSequence = 0
  lastAck = 0
  lastEnd = 0
  lastWindow = 0
  lastScale = 0
  lastFlags = 0

  copy(from: TcpTrack): void {
    this.state = from.state
    this.sides[0].copy(from.sides[0])
    this.sides[1].copy(from.sides[1])
    this.retransmissions = from.retransmissions
    this.lastDirection = from.lastDirection
    this.lastKind = from.lastKind
    this.lastSequence = from.lastSequence
    this.lastAck = from.lastAck
    this.lastEnd = from.lastEnd
    this.lastWindow = from.lastWindow
    this.lastScale = from.lastScale
    this.lastFlags = from.lastFlags
  }
}
