/**
 * What of a rule set can concern an ordinary packet for one port of the machine itself, at the input hook: rules for other
 * ports and protocols go, and so do conditions that hold of all such packets. A search through the rest has the same answer
 * and is short.
 *
 * An ordinary packet: to an own address (`fib daddr type local`) or a group, unfragmented, without IPv6 extension headers.
 */
import type { Expression } from '../../model/filter/expression.ts'
import type { Pattern } from '../../model/filter/pattern.ts'
import type { Chain, Rule, Ruleset } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { TRANSPORTS } from '../../model/filter/transports.ts'

export interface PortOf {
  /** IANA's number of the transport. */
  readonly protocol: number
  readonly port: number
  /** To an own unicast address; else to a group that somebody joined. */
  readonly local: boolean
}

/** Left as it is where a rule rewrites packets: then a later rule may meet another port. */
export function rulesForPort(ruleset: Ruleset, of: PortOf): Ruleset {
  if (ruleset.tables.some(({ chains }) => chains.some(rewrites))) return ruleset
  return {
    tables: ruleset.tables.map(table => ({
      ...table,
      chains: table.chains.map(chain => ({
        ...chain,
        rules: chain.rules.flatMap(rule => concerned(rule, of)),
      })),
    })),
  }
}

const rewrites = ({ rules }: Chain): boolean =>
  rules.some(({ statements }) =>
    statements.some(
      one => one.kind === 'assign' && (one.target.kind === 'payload' || one.target.kind === 'raw'),
    ),
  )

const WITHOUT_TRACE: ReadonlySet<Statement['kind']> = new Set(['match', 'counter', 'log', 'last'])

/** What stands before a condition that doesn't hold has happened, and stays. */
function concerned(rule: Rule, of: PortOf): readonly Rule[] {
  const statements: Statement[] = []
  for (const statement of rule.statements) {
    const holds = statement.kind === 'match' ? alwaysHolds(statement, of) : undefined
    if (holds === true) continue
    if (holds === undefined) statements.push(statement)
    else if (statements.every(({ kind }) => WITHOUT_TRACE.has(kind))) return []
    else return [{ ...rule, statements }]
  }
  return [statements.length === rule.statements.length ? rule : { ...rule, statements }]
}

type Match = Extract<Statement, { kind: 'match' }>

/** RTN_LOCAL of the kernel's rtnetlink.h. */
const RTN_LOCAL = 2

/** Of all these packets, or of none; undefined where they differ, or nothing is known. */
function alwaysHolds({ left, op, right }: Match, of: PortOf): boolean | undefined {
  if (isAbsent(left, of)) return false
  const value = factOf(left, of)
  if (value === undefined || (op !== '==' && op !== '!=')) return undefined
  const within = holds(right, value)
  return within === undefined ? undefined : within === (op === '==')
}

/** A header of another protocol, or one that an ordinary packet has not: nft ends the rule. */
function isAbsent(left: Expression, { protocol }: PortOf): boolean {
  if (left.kind === 'header') return left.of === 'ipv6' && left.field !== undefined
  if (left.kind !== 'payload') return false
  const transport = TRANSPORTS[left.protocol]
  return transport !== undefined && transport !== protocol
}

function factOf(left: Expression, { protocol, port, local }: PortOf): number | undefined {
  if (left.kind === 'payload' && left.field === 'dport') {
    return left.protocol === 'th' || TRANSPORTS[left.protocol] === protocol ? port : undefined
  }
  if (left.kind === 'meta' && left.key === 'l4proto') return protocol
  if (left.kind === 'fib' && left.result === 'type' && left.flags.includes('daddr'))
    return local ? RTN_LOCAL : undefined
  if (left.kind === 'header' && left.of === 'ipv6') return 0
  return undefined
}

function holds(right: Pattern | Expression, value: number): boolean | undefined {
  switch (right.kind) {
    case 'value':
      return typeof right.value === 'number' ? right.value === value : undefined
    case 'range':
      if (typeof right.low !== 'number' || typeof right.high !== 'number') return undefined
      return right.low <= value && value <= right.high
    case 'set': {
      const each = right.elements.map(element => holds(element, value))
      if (each.includes(true)) return true
      return each.includes(undefined) ? undefined : false
    }
    default:
      return undefined
  }
}
