/**
 * One answer of the registry: what a port of one protocol is called, by whom, and how IANA has it.
 */

import type { Port } from '../port.ts'
import { type PortClass, portClass } from '../port.ts'
import type { Protocol } from '../protocol.ts'

/** Who gives a name: IANA, a services(5) file of the system, the user's own file, or everyday use. */
export const NAME_SOURCES = ['user', 'services', 'iana', 'habit'] as const
export type NameSource = (typeof NAME_SOURCES)[number]

/** RFC 6335 section 6. Reserved is not free: IANA keeps the number back. */
export const STATUSES = ['assigned', 'reserved', 'unassigned'] as const
export type Status = (typeof STATUSES)[number]

/** Names that a further layer has for the same port. */
export interface Naming {
  readonly source: NameSource
  /** The file's path, the project's documentation, or the registry with the date of its data. */
  readonly where: string
  readonly names: readonly string[]
}

export interface Assignment {
  readonly port: Port
  readonly protocol: Protocol
  /** null where nobody has a name for it, as for what is reserved. */
  readonly name: string | null
  readonly aliases: readonly string[]
  /** null where the source gives none. */
  readonly description: string | null
  readonly class: PortClass
  /** Always IANA's word on the number, whichever layer the name is from. */
  readonly status: Status
  /** What IANA cites: `[RFC4251]`. */
  readonly reference: string | null
  /** Where `name` comes from. A file that repeats IANA's name changes nothing: the source stays IANA. */
  readonly source: NameSource
  /** The source, exactly: a path, a page, or the registry with the date of its data. */
  readonly where: string
  /** Present when the number belongs to a range that is assigned as one, as 6000 to 6063 are to x11. */
  readonly range?: { readonly first: Port; readonly last: Port }
  /** Present when IANA had other names for it in 2015 that it has since withdrawn or replaced. */
  readonly formerly?: readonly string[]
  /** Present when other layers add names to `aliases`: which layer, which names. */
  readonly further?: readonly Naming[]
}

/** A service name that IANA has registered without a port (RFC 6335 section 5), found by SRV and DNS-SD. */
export interface PortlessName {
  readonly name: string
  /** Empty where the registry states none. */
  readonly protocols: readonly Protocol[]
  readonly description: string | null
  readonly reference: string | null
  readonly source: NameSource
  readonly where: string
}

export const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** The class, for a number that is known to be a port. */
export const classOf = (port: number): PortClass => portClass(port as Port)
