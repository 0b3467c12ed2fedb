/**
 * What a filter needs to be judged, what it speaks of, and what a host can filter before anything is judged.
 */

import { FAMILIES, SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import type { SocketQuery } from '../../../os/os.ts'
import type { Filter, Term } from './ast.ts'
import { ALL_FAMILIES, ALL_PROTOCOLS, type Bounds, boundsOf } from './bounds.ts'
import type { FilterNeeds } from './row-facts.ts'
import { ALL_STATES, statesOf } from './state-words.ts'

/** Every term of the tree, wherever it stands. */
export function termsOf(filter: Filter): readonly Term[] {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.terms.flatMap(termsOf)
  if (filter.kind === 'not') return termsOf(filter.term)
  return filter.kind === 'all' ? [] : [filter]
}

export function needsOf(filter: Filter): FilterNeeds {
  const terms = termsOf(filter)
  const some = (test: (term: Term) => boolean): boolean => terms.some(test)
  const text = (...fields: string[]): boolean =>
    some(term => term.kind === 'text' && fields.includes(term.field))
  const metric = (...metrics: string[]): boolean =>
    some(term => term.kind === 'metric' && metrics.includes(term.metric))
  return {
    owners:
      some(term => term.kind === 'number' && term.field === 'pid') ||
      text('name', 'unit', 'container') ||
      metric('age'),
    userNames: some(term => term.kind === 'text' && term.field === 'user' && !isNumbers(term.match)),
    groups: text('unit', 'container', 'cgroup'),
    namespaces: some(term => term.kind === 'text' && term.field === 'netns' && !isNumbers(term.match)),
    exposure: some(
      term => term.kind === 'exposure' || (term.kind === 'device' && typeof term.device === 'string'),
    ),
    tcp: metric('rtt', 'retrans', 'idle', 'bytes'),
    queues: metric('drops'),
  }
}

/** Numbers are compared with ids and need no names. */
export const isNumbers = (match: { readonly how: string; readonly values?: readonly string[] }): boolean =>
  match.how === 'any' || (match.values?.every(value => /^\d+$/.test(value)) ?? false)

/** What a filter speaks of, so that what a command leaves out by default isn't left out. */
export interface SpeaksOf {
  readonly states: boolean
  readonly protocols: boolean
  readonly families: boolean
  readonly namespaces: boolean
}

export function speaksOf(filter: Filter): SpeaksOf {
  const terms = termsOf(filter)
  const some = (...kinds: Term['kind'][]): boolean => terms.some(term => kinds.includes(term.kind))
  return {
    states: some('state'),
    protocols: some('protocol', 'unix'),
    families: some('family', 'unix', 'address'),
    namespaces: terms.some(term => term.kind === 'text' && term.field === 'netns'),
  }
}

/**
 * The query, narrowed to what the filter can accept. It never loses a row that the filter would accept; a list
 * left empty means that it accepts none.
 */
export function narrowQuery(filter: Filter, query: SocketQuery): SocketQuery {
  const bounds = boundsOf(filter)
  const needs = needsOf(filter)
  const states = narrowed(query.states, statesOf(bounds.states), bounds.states !== ALL_STATES)
  const families = narrowed(
    query.families,
    FAMILIES.filter((_, i) => bounds.families & (1 << i)),
    bounds.families !== ALL_FAMILIES,
  )
  const ports = (['localPort', 'peerPort'] as const).filter(end => bounds[end] !== null)
  const apart = ports.some(end => query[end] !== undefined && query[end] !== bounds[end])
  const protocols = apart
    ? []
    : narrowed(
        query.protocols,
        SOCKET_PROTOCOLS.filter((_, i) => bounds.protocols & (1 << i)),
        bounds.protocols !== ALL_PROTOCOLS,
      )
  const details = new Set([
    ...(query.details ?? []),
    ...(['queues', 'tcp'] as const).filter(detail => needs[detail]),
  ])
  return {
    ...query,
    ...(states === undefined ? {} : { states }),
    ...(families === undefined ? {} : { families }),
    ...(protocols === undefined ? {} : { protocols }),
    ...Object.fromEntries(ports.map(end => [end, query[end] ?? bounds[end]!])),
    ...(details.size === 0 ? {} : { details: [...details] }),
  }
}

function narrowed<T>(
  asked: readonly T[] | undefined,
  bound: readonly T[],
  isBound: boolean,
): readonly T[] | undefined {
  if (!isBound) return asked
  return asked === undefined ? bound : asked.filter(one => bound.includes(one))
}

export type { Bounds }
