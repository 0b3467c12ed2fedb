/** What an expression comes to for the packet at this point of its way. */
import { datatypeOf } from '../datatype-of.ts'
import type { Expression } from '../expression.ts'
import { applyBits } from './bits.ts'
import { conntrack } from './conntrack.ts'
import { extension } from './extension.ts'
import { drawn } from './fact.ts'
import { fib } from './fib.ts'
import { fingerprint, routing, security, socket } from './host-facts.ts'
import { dataOf, findElement } from './lookup.ts'
import { meta } from './meta.ts'
import { payload } from './payload.ts'
import { rawPayload } from './raw-payload.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, isScalar, isTuple, isUntold, untold, type Value } from './value.ts'

/** A value that is chosen among so few is looked at one by one. */
const FEW = 256

export function readExpression(t: Traversal, expression: Expression): Value {
  switch (expression.kind) {
    case 'payload':
      return payload(t, expression.protocol, expression.field)
    case 'raw':
      return rawPayload(t, expression.base, expression.offset, expression.length)
    case 'meta':
      return meta(t, expression.key)
    case 'ct':
      return conntrack(t, expression)
    case 'fib':
      return fib(t, expression)
    case 'header':
      return extension(t, expression)
    case 'literal':
      return expression.value
    case 'tuple':
      return tupleOf(t, expression.parts)
    case 'bits':
      return bitsOf(t, expression)
    case 'map': {
      const key = readExpression(t, expression.key)
      const found = key === ABSENT ? undefined : findElement(t, key, expression.map)
      return found === undefined ? ABSENT : dataOf(t, found)
    }
    case 'numgen':
      return drawn(t, `numgen ${expression.mode} mod ${expression.modulus}`, choiceOf(expression))
    case 'hash':
      if (expression.of !== undefined && readExpression(t, expression.of) === ABSENT) return ABSENT
      return untold(`${expression.algorithm} mod ${expression.modulus} of this packet`, choiceOf(expression))
    case 'rt':
      return routing(t, expression)
    case 'socket':
      return socket(t, expression)
    case 'ipsec':
      return security(t, expression)
    case 'osf':
      return fingerprint(t, expression)
    case 'unsupported':
      return untold(expression.text, { unsupported: true })
  }
}

/** A part that isn't there ends the rule, whatever isn't known of the others. */
function tupleOf(t: Traversal, parts: readonly Expression[]): Value {
  const values: Value[] = []
  for (const part of parts) {
    const value = readExpression(t, part)
    if (value === ABSENT) return ABSENT
    values.push(value)
  }
  return values
}

function bitsOf(t: Traversal, expression: Extract<Expression, { kind: 'bits' }>): Value {
  const { op } = expression
  const left = readExpression(t, expression.left)
  const right = readExpression(t, expression.right)
  if (left === ABSENT || right === ABSENT || isTuple(left) || isTuple(right)) return ABSENT
  const { width } = datatypeOf(expression.left)
  if (isScalar(left) && isScalar(right)) return applyBits(op, left, right, width)
  const open = isUntold(left) ? left : isUntold(right) ? right : undefined
  if (open === undefined) return ABSENT
  const sideText = (side: Value): string => (isUntold(side) ? side.text : String(side))
  const text = `${sideText(left)} ${op} ${sideText(right)}`
  const inner = open.derive ?? ((fact: number) => fact)
  const derive = (fact: number): number =>
    Number(
      isUntold(left)
        ? applyBits(op, inner(fact), right as number, width)
        : applyBits(op, left as number, inner(fact), width),
    )
  if (isUntold(left) && isUntold(right))
    return untold(text, { unsupported: left.unsupported || right.unsupported })
  const { within: _, ...rest } = open
  return open.domain === undefined
    ? untold(text, { unsupported: open.unsupported })
    : { ...rest, text, derive }
}

const choiceOf = ({ modulus, offset }: { modulus: number; offset: number }) =>
  modulus <= FEW
    ? { domain: Array.from({ length: modulus }, (_, i) => i + offset) }
    : { within: [{ low: offset, after: offset + modulus }] }
