/**
 * What the end of a connect(2) says about the port, by the system's word for it. A word that came from our own host, which never asked
 * anybody, is never taken for an answer.
 *
 * Linux tells a reset and an ICMP port unreachable with one word, ECONNREFUSED, and several ICMP codes with EHOSTUNREACH
 * (`icmp_err_convert`, net/ipv4/icmp.c): who can read the error queue knows better, and says so with `icmp`.
 */

/**
 * | kind | means |
 * |---|---|
 * | open, closed, filtered | an answer, with its reason |
 * | silent | none in time |
 * | short | our own host lacks something; fewer at once may help |
 * | denied | our own host says no, perhaps only now |
 * | impossible | our own host says no for good |
 * | self | the socket met itself: its own port was the one that was asked |
 */
export type ProbeOutcome =
  | { readonly kind: 'open' | 'closed' | 'filtered'; readonly reason: string }
  | { readonly kind: 'silent' | 'self' }
  | { readonly kind: 'short' | 'denied' | 'impossible'; readonly code: string }

export const OPEN: ProbeOutcome = { kind: 'open', reason: 'syn-ack' }
export const SILENT: ProbeOutcome = { kind: 'silent' }
export const SELF: ProbeOutcome = { kind: 'self' }
/** The reason where our own host found nobody on the link who has the address. */
export const NO_NEIGHBOUR = 'no-neighbour'

/** Descriptors, memory, ports of ours (socket(2), connect(2)). */
const SHORT: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EAGAIN',
  'EADDRNOTAVAIL',
  'EADDRINUSE',
])
/** A filter of ours (`NF_DROP_ERR`), a full table of connections, a policy: some of it passes. */
const DENIED: ReadonlySet<string> = new Set(['EPERM', 'EACCES'])

/** The call itself failed, at once: nothing was sent, or nothing left. */
export function outcomeAtOnce(code: string): ProbeOutcome {
  if (SHORT.has(code)) return { kind: 'short', code }
  return { kind: DENIED.has(code) ? 'denied' : 'impossible', code }
}

/**
 * The call failed later. `icmp`: what the error queue says, `icmp-3/13`; null: it is empty; undefined: nobody can look. A refusal that is
 * no ICMP error is a reset; one of which nobody knows is called `refused`.
 */
export function outcomeLater(code: string, icmp?: string | null): ProbeOutcome {
  if (icmp !== undefined && icmp !== null) return { kind: 'filtered', reason: icmp }
  if (code === 'ETIMEDOUT') return SILENT
  if (SHORT.has(code)) return { kind: 'short', code }
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET')
    return { kind: 'closed', reason: icmp === null ? 'reset' : 'refused' }
  return { kind: 'filtered', reason: `error-${code}` }
}

/**
 * An ICMP error ended it: `icmp-3/13`. That of another host is an answer. One that this host made itself (`link`: towards an address on
 * its own link where it looked in vain) is none: a neighbour that doesn't answer (host unreachable, RFC 1122 section 3.2.2.1; RFC 4443 section 3.1, code 3), where
 * the target would be one, or a filter on the way out, or a gateway that doesn't answer.
 */
export function outcomeOfIcmp(said: string, by: 'other' | 'this-host' | 'link'): ProbeOutcome {
  if (by === 'other') return { kind: 'filtered', reason: said }
  return by === 'link' && NEIGHBOUR_ERRORS.has(said)
    ? { kind: 'filtered', reason: NO_NEIGHBOUR }
    : { kind: 'impossible', code: said }
}

const NEIGHBOUR_ERRORS: ReadonlySet<string> = new Set(['icmp-3/1', 'icmpv6-1/3'])
