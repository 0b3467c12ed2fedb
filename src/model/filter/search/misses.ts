/**
 * A rule set in which rules that one packet plainly misses are replaced by one that always misses, at the same places. What
 * plainly misses: addresses or a port of its own, read off the rule as it is written, before anything that the rule does.
 * The evaluator then comes to the same, and sooner: where thousands of packets are judged, most of its work is rules that
 * ask for other addresses. Knows nothing of how rules are unfolded or searched.
 */
import type { Packet } from '../packet.ts'
import type { Chain, Rule, Ruleset, Table } from '../ruleset.ts'
import type { Statement } from '../statement.ts'

const COLUMNS = { 'ip saddr': 0, 'ip daddr': 1, dport: 2 } as const
const MOST = 0xffffffff

/** Ranges of a chain's rules: source, destination and destination port. */
interface Ranges {
  readonly low: readonly Float64Array[]
  readonly high: readonly Float64Array[]
}

const NEVER: Rule = {
  statements: [
    { kind: 'match', left: { kind: 'literal', value: 0 }, op: '==', right: { kind: 'value', value: 1 } },
  ],
}

export class Misses {
  readonly #ruleset: Ruleset
  readonly #ranges = new Map<Chain, Ranges>()

  readonly #changing: ReadonlySet<Table>

  constructor(ruleset: Ruleset) {
    this.#ruleset = ruleset
    const changes = ({ chains }: Table): boolean =>
      chains.some(({ rules }) => rules.some(({ statements }) => statements.some(isChange)))
    this.#changing = new Set(ruleset.tables.some(changes) ? ruleset.tables : [])
  }

  /** Only for a packet that comes to be judged; what its rules make of it stays theirs. */
  without({ family, source, destination, destinationPort }: Packet): Ruleset {
    if (family !== 'ipv4' || typeof source !== 'number' || typeof destination !== 'number')
      return this.#ruleset
    const point = [source, destination, destinationPort ?? -1]
    const tables = this.#ruleset.tables.map(table => this.#table(table, point))
    return { tables }
  }

  #table(table: Table, point: readonly number[]): Table {
    // What changes an address or a port on the way makes it another packet.
    return this.#changing.has(table)
      ? table
      : { ...table, chains: table.chains.map(chain => this.#chain(chain, point)) }
  }

  #chain(chain: Chain, point: readonly number[]): Chain {
    if (chain.rules.length < 64) return chain
    let ranges = this.#ranges.get(chain)
    if (ranges === undefined) {
      ranges = rangesOf(chain.rules)
      this.#ranges.set(chain, ranges)
    }
    const { low, high } = ranges
    const [a, b, c] = point as [number, number, number]
    const [lowA, lowB, lowC] = low as [Float64Array, Float64Array, Float64Array]
    const [highA, highB, highC] = high as [Float64Array, Float64Array, Float64Array]
    const rules = chain.rules.map((rule, i) =>
      a < lowA[i]! ||
      a > highA[i]! ||
      b < lowB[i]! ||
      b > highB[i]! ||
      (c >= 0 && (c < lowC[i]! || c > highC[i]!))
        ? NEVER
        : rule,
    )
    return { ...chain, rules }
  }
}

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
