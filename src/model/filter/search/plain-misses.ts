/**
 * The evaluator, for very many packets and rules: rules that a packet plainly misses are left out before it is judged. What
 * plainly misses: addresses or a port of its own, read off the rule as it is written, before anything that the rule does.
 * Knows nothing of how rules are unfolded or searched, so that it judges what the search has found.
 */
import type { RuleReference } from '../decision.ts'
import { decideAtHook, type Evaluated } from '../evaluate.ts'
import type { Packet } from '../packet.ts'
import type { Chain, Hook, Rule, Ruleset, Table } from '../ruleset.ts'
import type { Statement } from '../statement.ts'
import type { Witness } from './witness.ts'

const COLUMNS = { 'ip saddr': 0, 'ip daddr': 1, dport: 2 } as const
const MOST = 0xffffffff

/** Ranges of a chain's rules: source, destination and destination port. */
interface Ranges {
  readonly low: readonly Float64Array[]
  readonly high: readonly Float64Array[]
}

/** Chains shorter than this are left as they are. */
const LONG = 64

export class PlainMisses {
  readonly #ruleset: Ruleset
  readonly #ranges = new Map<Chain, Ranges>()
  /** Rules change what later ones see: then nothing is plain. */
  readonly #changing: boolean

  constructor(ruleset: Ruleset) {
    this.#ruleset = ruleset
    this.#changing = ruleset.tables.some(({ chains }) =>
      chains.some(({ rules }) => rules.some(({ statements }) => statements.some(isChange))),
    )
  }

  /** As `decideAtHook`, the walk without rules that don't match. */
  judge(hook: Hook, { packet, surroundings }: Witness): Evaluated {
    const places = new Map<string, readonly number[]>()
    const ruleset = this.#narrowed(packet, places)
    const evaluated = decideAtHook(ruleset, hook, packet, surroundings, JUDGED)
    if (places.size === 0) return evaluated
    const { decision } = evaluated
    const moved = (rule: RuleReference): RuleReference => {
      const index = places.get(`${rule.family} ${rule.table} ${rule.chain}`)?.[rule.index]
      return index === undefined ? rule : { ...rule, index }
    }
    const walk = decision.walk.map(step =>
      step.rule === undefined ? step : { ...step, rule: moved(step.rule) },
    )
    return {
      ...evaluated,
      decision: { ...decision, ...(decision.rule && { rule: moved(decision.rule) }), walk },
    }
  }

  #narrowed(packet: Packet, places: Map<string, readonly number[]>): Ruleset {
    const { family, source, destination, destinationPort } = packet
    if (this.#changing || family !== 'ipv4' || typeof source !== 'number' || typeof destination !== 'number')
      return this.#ruleset
    const point = [source, destination, destinationPort ?? -1]
    const tables = this.#ruleset.tables.map(table => ({
      ...table,
      chains: table.chains.map(chain => this.#chain(table, chain, point, places)),
    }))
    return { tables }
  }

  #chain(
    table: Table,
    chain: Chain,
    point: readonly number[],
    places: Map<string, readonly number[]>,
  ): Chain {
    if (chain.rules.length < LONG) return chain
    let ranges = this.#ranges.get(chain)
    if (ranges === undefined) {
      ranges = rangesOf(chain.rules)
      this.#ranges.set(chain, ranges)
    }
    const { low, high } = ranges
    const [a, b, c] = point as [number, number, number]
    const [lowA, lowB, lowC] = low as [Float64Array, Float64Array, Float64Array]
    const [highA, highB, highC] = high as [Float64Array, Float64Array, Float64Array]
    const kept: number[] = []
    for (let i = 0; i < lowA.length; i++) {
      if (a < lowA[i]! || a > highA[i]! || b < lowB[i]! || b > highB[i]!) continue
      if (c < 0 || (c >= lowC[i]! && c <= highC[i]!)) kept.push(i)
    }
    places.set(`${table.family} ${table.name} ${chain.name}`, kept)
    // Copies: what is remembered of a rule is remembered with its place.
    return { ...chain, rules: kept.map(i => ({ ...chain.rules[i]! })) }
  }
}

const JUDGED = { ties: 'last-first', brief: true } as const

const isChange = ({ kind }: Statement): boolean =>
  kind === 'assign' || kind === 'snat' || kind === 'dnat' || kind === 'masquerade' || kind === 'redirect'

function rangesOf(rules: readonly Rule[]): Ranges {
  const low = [0, 1, 2].map(() => new Float64Array(rules.length))
  const high = [0, 1, 2].map(() => new Float64Array(rules.length).fill(MOST))
  for (const [i, { statements }] of rules.entries()) {
    for (const statement of statements) {
      if (statement.kind !== 'match') break
      const range = rangeOf(statement)
      if (range === null) continue
      low[range.column]![i] = range.low
      high[range.column]![i] = range.high
    }
  }
  return { low, high }
}

function rangeOf({ left, op, right }: Extract<Statement, { kind: 'match' }>) {
  if (left.kind !== 'payload' || op !== '==') return null
  const key = left.field === 'dport' ? 'dport' : `${left.protocol} ${left.field}`
  const column = COLUMNS[key as keyof typeof COLUMNS]
  if (column === undefined) return null
  if (right.kind === 'value' && typeof right.value === 'number')
    return { column, low: right.value, high: right.value }
  if (right.kind === 'range' && typeof right.low === 'number')
    return { column, low: right.low, high: right.high as number }
  if (right.kind !== 'prefix' || typeof right.address !== 'number') return null
  return { column, low: right.address, high: right.address + 2 ** (32 - right.length) - 1 }
}
