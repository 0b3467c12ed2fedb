/** What a simple rule asks for, one fact each, for those who name rules in a program's own words. */

import { datatypeOf } from '../../model/filter/datatype-of.ts'
import type { Expression } from '../../model/filter/expression.ts'
import type { Pattern } from '../../model/filter/pattern.ts'
import type { Rule } from '../../model/filter/ruleset.ts'
import type { Translate, Verdict } from '../../model/filter/statement.ts'
import { formatScalar } from '../../model/filter/symbols.ts'

export interface RuleFields {
  readonly protocol?: string
  readonly source?: string
  readonly destination?: string
  readonly sourcePort?: string
  readonly destinationPort?: string
  readonly input?: string
  readonly output?: string
  readonly verdict?: Verdict
  readonly reject: boolean
  readonly translate?: Translate
  /** It asks for something else as well. */
  readonly more: boolean
}

export function fieldsOf({ statements }: Rule): RuleFields {
  const fields: Record<string, unknown> = {}
  let more = false
  for (const statement of statements) {
    if (statement.kind === 'verdict') fields.verdict = statement.verdict
    else if (statement.kind === 'dnat' || statement.kind === 'snat') fields.translate = statement
    else if (statement.kind === 'match') {
      const name = nameOf(statement.left)
      const right =
        'kind' in statement.right ? patternText(statement.left, statement.right as Pattern) : undefined
      if (name === undefined || right === undefined || statement.op !== '==') more = true
      else {
        fields[name] = right
        if (statement.left.kind === 'payload' && PORTED.has(statement.left.protocol))
          fields.protocol = statement.left.protocol
      }
    } else if (statement.kind !== 'counter' && statement.kind !== 'reject' && statement.kind !== 'log')
      more = true
  }
  return { ...fields, reject: statements.some(({ kind }) => kind === 'reject'), more }
}

const PORTED: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp', 'dccp', 'udplite'])
const PAYLOAD: Readonly<Record<string, keyof RuleFields>> = {
  saddr: 'source',
  daddr: 'destination',
  sport: 'sourcePort',
  dport: 'destinationPort',
}
const META: Readonly<Record<string, keyof RuleFields>> = {
  l4proto: 'protocol',
  iifname: 'input',
  oifname: 'output',
}

function nameOf(left: Expression): keyof RuleFields | undefined {
  if (left.kind === 'payload' && left.protocol !== 'ether') return PAYLOAD[left.field]
  return left.kind === 'meta' ? META[left.key] : undefined
}

/** What a left side is compared with, in nft’s words for its datatype; undefined where that is no plain value. */
export function patternText(left: Expression, pattern: Pattern): string | undefined {
  const word = (value: number | bigint | string): string =>
    formatScalar(datatypeOf(left), value).replaceAll('"', '')
  switch (pattern.kind) {
    case 'value':
      return word(pattern.value)
    case 'range':
      return `${word(pattern.low)}-${word(pattern.high)}`
    case 'prefix':
      return `${word(pattern.address)}/${pattern.length}`
    case 'beginning':
      return `${pattern.text}*`
    case 'set': {
      const elements = pattern.elements.map(each => patternText(left, each))
      return elements.includes(undefined) ? undefined : elements.join(',')
    }
    default:
      return undefined
  }
}
