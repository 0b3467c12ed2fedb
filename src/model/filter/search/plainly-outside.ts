/**
 * Rules that no packet of a condition matches, told from how they are written, before anything is unfolded: a search among
 * thousands of rules is about the few that are left. Looks at addresses, ports and protocols, in the matches that stand
 * before anything the rule does; whatever it can't tell stays in. What is left out would have been found to miss every
 * packet of the condition, so a proof without it is the same proof.
 */
import { calledChains } from '../called-chains.ts'
import type { Scalar } from '../pattern.ts'
import type { Chain, Hook, Ruleset, Table } from '../ruleset.ts'
import type { Statement } from '../statement.ts'
import { impliedProtocols } from './ask.ts'
import { baseChainsAt } from './base-chains.ts'
import type { Predicate } from './field.ts'
import type { Term } from './universe.ts'
import { rangesOf, type SetTable, type ValueRange } from './value-range.ts'

/** Of each chain that a packet at the hook may come to: the places of its rules that aren't plainly outside. */
export type Remaining = ReadonlyMap<Chain, readonly number[]>

type Match = Extract<Statement, { kind: 'match' }>

/** One thing that is wanted of a field: a value in one of the ranges, or in none of them. */
interface Want {
  readonly ranges: readonly ValueRange[]
  readonly inside: boolean
}

type Wants = readonly Want[]

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

/**
 * Undefined where nothing can be told: the condition is wide, or rules change what later ones read. All rules are gone
 * through once, mostly in a fresh process, before anything is compiled: hence counted loops, here and below.
 */
export function plainlyOutside(
  ruleset: Ruleset,
  hook: Hook,
  family: 'ip' | 'ip6',
  conjunctions: readonly (readonly Term[])[],
): Remaining | undefined {
  if (conjunctions.length > MOST_CONJUNCTIONS) return undefined
  const wanted = conjunctions.map(terms => wantedBy(terms, family))
  if (wanted.some(isAnything)) return undefined
  const remaining = new Map<Chain, readonly number[]>()
  for (const { table, chain } of baseChainsAt(ruleset, hook, family)) {
    // A set hands out what is added to it while it is gone through.
    const reached = new Set<Chain>([chain])
    for (const one of reached) {
      const places = remainingIn(one, table, wanted, reached)
      if (places === null) return undefined
      remaining.set(one, places)
    }
  }
  return remaining
}

/** Adds the chains that its rules lead to. Null: a rule changes addresses, ports or protocols. */
function remainingIn(
  { rules }: Chain,
  table: Table,
  wanted: readonly Wanted[],
  reached: Set<Chain>,
): readonly number[] | null {
  const places: number[] = []
  const all = (1 << wanted.length) - 1
  for (let i = 0; i < rules.length; i++) {
    const { statements } = rules[i]!
    // Conjunctions of the condition that the rule may meet, as bits.
    let open = all
    let isReading = true
    for (let s = 0; s < statements.length; s++) {
      const statement = statements[s]!
      if (statement.kind === 'match') {
        if (!isReading || open === 0) continue
        for (let w = 0; w < wanted.length; w++) if (misses(statement, wanted[w]!)) open &= ~(1 << w)
        continue
      }
      isReading = false
      if (statement.kind === 'verdict') {
        const { kind } = statement.verdict
        if (kind !== 'jump' && kind !== 'goto') continue
      }
      if (rewritesHeader(statement)) return null
      for (const name of calledChains(statement, table)) {
        const called = table.chains.find(one => one.name === name)
        if (called !== undefined) reached.add(called)
      }
    }
    if (open !== 0) places.push(i)
  }
  return places
}

function wantedBy(terms: readonly Term[], family: 'ip' | 'ip6'): Wanted {
  const of = (key: string): Wants =>
    terms.filter(({ field }) => field.key === key).flatMap(({ predicate }) => wantOf(predicate, true))
  return {
    family,
    protocol: of('meta l4proto'),
    source: of(`${family} saddr`),
    destination: of(`${family} daddr`),
    sourcePort: of('sport'),
    destinationPort: of('dport'),
  }
}

/** None of what isn't about ranges. */
function wantOf(predicate: Predicate, truth: boolean): Wants {
  if (predicate.kind === 'not') return wantOf(predicate.of, !truth)
  if (predicate.kind !== 'in' && predicate.kind !== 'not-in') return []
  return [{ ranges: predicate.ranges, inside: (predicate.kind === 'in') === truth }]
}

const isAnything = ({ protocol, source, destination, sourcePort, destinationPort }: Wanted): boolean =>
  [protocol, source, destination, sourcePort, destinationPort].every(wants => wants.length === 0)

/** Whether it may give a packet other addresses, ports or another protocol. */
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
      return excludesAll(wants, right.low, right.high)
    case 'prefix': {
      const { address, length } = right
      if (typeof address === 'number') return excludesAll(wants, address, address + 2 ** (width - length) - 1)
      const [range] = rangesOf(right, width, NO_SETS)!
      return excludesAll(wants, range!.low, range!.high)
    }
    case 'set': {
      const ranges = rangesOf(right, width, NO_SETS)
      return ranges?.every(({ low, high }) => excludesAll(wants, low, high)) ?? false
    }
    default:
      return false
  }
}

/** Whether no value from `low` to `high` is wanted: one thing that is wanted excludes all of them. */
function excludesAll(wants: Wants, low: Scalar, high: Scalar): boolean {
  for (let w = 0; w < wants.length; w++) {
    const { ranges, inside } = wants[w]!
    let excludes = inside
    for (let i = 0; i < ranges.length; i++) {
      const range = ranges[i]!
      if (typeof range.low !== typeof low) {
        excludes = false
        break
      }
      if (inside ? range.low <= high && low <= range.high : range.low <= low && high <= range.high) {
        excludes = !inside
        break
      }
    }
    if (excludes) return true
  }
  return false
}
