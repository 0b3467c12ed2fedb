/**
 * Rules that no packet of a condition matches, told from how they are written, before anything is unfolded: a search among
 * thousands of rules is about the few that are left. Looks at addresses, ports and protocols, in the matches that stand
 * before anything the rule does; whatever it can't tell stays in. What is left out would have been found to miss every
 * packet of the condition, so a proof without it is the same proof.
 */
import type { Scalar } from '../pattern.ts'
import type { Hook, Rule, Ruleset } from '../ruleset.ts'
import type { Statement } from '../statement.ts'
import { impliedProtocols } from './ask.ts'
import { calledBy } from './assigns.ts'
import { baseChainsAt } from './base-chains.ts'
import type { Predicate } from './field.ts'
import type { Term } from './universe.ts'
import { rangesOf, type SetTable } from './value-range.ts'

export type IsOutside = (rule: Rule) => boolean

type Match = Extract<Statement, { kind: 'match' }>
type Wants = readonly Predicate[]

/** What one of the condition's conjunctions wants of the fields that are looked at; empty where it asks nothing of one. */
interface Wanted {
  readonly family: 'ip' | 'ip6'
  readonly protocol: Wants
  readonly source: Wants
  readonly destination: Wants
  readonly sourcePort: Wants
  readonly destinationPort: Wants
}

/** With more conjunctions than these, asking each rule costs more than it saves. */
const MOST_CONJUNCTIONS = 8

/** Sets of rule sets aren't looked into: time and programs change them. */
const NO_SETS: SetTable = { sets: new Map(), known: new Map() }

/** Undefined where nothing can be told: the condition is wide, or rules change what later ones read. */
export function plainlyOutside(
  ruleset: Ruleset,
  hook: Hook,
  family: 'ip' | 'ip6',
  conjunctions: readonly (readonly Term[])[],
): IsOutside | undefined {
  if (conjunctions.length > MOST_CONJUNCTIONS) return undefined
  const wanted = conjunctions.map(terms => wantedBy(terms, family))
  if (wanted.some(isAnything) || rewrites(ruleset, hook, family)) return undefined
  return ({ statements }) => {
    for (let i = 0; i < wanted.length; i++) if (!missesSome(statements, wanted[i]!)) return false
    return true
  }
}

function wantedBy(terms: readonly Term[], family: 'ip' | 'ip6'): Wanted {
  const of = (key: string): readonly Predicate[] =>
    terms.filter(({ field }) => field.key === key).map(({ predicate }) => predicate)
  return {
    family,
    protocol: of('meta l4proto'),
    source: of(`${family} saddr`),
    destination: of(`${family} daddr`),
    sourcePort: of('sport'),
    destinationPort: of('dport'),
  }
}

const isAnything = ({ protocol, source, destination, sourcePort, destinationPort }: Wanted): boolean =>
  [protocol, source, destination, sourcePort, destinationPort].every(wants => wants.length === 0)

/**
 * Whether a packet's addresses, ports or protocol may become others at the hook. Counted loops here and below: every rule
 * of the rule set is gone through, mostly once in the life of a process, before anything is compiled.
 */
function rewrites(ruleset: Ruleset, hook: Hook, family: 'ip' | 'ip6'): boolean {
  return baseChainsAt(ruleset, hook, family).some(({ table, chain }) => {
    const chains = new Map(table.chains.map(one => [one.name, one]))
    const names = new Set([chain.name])
    // A set hands out what is added to it while it is gone through.
    for (const name of names) {
      const rules = chains.get(name)?.rules ?? []
      for (let i = 0; i < rules.length; i++) {
        const { statements } = rules[i]!
        for (let s = 0; s < statements.length; s++) {
          const statement = statements[s]!
          if (statement.kind === 'match') continue
          if (rewritesHeader(statement)) return true
          if (statement.kind === 'verdict' || statement.kind === 'verdict-map')
            for (const called of calledBy(statement, table)) names.add(called)
        }
      }
    }
    return false
  })
}

function rewritesHeader(statement: Statement): boolean {
  switch (statement.kind) {
    case 'snat':
    case 'dnat':
    case 'masquerade':
    case 'redirect':
      return true
    case 'assign':
      return statement.target.kind !== 'meta' && statement.target.kind !== 'ct'
    default:
      return false
  }
}

function missesSome(statements: readonly Statement[], wanted: Wanted): boolean {
  for (let i = 0; i < statements.length; i++) {
    const statement = statements[i]!
    if (statement.kind !== 'match') return false
    if (misses(statement, wanted)) return true
  }
  return false
}

function misses({ left, op, right }: Match, wanted: Wanted): boolean {
  if (left.kind === 'meta') return left.key === 'l4proto' && wantsNone(wanted.protocol, op, right, 8)
  if (left.kind !== 'payload') return false
  const { protocol, field } = left
  if (protocol === 'ip' || protocol === 'ip6') {
    // No packet of the other family has such a header.
    if (protocol !== wanted.family) return true
    const width = protocol === 'ip' ? 32 : 128
    if (field === 'saddr') return wantsNone(wanted.source, op, right, width)
    if (field === 'protocol') return wantsNone(wanted.protocol, op, right, 8)
    return field === 'daddr' && wantsNone(wanted.destination, op, right, width)
  }
  // Reads what stands where ports would be, of any protocol.
  if (protocol === 'th') return false
  const implied = impliedProtocols(protocol, wanted.family)
  if (implied === undefined) return false
  if (implied.every(one => excludesAll(wanted.protocol, one, one))) return true
  if (field === 'dport') return wantsNone(wanted.destinationPort, op, right, 16)
  return field === 'sport' && wantsNone(wanted.sourcePort, op, right, 16)
}

/** Whether all that the right side stands for is excluded. */
function wantsNone(wants: Wants, op: Match['op'], right: Match['right'], width: number): boolean {
  if (wants.length === 0 || op !== '==') return false
  switch (right.kind) {
    case 'value':
      return excludesAll(wants, right.value, right.value)
    case 'range':
    case 'prefix':
    case 'set': {
      const ranges = rangesOf(right, width, NO_SETS)
      return ranges?.every(({ low, high }) => excludesAll(wants, low, high)) ?? false
    }
    default:
      return false
  }
}

/** Whether no value from `low` to `high` is wanted: one of the predicates excludes all of them. */
function excludesAll(wants: Wants, low: Scalar, high: Scalar): boolean {
  for (let i = 0; i < wants.length; i++) if (excludes(wants[i]!, low, high, true)) return true
  return false
}

/** Whether the predicate holds (`wanted`) or fails to hold for none of these values. */
function excludes(predicate: Predicate, low: Scalar, high: Scalar, wanted: boolean): boolean {
  if (predicate.kind === 'not') return excludes(predicate.of, low, high, !wanted)
  if (predicate.kind !== 'in' && predicate.kind !== 'not-in') return false
  const apart = (predicate.kind === 'in') === wanted
  const { ranges } = predicate
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i]!
    if (typeof range.low !== typeof low) return false
    if (apart ? range.low <= high && low <= range.high : range.low <= low && high <= range.high) return !apart
  }
  return apart
}
