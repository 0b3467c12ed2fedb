/**
 * One end of a TCP conversation: what RFC 9293 section 3.3.1 calls the transmission control block, as plain numbers and two
 * buffers. Functions of (block, segment or call or time) change it and put what is to be sent into a `Turn`.
 */
import type { Address } from '../../model/address.ts'
import type { TcpSegment } from '../../wire/ip/datagram.ts'
import type { ByteQueue } from './byte-queue.ts'
import { type Congestion, INITIAL_SEGMENTS } from './congestion.ts'
import type { Reassembly } from './reassembly.ts'
import type { RoundTrip } from './round-trip.ts'
import type { TcpSettings } from './settings.ts'

export type TcbState =
  | 'syn-sent'
  | 'syn-recv'
  | 'established'
  | 'fin-wait-1'
  | 'fin-wait-2'
  | 'close-wait'
  | 'closing'
  | 'last-ack'
  | 'time-wait'
  | 'closed'

export const FIN = 1
export const SYN = 2
export const RST = 4
export const PSH = 8
export const ACK = 16

/** What the timestamps option takes of each segment, padding included (RFC 7323 appendix A). */
export const TIMESTAMP_BYTES = 12

/** What happened to the block that its owner wants to know: bits of `Turn.events`. */
export const CONNECTED = 1
export const READABLE = 2
export const WRITABLE = 4
/** It is closed, by a reset or for lack of an answer: `Tcb.failure` says which. */
export const FAILED = 8
/** Both sides have said goodbye, and nothing is left to do. */
export const FINISHED = 16
/** Of a listener: a connection waits to be accepted. */
export const ACCEPTABLE = 32

/** One step of the automaton: what time it is, what goes out, what happened. */
export interface Turn {
  now: number
  readonly out: TcpSegment[]
  events: number
}

/** The two ends, ours first. */
export interface Ends {
  readonly local: Address
  readonly localPort: number
  readonly remote: Address
  readonly remotePort: number
}

export interface Tcb extends RoundTrip, Congestion {
  state: TcbState
  readonly ends: Ends
  readonly settings: TcpSettings

  /** SND.UNA, SND.NXT, and the highest number that was ever sent: NXT goes back for a retransmission. */
  unacknowledged: number
  next: number
  highest: number
  /** SND.WND in bytes, SND.WL1, SND.WL2, the widest that was ever offered, and the peer's shift. */
  sendWindow: number
  windowFrom: number
  windowBy: number
  widestWindow: number
  peerShift: number
  /** From SND.UNA on: what is unacknowledged, then what is unsent. Null for nothing. */
  outgoing: ByteQueue | null
  /** A FIN follows what is queued. */
  closing: boolean

  /** RCV.NXT, and the end of the window that was offered. */
  receiveNext: number
  offeredEnd: number
  ownShift: number
  incoming: ByteQueue | null
  later: Reassembly | null
  /** The number of the peer's FIN where it came before its turn, else -1. */
  farewellAt: number
  /** The peer's FIN has come. */
  peerClosed: boolean
  /** shutdown() of the reading side. */
  deaf: boolean
  /** Its process has closed it: what comes now, nobody will read. */
  orphan: boolean

  /** Bytes of data that go into one segment. */
  segment: number
  /** The largest segment that we take, as our SYN says. */
  readonly announced: number
  /** SO_RCVBUF, SO_SNDBUF. */
  receiveBuffer: number
  sendBuffer: number
  noDelay: boolean
  /** A writer waits for room. */
  wantsRoom: boolean
  /** RFC 7323: both sides send timestamps; TS.Recent and Last.ACK.sent. */
  timestamps: boolean
  recentStamp: number
  lastAcknowledged: number

  /** The end of the segment whose round trip is measured, and when it was sent; -1 for none. */
  timed: number
  timedAt: number

  /** When timers run out; Infinity for those that are off. */
  retransmitAt: number
  delayedAckAt: number
  keepAliveAt: number
  /** The retransmission timer asks for the window instead (RFC 9293 section 3.8.6.1). */
  probing: boolean
  /** How often it has asked, since the window closed. */
  asked: number
  /** How often in a row it ran out, and when it first did. */
  retries: number
  firstRetryAt: number
  /** Segments that came and aren't acknowledged. */
  owed: number
  /** SO_KEEPALIVE, and the idle time before the first probe, ms. 0: off. */
  keepAliveMs: number
  keepAliveProbes: number

  /** Why it failed, an errno's name. */
  failure: string | null
  /** What ICMP has said that needn't be the end (`sk_err_soft`). */
  softFailure: string | null
  /** Segments sent again, since the start. */
  resent: number
  bytesAcknowledged: number
  bytesReceived: number
  lastHeardAt: number
}

/** `segment`: the most data that our side's path takes. `initial`: the sequence number of our SYN. */
export function newTcb(
  state: 'syn-sent' | 'syn-recv',
  ends: Ends,
  settings: TcpSettings,
  segment: number,
  initial: number,
  now: number,
): Tcb {
  return {
    state,
    ends,
    settings,
    unacknowledged: initial,
    next: initial,
    highest: initial,
    sendWindow: 0,
    windowFrom: 0,
    windowBy: 0,
    widestWindow: 0,
    peerShift: 0,
    outgoing: null,
    closing: false,
    receiveNext: 0,
    offeredEnd: 0,
    ownShift: 0,
    incoming: null,
    later: null,
    farewellAt: -1,
    peerClosed: false,
    deaf: false,
    orphan: false,
    segment,
    announced: segment + (settings.timestamps ? TIMESTAMP_BYTES : 0),
    receiveBuffer: settings.receiveBuffer,
    sendBuffer: settings.sendBuffer,
    noDelay: false,
    wantsRoom: false,
    timestamps: settings.timestamps,
    recentStamp: 0,
    lastAcknowledged: 0,
    timed: -1,
    timedAt: 0,
    retransmitAt: Number.POSITIVE_INFINITY,
    delayedAckAt: Number.POSITIVE_INFINITY,
    keepAliveAt: Number.POSITIVE_INFINITY,
    probing: false,
    asked: 0,
    retries: 0,
    firstRetryAt: 0,
    owed: 0,
    keepAliveMs: 0,
    keepAliveProbes: 0,
    failure: null,
    softFailure: null,
    resent: 0,
    bytesAcknowledged: 0,
    bytesReceived: 0,
    lastHeardAt: now,
    smoothedMs: 0,
    variationMs: 0,
    timeoutMs: settings.initialTimeoutMs,
    allowed: INITIAL_SEGMENTS * segment,
    threshold: Number.MAX_SAFE_INTEGER,
    duplicates: 0,
    recoverAt: null,
  }
}

/** Handshake done, not yet all over: numbers of both sides are known. */
export const isSynchronized = ({ state }: Tcb): boolean =>
  state !== 'syn-sent' && state !== 'closed' && state !== 'time-wait'

/** It may still send data that its program gives it. */
export const maySend = ({ state }: Tcb): boolean => state === 'established' || state === 'close-wait'

/** The moment at which `expire` has something to do. */
export const deadlineOf = ({ retransmitAt, delayedAckAt, keepAliveAt }: Tcb): number =>
  Math.min(retransmitAt, delayedAckAt, keepAliveAt)

export function stopTimers(tcb: Tcb): void {
  tcb.retransmitAt = Number.POSITIVE_INFINITY
  tcb.delayedAckAt = Number.POSITIVE_INFINITY
  tcb.keepAliveAt = Number.POSITIVE_INFINITY
}

/** The end of a conversation that goes wrong. */
export function fail(tcb: Tcb, errno: string, turn: Turn): void {
  tcb.state = 'closed'
  tcb.failure = errno
  stopTimers(tcb)
  turn.events |= FAILED
}
