/**
 * Bounds of what a filter can accept: the states, protocols and families of rows, and one port of each end. Each
 * bound is an over-estimate: a row that is accepted is always inside, a row inside need not be accepted.
 *
 * Sets are bits by code of the columns. `not` is pushed down to the terms (De Morgan); a term's bounds are told for
 * both answers, because what is not undecided is one of the two.
 */

import { familyOf } from '../../../model/address.ts'
import { prefixAddress } from '../../../model/prefix.ts'
import { FAMILIES, SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { familyCode, protocolCode } from '../../../model/socket-columns.ts'
import type { Filter, Metric, Term } from './ast.ts'
import { ALL_STATES, stateBit, stepBits } from './state-words.ts'

export interface Bounds {
  readonly states: number
  readonly protocols: number
  readonly families: number
  /** The one port it must be, or null. */
  readonly localPort: number | null
  readonly peerPort: number | null
}

export const ALL_PROTOCOLS = 2 ** SOCKET_PROTOCOLS.length - 1
export const ALL_FAMILIES = 2 ** FAMILIES.length - 1

const ANYTHING: Bounds = {
  states: ALL_STATES,
  protocols: ALL_PROTOCOLS,
  families: ALL_FAMILIES,
  localPort: null,
  peerPort: null,
}

const NOTHING: Bounds = { ...ANYTHING, states: 0, protocols: 0, families: 0 }

/** Of the rows to which the answer is `wanted`. */
export function boundsOf(filter: Filter, wanted = true): Bounds {
  switch (filter.kind) {
    case 'all':
      return wanted ? ANYTHING : NOTHING
    case 'not':
      return boundsOf(filter.term, !wanted)
    case 'and':
    case 'or':
      return filter.terms
        .map(term => boundsOf(term, wanted))
        .reduce((filter.kind === 'and') === wanted ? shared : joined)
    default:
      return wanted ? ofTerm(filter) : ofRefused(filter)
  }
}

const isEmpty = (bounds: Bounds): boolean =>
  bounds.states === 0 || bounds.protocols === 0 || bounds.families === 0

function shared(a: Bounds, b: Bounds): Bounds {
  const apart = (one: number | null, other: number | null): boolean =>
    one !== null && other !== null && one !== other
  if (apart(a.localPort, b.localPort) || apart(a.peerPort, b.peerPort)) return NOTHING
  return {
    states: a.states & b.states,
    protocols: a.protocols & b.protocols,
    families: a.families & b.families,
    localPort: a.localPort ?? b.localPort,
    peerPort: a.peerPort ?? b.peerPort,
  }
}

function joined(a: Bounds, b: Bounds): Bounds {
  if (isEmpty(a)) return b
  if (isEmpty(b)) return a
  return {
    states: a.states | b.states,
    protocols: a.protocols | b.protocols,
    families: a.families | b.families,
    localPort: a.localPort === b.localPort ? a.localPort : null,
    peerPort: a.peerPort === b.peerPort ? a.peerPort : null,
  }
}

const bit = (code: number): number => 1 << code
const TCP = bit(protocolCode('tcp'))
const UNIX = bit(protocolCode('unix'))
const RAW = bit(protocolCode('raw'))
const IPV4 = bit(familyCode('ipv4'))
const IPV6 = bit(familyCode('ipv6'))
const UNIX_FAMILY = bit(familyCode('unix'))
const WITH_PORTS = ALL_PROTOCOLS & ~UNIX & ~RAW
const INTERNET = IPV4 | IPV6
const LISTEN = stateBit('listen')
/** States in which nobody holds the socket. */
const UNOWNED = stateBit('time-wait') | stateBit('syn-recv')

function ofTerm(term: Term): Bounds {
  switch (term.kind) {
    case 'port': {
      const port = term.ports.size === 1 ? term.ports.ranges[0]!.first : null
      if (term.ports.size === 0) return NOTHING
      return {
        ...ANYTHING,
        protocols: WITH_PORTS,
        families: INTERNET,
        localPort: term.end === 'local' ? port : null,
        peerPort: term.end === 'peer' ? port : null,
      }
    }
    case 'address': {
      const families = familyOf(prefixAddress(term.host.prefix)) === 'ipv4' ? INTERNET : IPV6
      return { ...ANYTHING, protocols: ALL_PROTOCOLS & ~UNIX, families }
    }
    case 'unix':
      return { ...ANYTHING, protocols: UNIX, families: UNIX_FAMILY }
    case 'state':
      return { ...ANYTHING, states: stepBits(term.steps) }
    case 'protocol':
      return { ...ANYTHING, protocols: term.protocols.reduce((all, one) => all | bit(protocolCode(one)), 0) }
    case 'family':
      return { ...ANYTHING, families: term.families.reduce((all, one) => all | bit(familyCode(one)), 0) }
    case 'number':
      return term.field === 'pid' ? { ...ANYTHING, states: ALL_STATES & ~UNOWNED } : ANYTHING
    case 'text':
      return term.field === 'name' || term.field === 'user'
        ? { ...ANYTHING, states: ALL_STATES & ~UNOWNED }
        : ANYTHING
    case 'metric':
      return ofMetric(term.metric)
    default:
      return ANYTHING
  }
}

function ofMetric(metric: Metric): Bounds {
  switch (metric) {
    case 'queue':
      return { ...ANYTHING, states: LISTEN }
    case 'sendq':
      return { ...ANYTHING, states: ALL_STATES & ~LISTEN }
    case 'rtt':
    case 'retrans':
    case 'idle':
    case 'bytes':
      return { ...ANYTHING, states: ALL_STATES & ~UNOWNED & ~LISTEN, protocols: TCP, families: INTERNET }
    case 'age':
      return { ...ANYTHING, states: ALL_STATES & ~UNOWNED }
    default:
      return ANYTHING
  }
}

/** Only where the term's set is exact is the rest a bound, too. */
function ofRefused(term: Term): Bounds {
  switch (term.kind) {
    case 'state':
    case 'protocol':
    case 'family': {
      const { states, protocols, families } = ofTerm(term)
      return {
        ...ANYTHING,
        ...(term.kind === 'state' ? { states: ALL_STATES & ~states } : {}),
        ...(term.kind === 'protocol' ? { protocols: ALL_PROTOCOLS & ~protocols } : {}),
        ...(term.kind === 'family' ? { families: ALL_FAMILIES & ~families } : {}),
      }
    }
    default:
      return ANYTHING
  }
}
