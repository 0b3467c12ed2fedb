/**
 * A filter as a tree. Every meaning has one tree: comparisons of ports are sets of ports, `!=` is `not`, words
 * with the same meaning are one word, `and` inside `and` is flat. Trees are made by `all`, `allOf`, `anyOf` and
 * `not`, so that printing and reading a tree gives the same tree.
 */
import type { ExposureLevel } from '../../../model/exposure.ts'
import type { PortSet } from '../../../model/port-set.ts'
import type { Prefix } from '../../../model/prefix.ts'
import type { Family, SocketProtocol } from '../../../model/protocol.ts'
import type { StateWord } from './state-words.ts'

export type Filter = All | And | Or | Not | Term

/** Every socket. */
export interface All {
  readonly kind: 'all'
}
/** Two terms or more, none of them an `and`, none of them `all`. */
export interface And {
  readonly kind: 'and'
  readonly terms: readonly Filter[]
}
/** Two terms or more, none of them an `or`. */
export interface Or {
  readonly kind: 'or'
  readonly terms: readonly Filter[]
}
export interface Not {
  readonly kind: 'not'
  readonly term: Filter
}

export type Term =
  | PortTerm
  | AddressTerm
  | UnixTerm
  | DeviceTerm
  | StateTerm
  | ProtocolTerm
  | FamilyTerm
  | NumberTerm
  | CookieTerm
  | TextTerm
  | ExposureTerm
  | MetricTerm

/** Which end of the socket: ours, the peer's, or one of the two. */
export type End = 'local' | 'peer' | 'either'

/** The port of that end is in the set. `either` looks at ends that have a port: 0 is none. */
export interface PortTerm {
  readonly kind: 'port'
  readonly end: End
  readonly ports: PortSet
}

/** The host is at that end. */
export interface AddressTerm {
  readonly kind: 'address'
  readonly end: End
  readonly host: Host
}

/** An IPv4 prefix holds IPv4-mapped addresses too, as in the kernel; `ports` is one range. */
export interface Host {
  readonly prefix: Prefix
  readonly ports?: PortSet
}

/** A unix socket whose name at that end fits the pattern of fnmatch(3), upper and lower case being one. */
export interface UnixTerm {
  readonly kind: 'unix'
  readonly end: End
  readonly pattern: string
}

/** Bound to that interface, by name or index. */
export interface DeviceTerm {
  readonly kind: 'device'
  readonly device: string | number
}

/**
 * Words added to or taken from a set of states, one after the other, as ss reads them: it begins empty when
 * the first word adds, and full when it takes away.
 */
export interface StateTerm {
  readonly kind: 'state'
  readonly steps: readonly { readonly word: StateWord; readonly exclude: boolean }[]
}

export interface ProtocolTerm {
  readonly kind: 'protocol'
  readonly protocols: readonly SocketProtocol[]
}

export interface FamilyTerm {
  readonly kind: 'family'
  readonly families: readonly Family[]
}

export interface NumberTerm {
  readonly kind: 'number'
  readonly field: 'pid' | 'inode'
  readonly values: readonly number[]
}

export interface CookieTerm {
  readonly kind: 'cookie'
  readonly cookies: readonly bigint[]
}

export const TEXT_FIELDS = ['name', 'user', 'unit', 'container', 'netns', 'cgroup'] as const
export type TextField = (typeof TEXT_FIELDS)[number]

export interface TextTerm {
  readonly kind: 'text'
  readonly field: TextField
  readonly match: TextMatch
}

/** `contains` knows no upper and lower case; `any` is whatever there is, as long as there is something. */
export type TextMatch =
  | { readonly how: 'any' }
  | { readonly how: 'is'; readonly values: readonly string[] }
  | { readonly how: 'contains'; readonly text: string }
  | { readonly how: 'regex'; readonly source: string; readonly flags: '' | 'i' }

/** Listeners that can be reached from one of these places. */
export interface ExposureTerm {
  readonly kind: 'exposure'
  readonly levels: readonly ExposureLevel[]
}

/** Milliseconds, bytes, percent or a count. False where the metric makes no sense for the socket. */
export interface MetricTerm {
  readonly kind: 'metric'
  readonly metric: Metric
  readonly op: Comparison
  readonly value: number
}

export const COMPARISONS = ['=', '<', '<=', '>', '>='] as const
export type Comparison = (typeof COMPARISONS)[number]

/** In what each metric is counted, and so written. */
export const METRICS = {
  recvq: 'bytes',
  sendq: 'bytes',
  drops: 'count',
  queue: 'percent',
  rtt: 'duration',
  retrans: 'count',
  idle: 'duration',
  bytes: 'bytes',
  age: 'duration',
} as const
export type Metric = keyof typeof METRICS

export const all: All = Object.freeze({ kind: 'all' })

export function allOf(terms: readonly Filter[]): Filter {
  const flat = terms.flatMap(term => (term.kind === 'and' ? term.terms : term.kind === 'all' ? [] : [term]))
  return flat.length === 0 ? all : flat.length === 1 ? flat[0]! : { kind: 'and', terms: flat }
}

export function anyOf(terms: readonly [Filter, ...Filter[]]): Filter {
  const flat = terms.flatMap(term => (term.kind === 'or' ? term.terms : [term]))
  return flat.length === 1 ? flat[0]! : { kind: 'or', terms: flat }
}

export const not = (term: Filter): Not => ({ kind: 'not', term })
