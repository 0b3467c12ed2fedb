/**
 * Reads the right side of a comparison, the elements of a set, the value of a variable: as written, without types.
 *
 * From loose to tight: `a, b` · `a . b` · `a-b` and `a/24` · `|` · `^` · `&` · `<<` · one value.
 */
import type { Raw } from './raw.ts'
import type { Reader } from './reader.ts'
import type { Token } from './token.ts'
import { shown } from './token-stream.ts'

/** With `list`, commas go on: `new,established`. */
export function readRight(reader: Reader, list = false): Raw {
  const first = readTuple(reader)
  if (!list || !reader.stream.is(',')) return first
  const items = [first]
  while (reader.stream.take(',')) {
    items.push(readTuple(reader))
  }
  return { kind: 'list', at: first.at, items }
}

export function readTuple(reader: Reader): Raw {
  const first = readRange(reader)
  if (!reader.stream.is('.')) return first
  const parts = [first]
  while (reader.stream.take('.')) {
    reader.stream.skipNewlines()
    parts.push(readRange(reader))
  }
  return { kind: 'tuple', at: first.at, parts }
}

function readRange(reader: Reader): Raw {
  const { stream } = reader
  const low = readBits(reader)
  if (stream.take('-')) return { kind: 'range', at: low.at, low, high: readBits(reader) }
  if (!reader.slashIsMask && stream.is('/') && stream.peek().kind === 'number') {
    stream.next()
    return { kind: 'prefix', at: low.at, base: low, length: stream.number('the length of a prefix', 128) }
  }
  return low
}

/** Tighter ones later. Words do as well as signs. */
const OPERATORS: readonly (readonly (readonly [string, '&' | '|' | '^' | '<<' | '>>'])[])[] = [
  [
    ['|', '|'],
    ['or', '|'],
  ],
  [
    ['^', '^'],
    ['xor', '^'],
  ],
  [
    ['&', '&'],
    ['and', '&'],
  ],
  [
    ['<<', '<<'],
    ['lshift', '<<'],
    ['>>', '>>'],
    ['rshift', '>>'],
  ],
]

/** The operator that stands here, if it binds as tightly as `level` says. */
export function takeOperator(reader: Reader, level: number): '&' | '|' | '^' | '<<' | '>>' | undefined {
  for (const [text, op] of OPERATORS[level]!) if (reader.stream.take(text)) return op
  return undefined
}

export const TIGHTEST = 3

/** Of one kind in a row, and of braces and parentheses in each other. */
export const MOST_OPERATIONS = 64
const DEEPEST = 64

export function readBits(reader: Reader, level = 0): Raw {
  let left = level === TIGHTEST ? readOne(reader) : readBits(reader, level + 1)
  let count = 0
  for (let op = takeOperator(reader, level); op !== undefined; op = takeOperator(reader, level)) {
    if (++count > DEEPEST)
      throw reader.stream.refuse('this expression is too long', `At most ${DEEPEST} operations are read.`)
    const right = level === TIGHTEST ? readOne(reader) : readBits(reader, level + 1)
    left = { kind: 'bits', at: left.at, op, left, right }
  }
  return left
}

function readOne(reader: Reader): Raw {
  const { stream } = reader
  const { token } = stream
  if (token.kind === 'mark') return readMarked(reader, token)
  if (token.kind === 'newline' || token.kind === 'end')
    throw stream.refuse('a value was expected', `Write a value before ${shown(token)}.`)
  stream.next()
  return { kind: 'scalar', at: token }
}

function readMarked(reader: Reader, token: Token): Raw {
  const { stream } = reader
  if (token.text === '$') return readVariable(reader)
  if (token.text === '[') return readBracketed(reader)
  if (reader.depth > DEEPEST)
    throw stream.refuse('this is nested too deeply', `At most ${DEEPEST} levels are read.`)
  reader.depth++
  try {
    if (token.text === '{') return { kind: 'set', at: token, elements: reader.read.set(reader) }
    if (token.text === '(') {
      stream.next()
      const inner = readBits(reader)
      stream.need(')', "the parenthesis isn't closed")
      return inner
    }
    if (token.text === '@') {
      stream.next()
      return { kind: 'reference', at: token, set: stream.name('the name of a set').text }
    }
  } finally {
    reader.depth--
  }
  throw stream.refuse('a value was expected', `Write a value here, not ${shown(token)}.`)
}

/** `[2001:db8::1]`, so that a port can follow. */
function readBracketed(reader: Reader): Raw {
  const { stream } = reader
  stream.need('[')
  const at = stream.next()
  if (at.kind !== 'address') throw stream.refuse('an IPv6 address was expected', 'Write [2001:db8::1].', at)
  stream.need(']')
  return { kind: 'scalar', at }
}

/** `$name`: what it was defined as. */
export function readVariable(reader: Reader): Raw {
  const { stream } = reader
  stream.need('$')
  const name = stream.name('the name of a variable')
  const value = reader.scope.get(name.text)
  if (value === undefined)
    throw stream.refuse(
      `there is no variable "${name.text}"`,
      `Define it first: define ${name.text} = …`,
      name,
    )
  return value
}
