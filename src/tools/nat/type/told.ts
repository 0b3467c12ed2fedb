/** A fact about a NAT, or why it could not be found out. */

/**
 * | reason | means |
 * |---|---|
 * | no-answer | a question that had to be answered first was not |
 * | one-address | the server tells no second address (RFC 5780 OTHER-ADDRESS) |
 * | no-change | the server answers a change request from where it was asked |
 * | no-nat | there is nothing to find out without a NAT |
 * | not-mapped-alike | the question is only open for mappings that look endpoint-independent |
 * | one-source | it takes a second address of this machine on the same link |
 * | not-said | nobody said what address the router has outside |
 * | not-asked | it takes long, and nobody asked for it |
 * | no-response-port | the server doesn't answer to another port (RFC 5780 RESPONSE-PORT) |
 */
export const NOT_TOLD = [
  'no-answer',
  'one-address',
  'no-change',
  'no-nat',
  'not-mapped-alike',
  'one-source',
  'not-said',
  'not-asked',
  'no-response-port',
] as const
export type NotTold = (typeof NOT_TOLD)[number]

export type Told<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly why: NotTold }

export const told = <T>(value: T): Told<T> => ({ known: true, value })
export const untold = (why: NotTold): { readonly known: false; readonly why: NotTold } => ({
  known: false,
  why,
})

/** One sentence for each reason. */
export const NOT_TOLD_SAYS: Readonly<Record<NotTold, string>> = Object.freeze({
  'no-answer': 'not known: no answer came',
  'one-address': 'not known: this server has one address only and can’t tell',
  'no-change': 'not known: this server doesn’t answer from its other address',
  'no-nat': 'there is no NAT',
  'not-mapped-alike': 'not asked: the mapping depends on the destination anyway',
  'one-source': 'not known: it takes a second address of this machine on that link',
  'not-asked': 'not asked: --lifetime does',
  'no-response-port': 'not known: this server doesn’t answer to another port',
  'not-said': 'not known: say the router’s outside address with --router-address',
})
