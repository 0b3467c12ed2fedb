/**
 * Comparisons as nft lists them: `tcp dport 22`, `ct state established,new`, `tcp flags syn / fin,syn`.
 */
import { datatypeOf, datatypesOf } from '../datatype-of.ts'
import type { Datatype } from '../datatypes.ts'
import type { Expression } from '../expression.ts'
import { isPattern } from '../is-pattern.ts'
import type { Scalar } from '../pattern.ts'
import type { Statement } from '../statement.ts'
import { formatScalar, WORDS } from '../symbols.ts'
import { expressionText } from './expression-text.ts'
import { patternText } from './pattern-text.ts'

type Match = Extract<Statement, { kind: 'match' }>

/**
 * `exact`: `==` between several flags is written, which nft lists as if it asked for any of them, and reads so.
 */
export function matchText({ left, op, right }: Match, exact = false): string {
  const datatypes = datatypesOf(left)
  const datatype = datatypes[0]!
  const value = right.kind === 'value' ? right.value : undefined
  if (value !== undefined && datatype.flags === true) {
    const masked = maskedText(left, op, datatype, value)
    if (masked !== undefined) return masked
    if (op === 'any') return `${expressionText(left)} ${formatScalar(datatype, value)}`
    if (op === 'none') return `${expressionText(left)} ! ${formatScalar(datatype, value)}`
  }
  const text = isPattern(right)
    ? value === undefined
      ? patternText(right, datatypes)
      : valueText(left, datatype, value)
    : expressionText(right, datatypes)
  return `${expressionText(left)} ${operator(left, op, right, exact || !text.includes(' | '))}${text}`
}

/** `==` is shown only where it would mean something else without it: after bits, and between flags. */
function operator(left: Expression, op: Match['op'], right: Match['right'], shown: boolean): string {
  if (op === 'any') return ''
  if (op === 'none') return '! '
  if (op !== '==') return `${op} `
  if (left.kind === 'bits') return '== '
  const datatype = datatypeOf(left)
  const flags = datatype.flags === true && datatype.name !== 'bitmask'
  return flags && right.kind === 'value' && shown ? '== ' : ''
}

/** Several flags of a header are one number, those of a host's fact are words. */
function valueText(left: Expression, datatype: Datatype, value: Scalar): string {
  const text = patternText({ kind: 'value', value }, [datatype])
  return datatype.flags === true && left.kind === 'payload' && text.includes(' | ')
    ? formatScalar(datatype, value, true)
    : text
}

/** `tcp flags & (fin | syn) == syn`, whose mask has several words, is `tcp flags syn / fin,syn`. */
function maskedText(
  left: Expression,
  op: Match['op'],
  datatype: Datatype,
  value: Scalar,
): string | undefined {
  if (left.kind !== 'bits' || left.op !== '&' || left.right.kind !== 'literal') return undefined
  if (op !== '==' && op !== '!=') return undefined
  const mask = formatScalar(datatype, left.right.value)
  const table = WORDS.get(datatype.name)
  if (!mask.includes(',') || mask.split(',').some(word => !table?.numberOf.has(word))) return undefined
  const sign = op === '!=' ? '!= ' : ''
  return `${expressionText(left.left)} ${sign}${formatScalar(datatype, value)} / ${mask}`
}
