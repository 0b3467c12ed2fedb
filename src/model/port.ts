/**
 * Port numbers and their classes.
 *
 * A port is 16 bits unsigned (RFC 9293 section 3.1, RFC 768) of one transport protocol. 0 is reserved (RFC 6335
 * section 6): nobody can be reached at it, and in a bind request it means "let the system choose".
 */
import { fault } from './fault.ts'

declare const port: unique symbol

/** Always a whole number from 0 to 65535. */
export type Port = number & { readonly [port]: true }

/** In a bind request: let the system choose. In a socket table: none. */
export const ANY_PORT = 0 as Port
export const LAST_PORT = 65535 as Port

export const isPort = (value: number): value is Port =>
  Number.isInteger(value) && value >= 0 && value <= LAST_PORT

/** Reads decimal digits and nothing else. Throws `E_PORT_SYNTAX`, which says why. */
export function parsePort(text: string): Port {
  const why = whyNotPort(text)
  if (why !== '') throw fault('E_PORT_SYNTAX', { text, why })
  return Number(text) as Port
}

/** Why a text is not a port, as the end of a sentence; empty when it is one. */
export function whyNotPort(text: string): string {
  if (/^(?:0|[1-9]\d{0,4})$/.test(text)) return Number(text) > LAST_PORT ? 'the last port is 65535' : ''
  if (text === '') return 'it is empty'
  if (text.trim() !== text) return 'it has spaces around it'
  if (/^[1-9]\d+$/.test(text)) return 'the last port is 65535'
  if (/^0\d+$/.test(text)) return 'it has a leading zero, which some programs read as octal'
  if (/^-\d+$/.test(text)) return 'it is negative'
  if (/^\+\d+$/.test(text)) return 'it has a sign'
  if (/^\d+\.\d*$/.test(text)) return 'it has a decimal point'
  if (/^\d+e[+-]?\d+$/i.test(text)) return 'it is in exponent notation; write all digits'
  if (/^0[xob][0-9a-f]*$/i.test(text)) return 'it is not in decimal'
  if (/^\d+\s*(?:-|:|\.\.|–)\s*\d*$/.test(text)) return 'it is a range, and one port is wanted'
  if (/^[a-z][a-z0-9-]*$/i.test(text)) return 'it is a word, not a number'
  const odd = (/[^0-9a-z]/iu.exec(text) ?? /[^0-9]/u.exec(text))![0]
  return /\p{Nd}/u.test(odd)
    ? `"${odd}" is a digit, but not one of 0 to 9`
    : `"${odd}" is not a decimal digit`
}

/** From `first` to `last`, both included. */
export interface PortRange {
  readonly first: Port
  readonly last: Port
}

/**
 * The three ranges of RFC 6335 section 6, each with its other name. IANA assigns system and user ports;
 * dynamic ports are never assigned.
 */
export const PORT_CLASSES = Object.freeze({
  system: Object.freeze({ first: 0 as Port, last: 1023 as Port, alias: 'well-known' }),
  user: Object.freeze({ first: 1024 as Port, last: 49151 as Port, alias: 'registered' }),
  dynamic: Object.freeze({ first: 49152 as Port, last: LAST_PORT, alias: 'private' }),
}) satisfies Readonly<Record<string, PortRange & { readonly alias: string }>>

export type PortClass = keyof typeof PORT_CLASSES

export const portClass = (of: Port): PortClass =>
  of <= PORT_CLASSES.system.last ? 'system' : of <= PORT_CLASSES.user.last ? 'user' : 'dynamic'
