/** What must hold for a statement not to end its rule. */
import type { Table } from '../ruleset.ts'
import type { Reject, Statement } from '../statement.ts'
import { type Asking, ask, TCP, transport } from './ask.ts'
import { mapCondition } from './map-terms.ts'
import { type Condition, matchTerms, NEVER, opaque } from './match-terms.ts'
import { allOf, type Conditions, presenceTerms } from './presence-terms.ts'

const NOTHING: Conditions = []

/** All of them; none for what never ends a rule but by its verdict. */
export function statementTerms(statement: Statement, table: Table, asking: Asking): Conditions {
  switch (statement.kind) {
    case 'match':
      return only(matchTerms(statement, asking))
    case 'quota':
      return quotaTerms(statement, asking)
    case 'limit':
    case 'ct-count':
    case 'tproxy':
    case 'flow-add':
      return [opaque(asking, statement, [])]
    case 'reset-option':
    case 'synproxy':
      return ofTcp(asking)
    case 'reject':
      return rejectTerms(statement, asking)
    case 'unsupported':
      return statement.matches ? [opaque(asking, statement, [])] : NOTHING
    case 'object':
      return objectTerms(statement, asking)
    case 'update-set': {
      const { key, value, statements } = statement
      const read = allOf(value === undefined ? [key] : [key, value], asking)
      const of = table.sets.find(({ name }) => name === statement.set)
      const isFull = of?.size !== undefined && of.elements.length >= of.size && statement.op !== 'delete'
      if (read === NEVER || (statements.length === 0 && !isFull)) return read
      return [...read, opaque(asking, statement, [])]
    }
    case 'assign':
      return assignTerms(statement, table, asking)
    case 'dup':
    case 'fwd':
      return [statement.address, statement.device]
        .flatMap(place => (place?.kind === 'map' ? [mapCondition(place.key, place.map, asking)] : []))
        .reduce<Conditions>(joined, NOTHING)
    case 'snat':
    case 'dnat':
      return statement.address?.kind === 'map'
        ? only(mapCondition(statement.address.key, statement.address.map, asking))
        : NOTHING
    default:
      return NOTHING
  }
}

/** The protocol that the answer belongs to. */
export function rejectTerms({ with: kind }: Reject, asking: Asking): Conditions {
  if (kind === 'tcp reset') return ofTcp(asking)
  return kind === 'icmpx' || (kind === 'icmp') === (asking.family === 'ip') ? NOTHING : NEVER
}

const joined = (all: Conditions, one: Condition | typeof NEVER): Conditions =>
  all === NEVER || one === NEVER ? NEVER : [...all, one]

const only = (condition: Condition | typeof NEVER): Conditions => (condition === NEVER ? NEVER : [condition])

const ofTcp = ({ universe }: Asking): Conditions => [{ terms: transport(universe, TCP) }]

/** What is left of a quota is anybody's guess; but it counts bytes, so that a packet's length matters. */
function quotaTerms(statement: Statement, asking: Asking): Conditions {
  ask({ kind: 'meta', key: 'length' }, asking)
  return [opaque(asking, statement, [])]
}

/** A map's miss ends the rule; what an object counts or allows is judged as if it stood here. */
function objectTerms(statement: Extract<Statement, { kind: 'object' }>, asking: Asking): Conditions {
  const { object, name } = statement
  if (typeof name !== 'string') return only(mapCondition(name.key, name.map, asking))
  if (object === 'quota') return quotaTerms(statement, asking)
  if (object === 'synproxy') return ofTcp(asking)
  return object === 'limit' ? [opaque(asking, statement, [])] : NOTHING
}

/** A target of iptables that finds nothing to take changes nothing, and its rule goes on. */
function assignTerms(
  { target, value }: Extract<Statement, { kind: 'assign' }>,
  { backend }: Table,
  asking: Asking,
): Conditions {
  const taken = backend === 'nftables' || value.kind === 'map' ? presenceTerms(value, asking) : NOTHING
  if (taken === NEVER) return NEVER
  const place =
    target.kind === 'payload'
      ? presenceTerms(target, asking)
      : target.kind === 'header'
        ? ofTcp(asking)
        : NOTHING
  return place === NEVER ? NEVER : [...taken, ...place]
}
