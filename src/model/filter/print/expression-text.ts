/**
 * Expressions as nft lists them.
 */
import { datatypeOf, datatypesOf } from '../datatype-of.ts'
import { type Datatype, datatypeNamed } from '../datatypes.ts'
import type { Expression } from '../expression.ts'
import { EXTENSION_WORDS } from '../headers.ts'
import type { Element } from '../ruleset.ts'
import type { MapSource } from '../statement.ts'
import { elementText } from './element-text.ts'
import { PLAIN, scalarText } from './pattern-text.ts'

const UNKNOWN: readonly Datatype[] = [datatypeNamed('invalid')]

/** `expected`: datatypes of values that stand in its place, and of what its maps give. */
export function expressionText(expression: Expression, expected: readonly Datatype[] = UNKNOWN): string {
  switch (expression.kind) {
    case 'payload':
      return `${expression.protocol} ${expression.field}`
    case 'raw':
      return `@${expression.base},${expression.offset},${expression.length}`
    case 'meta':
      return UNQUALIFIED.has(expression.key) ? expression.key : `meta ${expression.key}`
    case 'ct':
      return words('ct', expression.direction, expression.family, expression.key)
    case 'fib':
      return `fib ${expression.flags.join(' . ')} ${expression.result === 'check' ? 'oif' : expression.result}`
    case 'rt':
      return words('rt', expression.family, expression.key)
    case 'socket':
      return words(
        'socket',
        expression.key,
        expression.level === undefined ? '' : `level ${expression.level}`,
      )
    case 'header':
      return headerText(expression)
    case 'ipsec':
      return words(
        'ipsec',
        expression.direction,
        expression.spnum === 0 ? '' : `spnum ${expression.spnum}`,
        expression.family,
        expression.key,
      )
    case 'osf':
      return words('osf', expression.ttl === '' ? '' : `ttl ${expression.ttl}`, expression.key)
    case 'numgen':
      return `numgen ${expression.mode} mod ${expression.modulus}${offsetText(expression.offset)}`
    case 'hash':
      return words(
        expression.algorithm,
        expression.of === undefined ? '' : expressionText(expression.of),
        `mod ${expression.modulus}`,
        expression.seed === undefined ? '' : `seed 0x${expression.seed.toString(16)}`,
        offsetText(expression.offset).trim(),
      )
    case 'tuple':
      return expression.parts.map(part => expressionText(part)).join(' . ')
    case 'bits':
      return bitsText(expression, expected)
    case 'map':
      return `${expressionText(expression.key)} map ${mapText(expression.map, expression.key, expected)}`
    case 'literal':
      return scalarText(expected[0]!, expression.value)
    case 'unsupported':
      return expression.text
  }
}

/** `{ 22 : accept }` or the name of the map. */
export const mapText = (map: MapSource, key: Expression, values: readonly Datatype[]): string =>
  map.kind === 'reference' ? `@${map.set}` : elementsText(map.elements, datatypesOf(key), values)

const elementsText = (
  elements: readonly Element[],
  key: readonly Datatype[],
  values: readonly Datatype[],
): string => `{ ${elements.map(each => elementText(each, key, values)).join(', ')} }`

/** Of `meta`: keys that need no word before them. */
const UNQUALIFIED: ReadonlySet<string> = new Set(['iif', 'iifname', 'iifgroup', 'oif', 'oifname', 'oifgroup'])

const words = (...parts: readonly (string | undefined)[]): string =>
  parts.filter(part => part !== undefined && part !== '').join(' ')

const offsetText = (offset: number): string => (offset === 0 ? '' : ` offset ${offset}`)

function headerText({ of, name, field }: Extract<Expression, { kind: 'header' }>): string {
  if (of === 'ipv6') return field === undefined ? `${EXTENSION_WORDS.ipv6} ${name}` : `${name} ${field}`
  if (name.startsWith('@')) return `${EXTENSION_WORDS[of]} ${name},${field}`
  return words(EXTENSION_WORDS[of], name, field)
}

/** The lower, the tighter. */
const PRECEDENCE = { '<<': 1, '>>': 1, '&': 2, '^': 3, '|': 4 } as const

function bitsText(expression: Extract<Expression, { kind: 'bits' }>, expected: readonly Datatype[]): string {
  const { op, left, right } = expression
  const own = datatypeOf(expression)
  const datatype = own.name === 'invalid' ? expected[0]! : own
  const side = (of: Expression, as: Datatype): string => {
    const text = expressionText(of, [as])
    return of.kind === 'bits' && PRECEDENCE[op] < PRECEDENCE[of.op] ? `(${text})` : text
  }
  return `${side(left, datatype)} ${op} ${side(right, op === '<<' || op === '>>' ? PLAIN : datatype)}`
}
