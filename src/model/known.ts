/**
 * A value, or the reason why it is not known.
 *
 * Ignorance is a value: an owner that we may not see, one that has just exited and one that the system
 * can't name are three different answers, and none of them is an empty string.
 */

export const UNKNOWN_REASONS = ['denied', 'vanished', 'unsupported', 'other-namespace', 'not-asked'] as const
export type UnknownReason = (typeof UNKNOWN_REASONS)[number]

export type Known<T> = { readonly known: true; readonly value: T } | Unknown
export type Unknown = { readonly known: false; readonly reason: UnknownReason }

export const known = <T>(value: T): Known<T> => ({ known: true, value })
export const unknown = (reason: UnknownReason): Unknown => ({ known: false, reason })

/** The value, or `otherwise` where it is not known. */
export const valueOr = <T, U>(fact: Known<T>, otherwise: U): T | U => (fact.known ? fact.value : otherwise)

/** One sentence a person can act on, for each reason. */
export const UNKNOWN_SAYS: Readonly<Record<UnknownReason, string>> = Object.freeze({
  denied: 'hidden: needs more privilege',
  vanished: 'gone before it could be read',
  unsupported: 'this system does not tell',
  'other-namespace': 'in another namespace',
  'not-asked': 'not asked for',
})
