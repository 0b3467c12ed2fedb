/**
 * TCP as a NAT follows it, to know how long to keep a session (RFC 6146 section 3.5.2.2 as RFC 7857 section 2 adapts it):
 * by the flags alone, from both sides.
 */
export const TCP_SESSION_STATES = [
  'opening-from-inside',
  'opening-from-outside',
  'established',
  'closing-from-inside',
  'closing-from-outside',
  'closed',
  'reset',
] as const
export type TcpSessionState = (typeof TCP_SESSION_STATES)[number]

const [FIN, SYN, RST] = [1, 2, 4]

/** The state after a packet; null before the first. What isn't named here changes nothing. */
export function nextTcpState(
  state: TcpSessionState | null,
  flags: number,
  from: 'inside' | 'outside',
): TcpSessionState {
  // A session that begins in the middle (the NAT was restarted) is taken as it is found: it may be cut off soon.
  if (state === null)
    return (flags & RST) === 0 && from === 'outside' ? 'opening-from-outside' : opening(flags)
  if ((flags & RST) !== 0) return state === 'closed' ? state : 'reset'
  const isSyn = (flags & SYN) !== 0
  switch (state) {
    case 'opening-from-inside':
      return isSyn && from === 'outside' ? 'established' : state
    case 'opening-from-outside':
      return isSyn && from === 'inside' ? 'established' : state
    case 'established':
      return (flags & FIN) !== 0 ? `closing-from-${from}` : state
    case 'closing-from-inside':
      return (flags & FIN) !== 0 && from === 'outside' ? 'closed' : state
    case 'closing-from-outside':
      return (flags & FIN) !== 0 && from === 'inside' ? 'closed' : state
    // The same ends again (RFC 6191); also an old SYN, which does no harm.
    case 'closed':
      return isSyn ? `opening-from-${from}` : state
    // Whoever sent the reset may have been somebody else: data brings it back (RFC 7857 section 2.2).
    case 'reset':
      return isSyn ? `opening-from-${from}` : 'established'
  }
}

const opening = (flags: number): TcpSessionState => ((flags & RST) !== 0 ? 'reset' : 'opening-from-inside')

/** Only what both sides have opened, and none has begun to close for good, is kept for hours. */
export const isLasting = (state: TcpSessionState): boolean =>
  state === 'established' || state === 'closing-from-inside' || state === 'closing-from-outside'
