/**
 * What a TCP segment does to the entry of its connection: the next state, and how long the entry lasts from now on
 * (nf_conntrack_tcp_packet of nf_conntrack_proto_tcp.c, Linux 6.18).
 */
import type { ConntrackSettings } from './settings.ts'
import { endOf, fitSegment, readOptions } from './tcp-bounds.ts'
import { ASSURED, answersLetThrough, isClosing, judgeReset, SEEN_REPLY } from './tcp-reset.ts'
import type { TcpSegment } from './tcp-segment.ts'
import {
  CLOSE,
  ESTABLISHED,
  FIN_WAIT,
  IGNORED,
  INVALID,
  IS_ACK,
  IS_FIN,
  IS_RST,
  IS_SYN,
  IS_SYN_ACK,
  kindOfSegment,
  LAST_ACK,
  NONE,
  nextState,
  SYN_RECV,
  SYN_SENT,
  SYN_SENT2,
  TIME_WAIT,
  timeoutIn,
} from './tcp-states.ts'
import {
  BE_LIBERAL,
  CHALLENGE_EXPECTED,
  CLOSE_INIT,
  SACK_PERMITTED,
  SIMULTANEOUS_OPEN,
  TcpSide,
  type TcpTrack,
  UNACKNOWLEDGED,
  WINDOW_SCALE,
} from './tcp-track.ts'

export interface TcpFollowed {
  /** `reopen`: the entry ends, and the packet begins another one. `invalid`: it is of no connection. */
  readonly verdict: 'accept' | 'invalid' | 'reopen'
  /** Seconds from now; absent: as it was. */
  readonly timeout?: number
  readonly assured?: true
  /** A reset before any answer: the entry ends with this packet. */
  readonly ended?: true
}

const ACCEPTED: TcpFollowed = { verdict: 'accept' }
const REFUSED: TcpFollowed = { verdict: 'invalid' }
const REOPEN: TcpFollowed = { verdict: 'reopen' }
/** Seconds: a shorter rest isn't shortened (nf_tcp_handle_invalid). */
const SHORT_REST = 120

/** tcp_new: a SYN, or what may be of a connection that was there before. False: it begins nothing. */
export function beginTcp(track: TcpTrack, segment: TcpSegment, { loose }: ConntrackSettings): boolean {
  const begun = nextState(0, kindOfSegment(segment.flags), NONE)
  if (begun >= INVALID || (begun !== SYN_SENT && !loose)) return false
  const [first, second] = track.sides
  first.end = endOf(segment)
  first.maxWindow = segment.windowSize || 1
  first.maxEnd = begun === SYN_SENT ? first.end : (first.end + first.maxWindow) >>> 0
  if (begun === SYN_SENT) readOptions(first, segment)
  else first.flags = second.flags = SACK_PERMITTED | BE_LIBERAL
  return true
}

/** `status` before this packet; `rest`: seconds that the entry has left. */
export function followTcp(
  track: TcpTrack,
  direction: 0 | 1,
  segment: TcpSegment,
  { status, rest }: { readonly status: number; readonly rest: number },
  settings: ConntrackSettings,
): TcpFollowed {
  const kind = kindOfSegment(segment.flags)
  const before = track.state
  let next = nextState(direction, kind, before)
  if (next === INVALID) return REFUSED
  if (next === SYN_SENT && before >= TIME_WAIT) {
    if (mayReopen(track, direction)) return REOPEN
    next = IGNORED
  }
  if (next === IGNORED) {
    if (!answersIgnoredSyn(track, direction, kind, segment)) {
      noteIgnored(track, direction, kind, segment, before)
      return ACCEPTED
    }
    // Both ends are in step and we aren't: what was noted of the SYN counts.
    resync(track, direction)
    return settle(
      track,
      direction,
      kind,
      segment,
      { before: SYN_SENT, next: SYN_RECV, status, rest },
      settings,
    )
  }
  if (next === TIME_WAIT && isChallenge(track, direction, kind, before)) {
    track.lastFlags &= ~CHALLENGE_EXPECTED
    return ACCEPTED
  }
  if (next === SYN_SENT2) track.lastFlags |= SIMULTANEOUS_OPEN
  if (next === SYN_RECV && direction === 1 && kind === IS_ACK && (track.lastFlags & SIMULTANEOUS_OPEN) !== 0)
    next = ESTABLISHED
  if (next === CLOSE && kind === IS_RST) {
    const reset = judgeReset(track, direction, segment, status, settings)
    if (reset === 'invalid') return REFUSED
    if (reset === 'kept') next = before
    if (
      isClosing(before) ||
      (reset !== 'plain' && answersLetThrough(track, direction, segment, status, before))
    )
      return advance(track, direction, kind, { before, next, status }, settings)
  }
  return settle(track, direction, kind, segment, { before, next, status, rest }, settings)
}

interface Step {
  readonly before: number
  readonly next: number
  readonly status: number
}

function settle(
  track: TcpTrack,
  direction: 0 | 1,
  kind: number,
  segment: TcpSegment,
  step: Step & { readonly rest: number },
  settings: ConntrackSettings,
): TcpFollowed {
  switch (fitSegment(track, direction, kind, segment, settings)) {
    case 'ignored':
      return ACCEPTED
    case 'invalid':
      return outOfBounds(track, direction, kind, step, settings)
    case 'accepted':
      return advance(track, direction, kind, step, settings)
  }
}

/** RFC 1122 section 4.2.2.13: a closed connection may be opened again; also one that was aborted. */
const mayReopen = ({ sides, lastDirection, lastKind }: TcpTrack, direction: 0 | 1): boolean =>
  ((sides[0].flags | sides[1].flags) & CLOSE_INIT) !== 0 ||
  (lastDirection === direction && lastKind === IS_RST)

const answersIgnoredSyn = (
  { lastKind, lastDirection, lastEnd }: TcpTrack,
  direction: 0 | 1,
  kind: number,
  { acknowledgement }: TcpSegment,
): boolean =>
  kind === IS_SYN_ACK && lastKind === IS_SYN && lastDirection !== direction && acknowledgement === lastEnd

function resync(track: TcpTrack, direction: 0 | 1): void {
  const client = track.sides[track.lastDirection]
  track.lastFlags &= ~CHALLENGE_EXPECTED
  client.end = client.maxEnd = track.lastEnd
  client.maxWindow = track.lastWindow || 1
  client.scale = track.lastScale
  client.flags = track.lastFlags
  track.sides[direction].reset()
}

function noteIgnored(
  track: TcpTrack,
  direction: 0 | 1,
  kind: number,
  segment: TcpSegment,
  state: number,
): void {
  track.lastKind = kind
  track.lastDirection = direction
  track.lastSequence = segment.sequence
  track.lastEnd = endOf(segment)
  track.lastWindow = segment.windowSize
  if (kind === IS_SYN && direction === 0) {
    const seen = new TcpSide()
    readOptions(seen, segment)
    track.lastFlags = seen.flags & (WINDOW_SCALE | SACK_PERMITTED)
    track.lastScale = seen.scale
    if (state === LAST_ACK) track.lastFlags |= CHALLENGE_EXPECTED
  }
  if (state === SYN_SENT && kind === IS_ACK && direction === 1) track.lastAck = segment.acknowledgement
}

/** RFC 5961 section 4: the answer to a stray SYN, and not to the last FIN. */
const isChallenge = (track: TcpTrack, direction: 0 | 1, kind: number, state: number): boolean =>
  state === LAST_ACK &&
  kind === IS_ACK &&
  track.lastDirection !== direction &&
  track.lastKind === IS_SYN &&
  (track.lastFlags & CHALLENGE_EXPECTED) !== 0

/** nf_tcp_handle_invalid: FIN or RST from both sides, and none of them fitting, is an end all the same. */
function outOfBounds(
  track: TcpTrack,
  direction: 0 | 1,
  kind: number,
  { status, rest }: Step & { readonly rest: number },
  { tcp }: ConntrackSettings,
): TcpFollowed {
  if ((status & ASSURED) === 0 || (kind !== IS_RST && kind !== IS_FIN)) return REFUSED
  if (track.lastDirection !== direction && (track.lastKind === IS_FIN || track.lastKind === IS_RST)) {
    const { unacknowledged } = tcp
    return rest < SHORT_REST || rest <= unacknowledged
      ? REFUSED
      : { verdict: 'invalid', timeout: unacknowledged }
  }
  track.lastKind = kind
  track.lastDirection = direction
  return REFUSED
}

/** The packet fits: what follows from it. */
function advance(
  track: TcpTrack,
  direction: 0 | 1,
  kind: number,
  { before, next, status }: Step,
  settings: ConntrackSettings,
): TcpFollowed {
  track.lastKind = kind
  track.lastDirection = direction
  track.state = next
  if (before !== next && next === FIN_WAIT) track.sides[direction].flags |= CLOSE_INIT
  const { tcp } = settings
  const timeout = timeoutAfter(track, kind, next, settings)
  if ((status & SEEN_REPLY) === 0) {
    if (kind === IS_RST) return { verdict: 'accept', ended: true }
    // Repeating a SYN must not keep an entry, and the port that it holds.
    if (kind === IS_SYN && before === SYN_SENT) return ACCEPTED
    const isLong = next === ESTABLISHED && timeout > tcp.unacknowledged
    return { verdict: 'accept', timeout: isLong ? tcp.unacknowledged : timeout }
  }
  const isAssured = (before === SYN_RECV || before === ESTABLISHED) && next === ESTABLISHED
  return { verdict: 'accept', timeout, ...(isAssured ? { assured: true } : {}) }
}

function timeoutAfter(
  { retransmissions, sides, lastWindow }: TcpTrack,
  kind: number,
  next: number,
  { tcp, maxRetrans }: ConntrackSettings,
): number {
  const usual = timeoutIn(next, tcp)
  if (retransmissions >= maxRetrans && usual > tcp.maxRetrans) return tcp.maxRetrans
  if (kind === IS_RST) return tcp.close
  if (((sides[0].flags | sides[1].flags) & UNACKNOWLEDGED) !== 0 && usual > tcp.unacknowledged)
    return tcp.unacknowledged
  return lastWindow === 0 && usual > tcp.maxRetrans ? tcp.maxRetrans : usual
}
