/**
 * Rules as the kernel holds them and nft lists them.
 */
import type { Expression } from '../../../../src/model/filter/expression.ts'
import type { Pattern } from '../../../../src/model/filter/pattern.ts'
import type { Element, TableFamily } from '../../../../src/model/filter/ruleset.ts'
import type { MapSource, Statement } from '../../../../src/model/filter/statement.ts'
import { heldPattern, sorted } from './held-patterns.ts'
import { isImplied } from './implied-matches.ts'

type Match = Extract<Statement, { kind: 'match' }>

export function heldStatements(statements: readonly Statement[], family: TableFamily): unknown[] {
  // From the end: what isn't listed implies nothing.
  const kept: Statement[] = []
  for (const each of statements.toReversed()) if (!isImplied(each, kept, family)) kept.unshift(each)
  return kept.map(each => withoutFamily(heldStatement(each), family))
}

/** A table of one family needn't say it again. */
function withoutFamily(statement: unknown, family: TableFamily): unknown {
  const { family: said, ...rest } = statement as { family?: string }
  return said === family ? rest : statement
}

export function heldElement(element: Element): Record<string, unknown> {
  return {
    ...element,
    key: element.key === '*' ? '*' : heldPattern(element.key),
    ...(element.statements && { statements: heldStatements(element.statements, 'inet') }),
    ...(element.value?.kind === 'datum' && {
      value: { kind: 'datum', parts: element.value.parts.map(heldPattern) },
    }),
  }
}

function heldStatement(statement: Statement): unknown {
  if (statement.kind === 'match') return heldMatch(statement)
  if (statement.kind === 'verdict-map')
    return { ...statement, key: heldExpression(statement.key), map: heldMap(statement.map) }
  if (statement.kind === 'assign')
    return { ...statement, target: heldExpression(statement.target), value: heldExpression(statement.value) }
  if (statement.kind === 'object' && typeof statement.name === 'object')
    return {
      ...statement,
      name: { key: heldExpression(statement.name.key), map: heldMap(statement.name.map) },
    }
  if ('address' in statement || 'port' in statement)
    return {
      ...statement,
      ...(statement.address !== undefined && { address: heldRight(statement.address) }),
      ...('port' in statement && statement.port !== undefined && { port: heldRight(statement.port) }),
    }
  return statement
}

function heldMatch(match: Match): unknown {
  const same = sameBytes(match)
  if (same !== undefined) return heldMatch(same)
  return { ...match, left: heldExpression(match.left), right: heldRight(match.right) }
}

/** Another spelling of the same comparison, which is the one that nft lists. */
function sameBytes(match: Match): Match | undefined {
  const { left, op, right } = match
  if (right.kind !== 'value') return undefined
  // `nft -n` lists missing as 0 and exists as 1.
  if (left.kind === 'fib' && left.result === 'oif' && /^[01]$/.test(`${right.value}`))
    return {
      ...match,
      left: { ...left, result: 'check' },
      right: { kind: 'value', value: Number(right.value) },
    }
  // An option without a name is its number, at whose first byte one looks.
  if (left.kind === 'header' && /^\d+$/.test(left.name) && left.field === undefined)
    return { ...match, left: { ...left, name: `@${left.name}`, field: '0,8' } }
  // All bits of the flags are the whole byte.
  if (op === 'any' && isFlags(left) && left.kind === 'payload' && right.value === 0xff)
    return { ...match, op: '!=', right: { kind: 'value', value: 0 } }
  if (left.kind !== 'bits' || left.op !== '&' || left.right.kind !== 'literal') return undefined
  const mask = left.right.value
  // `tcp flags & (fin|syn) != 0` is listed as `tcp flags fin,syn`, with == as `tcp flags ! fin,syn`.
  if ((op === '!=' || op === '==') && Number(right.value) === 0 && isFlags(left.left))
    return {
      ...match,
      left: left.left,
      op: op === '==' ? 'none' : 'any',
      right: { kind: 'value', value: mask },
    }
  // `ip saddr & 255.255.255.0 == 10.0.0.0` is listed as `ip saddr 10.0.0.0/24`.
  if (left.left.kind !== 'payload' || !/^[sd]addr$/.test(left.left.field) || (op !== '==' && op !== '!='))
    return undefined
  const bits = BigInt(mask)
    .toString(2)
    .padStart(left.left.protocol === 'ip' ? 32 : 128, '0')
  if (!/^1+0*$/.test(bits)) return undefined
  const prefix: Pattern = { kind: 'prefix', address: right.value, length: bits.lastIndexOf('1') + 1 }
  return { ...match, left: left.left, right: prefix }
}

const isFlags = (expression: Expression): boolean =>
  (expression.kind === 'payload' && expression.field === 'flags') ||
  (expression.kind === 'ct' && (expression.key === 'state' || expression.key === 'status'))

const heldMap = (map: MapSource): unknown =>
  map.kind === 'reference' ? map : sorted(map.elements.map(heldElement))

const PATTERNS: ReadonlySet<string> = new Set([
  'value',
  'range',
  'prefix',
  'beginning',
  'set',
  'reference',
  'tuple',
])

const heldRight = (right: Pattern | Expression): unknown =>
  PATTERNS.has(right.kind) ? heldPattern(right as Pattern) : heldExpression(right as Expression)

function heldExpression(expression: Expression): unknown {
  switch (expression.kind) {
    case 'raw':
      // Bits of the ports are listed as ports.
      return expression.base === 'th' && expression.length === 16 && expression.offset <= 16
        ? { kind: 'payload', protocol: 'th', field: expression.offset === 0 ? 'sport' : 'dport' }
        : expression
    case 'tuple':
      return { kind: 'tuple', parts: expression.parts.map(heldExpression) }
    case 'map':
      return { ...expression, key: heldExpression(expression.key), map: heldMap(expression.map) }
    case 'bits':
      return heldBits(expression)
    default:
      return expression
  }
}

/** The kernel knows `x & mask ^ flip`: bits that are set behind the mask count as masked. */
function heldBits(bits: Extract<Expression, { kind: 'bits' }>): unknown {
  const { op, left, right } = bits
  const masked =
    op === '|' && left.kind === 'bits' && left.op === '&' && left.right.kind === 'literal' ? left : undefined
  if (masked === undefined || right.kind !== 'literal' || masked.right.kind !== 'literal')
    return { ...bits, left: heldExpression(left), right: heldExpression(right) }
  const value = Number(BigInt(masked.right.value) | BigInt(right.value))
  return { ...bits, left: { ...masked, right: { kind: 'literal', value } } }
}
