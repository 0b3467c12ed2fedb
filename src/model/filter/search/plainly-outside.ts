/**
 * Rules that no packet of a condition matches, told from how they are written, before anything is unfolded: a search among
 * thousands of rules is about the few that are left. Looks at addresses, ports and protocols, in the matches that stand
 * before anything the rule does; whatever it can't tell stays in. What is left out would have been found to miss every
 * packet of the condition, so a proof without it is the same proof.
 */
import type { Hook, Rule, Ruleset } from '../ruleset.ts'
import type { Statement } from '../statement.ts'
import { calledBy } from './assigns.ts'
import { baseChainsAt } from './base-chains.ts'
import type { Predicate } from './field.ts'
import type { Term } from './universe.ts'
import { rangesOf, type SetTable, type ValueRange } from './value-range.ts'

export type IsOutside = (rule: Rule) => boolean

type Match = Extract<Statement, { kind: 'match' }>
/** What one of the condition's conjunctions wants of a field, by the field's key. */
type Wanted = ReadonlyMap<string, readonly Predicate[]>

/** With more conjunctions than these, asking each rule costs more than it saves. */
const MOST_CONJUNCTIONS = 8

const WIDTHS: Readonly<Record<string, number>> = {
  ...{ 'ip saddr': 32, 'ip daddr': 32, 'ip6 saddr': 128, 'ip6 daddr': 128 },
  ...{ sport: 16, dport: 16, 'meta l4proto': 8 },
}
/** Protocols whose header a match reads (IANA's numbers), which it therefore asks for. */
const IMPLIED: Readonly<Record<string, readonly ValueRange[]>> = {
  tcp: [{ low: 6, high: 6 }],
  udp: [{ low: 17, high: 17 }],
  sctp: [{ low: 132, high: 132 }],
  dccp: [{ low: 33, high: 33 }],
  udplite: [{ low: 136, high: 136 }],
  icmp: [{ low: 1, high: 1 }],
  icmpv6: [{ low: 58, high: 58 }],
}
/** Sets of rule sets aren't looked into: time and programs change them. */
const NO_SETS: SetTable = { sets: new Map(), known: new Map() }

/** Undefined where nothing can be told: the condition is wide, or rules change what later ones read. */
export function plainlyOutside(
  ruleset: Ruleset,
  hook: Hook,
  family: 'ip' | 'ip6',
  conjunctions: readonly (readonly Term[])[],
): IsOutside | undefined {
  const wanted = conjunctions.slice(0, MOST_CONJUNCTIONS + 1).map(wantedBy)
  if (wanted.length > MOST_CONJUNCTIONS || wanted.some(({ size }) => size === 0)) return undefined
  if (rewrites(ruleset, hook, family)) return undefined
  return ({ statements }) => wanted.every(one => missesSome(statements, one))
}

function wantedBy(terms: readonly Term[]): Wanted {
  const wanted = new Map<string, Predicate[]>()
  for (const { field, predicate } of terms) {
    if (!(field.key in WIDTHS)) continue
    const list = wanted.get(field.key)
    if (list === undefined) wanted.set(field.key, [predicate])
    else list.push(predicate)
  }
  return wanted
}

/** Whether a packet's addresses, ports or protocol may become others at the hook. */
function rewrites(ruleset: Ruleset, hook: Hook, family: 'ip' | 'ip6'): boolean {
  return baseChainsAt(ruleset, hook, family).some(({ table, chain }) => {
    const chains = new Map(table.chains.map(one => [one.name, one]))
    const names = new Set([chain.name])
    // A set hands out what is added to it while it is gone through.
    for (const name of names) {
      for (const { statements } of chains.get(name)?.rules ?? []) {
        for (const statement of statements) {
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
  for (const statement of statements) {
    if (statement.kind !== 'match') return false
    if (misses(statement, wanted)) return true
  }
  return false
}

function misses({ left, op, right }: Match, wanted: Wanted): boolean {
  let key: string
  if (left.kind === 'payload') {
    const implied = IMPLIED[left.protocol]
    if (implied !== undefined && excludesAll(wanted.get('meta l4proto'), implied)) return true
    const isPort = left.field === 'sport' || left.field === 'dport'
    if (isPort && implied === undefined) return false
    key = isPort ? left.field : `${left.protocol} ${left.field}`
  } else if (left.kind === 'meta' && left.key === 'l4proto') key = 'meta l4proto'
  else return false
  const predicates = wanted.get(key)
  if (predicates === undefined || op !== '==' || 'key' in right) return false
  if (right.kind !== 'value' && right.kind !== 'range' && right.kind !== 'prefix' && right.kind !== 'set')
    return false
  const ranges = rangesOf(right, WIDTHS[key]!, NO_SETS)
  return ranges !== null && excludesAll(predicates, ranges)
}

/** Whether none of these values is wanted: for each range there is a predicate that excludes all of it. */
const excludesAll = (predicates: readonly Predicate[] | undefined, ranges: readonly ValueRange[]): boolean =>
  predicates !== undefined && ranges.every(range => predicates.some(one => excludes(one, range, true)))

/** Whether the predicate holds (`wanted`) or fails to hold for no value of the range. */
function excludes(predicate: Predicate, range: ValueRange, wanted: boolean): boolean {
  if (predicate.kind === 'not') return excludes(predicate.of, range, !wanted)
  if (predicate.kind !== 'in' && predicate.kind !== 'not-in') return false
  if (predicate.ranges.some(({ low }) => typeof low !== typeof range.low)) return false
  return (predicate.kind === 'in') === wanted
    ? predicate.ranges.every(({ low, high }) => high < range.low || low > range.high)
    : predicate.ranges.some(({ low, high }) => low <= range.low && high >= range.high)
}
