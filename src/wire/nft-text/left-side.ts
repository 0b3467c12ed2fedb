/**
 * Reads what a rule looks at: `tcp dport`, `ct original ip saddr`, `meta mark & 0xff`, `ip saddr . tcp dport`.
 */
import type { Expression } from '../../model/filter/expression.ts'
import { datatypeOf } from '../../model/filter/symbols.ts'
import {
  isOutsideHeader,
  readConntrack,
  readFib,
  readIpsec,
  readOsf,
  readRouting,
  readSocket,
} from './host-facts.ts'
import { scalarFrom } from './interpret.ts'
import { META_KEYS, readMeta, SHORT_META } from './meta-keys.ts'
import { readHash, readNumgen } from './numgen.ts'
import { isHeader, readHeader, readRawPayload } from './packet-headers.ts'
import type { Reader } from './reader.ts'
import { MOST_OPERATIONS, readBits, TIGHTEST, takeOperator } from './right-side.ts'
import { shown } from './token-stream.ts'

/** A concatenation, or one expression. */
export function readLeft(reader: Reader): Expression {
  const first = readCombined(reader)
  if (!reader.stream.is('.')) return first
  const parts = [first]
  while (reader.stream.take('.')) {
    reader.stream.skipNewlines()
    parts.push(readCombined(reader))
  }
  return { kind: 'tuple', parts }
}

/** With operations on its bits: `meta mark & 0xff`. */
function readCombined(reader: Reader, level = 0): Expression {
  if (level > TIGHTEST) return readPrimary(reader)
  let left = readCombined(reader, level + 1)
  let count = 0
  for (let op = takeOperator(reader, level); op !== undefined; op = takeOperator(reader, level)) {
    if (++count > MOST_OPERATIONS)
      throw reader.stream.refuse(
        'this expression is too long',
        `At most ${MOST_OPERATIONS} operations are read.`,
      )
    const right = beginsLeft(reader) ? readCombined(reader, level + 1) : literal(reader, left, level)
    left = { kind: 'bits', op, left, right }
  }
  return left
}

function literal(reader: Reader, left: Expression, level: number): Expression {
  const raw = readBits(reader, Math.min(level + 1, TIGHTEST))
  return { kind: 'literal', value: scalarFrom(reader, raw, datatypeOf(left)) }
}

const OTHERS: ReadonlySet<string> = new Set([
  'meta',
  'ct',
  'fib',
  'rt',
  'socket',
  'osf',
  'ipsec',
  'numgen',
  'jhash',
  'symhash',
])

/** Whether an expression begins here, and not a constant of the same name (`ip protocol tcp`). */
export function beginsLeft(reader: Reader): boolean {
  const { stream } = reader
  const { kind, text } = stream.token
  if (kind === 'mark') return text === '(' ? beginsInside(reader) : text === '@' && isRaw(reader)
  if (kind !== 'word') return false
  if (isHeader(reader)) return true
  if (OTHERS.has(text)) return isOutsideHeader(reader)
  return SHORT_META.has(text)
}

function beginsInside(reader: Reader): boolean {
  const next = reader.stream.peek()
  return next.kind === 'word' && (OTHERS.has(next.text) || META_KEYS.has(next.text))
}

const BASES: ReadonlySet<string> = new Set(['ll', 'nh', 'th', 'ih'])

const isRaw = (reader: Reader): boolean =>
  BASES.has(reader.stream.peek().text) && reader.stream.peek(2).text === ','

function readPrimary(reader: Reader): Expression {
  if (reader.depth > DEEPEST)
    throw reader.stream.refuse('this is nested too deeply', `At most ${DEEPEST} levels are read.`)
  reader.depth++
  const primary = readUnguarded(reader)
  reader.depth--
  return primary
}

const DEEPEST = 64

function readUnguarded(reader: Reader): Expression {
  const { stream } = reader
  const { text, kind } = stream.token
  if (kind === 'mark' && text === '@' && isRaw(reader)) return readRawPayload(reader)
  if (kind === 'mark' && text === '(') {
    stream.next()
    const inner = readCombined(reader)
    stream.need(')', "the parenthesis isn't closed")
    return inner
  }
  if (kind === 'word') {
    if (isHeader(reader)) return readHeader(reader)
    if (text === 'meta' || SHORT_META.has(text)) return readMeta(reader)
    const read = READERS[text]
    if (read !== undefined) return read(reader)
  }
  throw stream.refuse(
    `${shown(stream.token)} begins no statement and no expression`,
    'Write what to look at, such as tcp dport or ip saddr, or what to do, such as accept.',
  )
}

const READERS: Readonly<Record<string, (reader: Reader) => Expression>> = {
  ct: readConntrack,
  fib: readFib,
  rt: readRouting,
  socket: readSocket,
  osf: readOsf,
  ipsec: readIpsec,
  numgen: readNumgen,
  jhash: reader => readHash(reader, readLeft),
  symhash: reader => readHash(reader, readLeft),
}
