/**
 * Statements that keep count, which rules, elements of sets and named objects can have: counter, limit, quota,
 * ct count, last.
 */
import type { Limit, Statement } from '../../model/filter/statement.ts'
import type { Reader } from './reader.ts'
import { byteUnit, RATE_PERIODS, readBytes, readTime } from './time-text.ts'

/** Not those that refer to an object by name. */
export function isStateful(reader: Reader): boolean {
  const { stream } = reader
  const { kind, text } = stream.token
  if (kind !== 'word') return false
  if (text === 'ct') return stream.peek().text === 'count'
  return text === 'counter' || text === 'limit' || text === 'quota' || text === 'last'
}

export function readStateful(reader: Reader): Statement {
  const { stream } = reader
  const word = stream.next().text
  if (word === 'counter') return readCounter(reader)
  if (word === 'limit') return readLimit(reader)
  if (word === 'quota') return readQuota(reader)
  if (word === 'last') return readLast(reader)
  stream.need('count')
  const over = stream.take('over')
  return { kind: 'ct-count', count: stream.number('how many connections', 0xffff_ffff), over }
}

/** After `counter`: `packets 3 bytes 180`, or nothing. */
export function readCounter(reader: Reader): Statement {
  const { stream } = reader
  const counts = { packets: 0, bytes: 0 }
  while (true) {
    if (stream.take('packets')) counts.packets = stream.number('how many packets')
    else if (stream.take('bytes')) counts.bytes = stream.number('how many bytes')
    else return { kind: 'counter', ...counts }
  }
}

/** After `limit`: `rate over 10/second burst 5 packets`. */
export function readLimit(reader: Reader): Limit {
  const { stream } = reader
  stream.need('rate')
  const over = stream.take('over')
  const count = stream.number('a rate')
  const { unit, factor, per } = readRate(reader)
  if (count === 0) throw stream.refuse('a rate of 0 is none', 'Write at least 1.', stream.previous)
  let burst = unit === 'packets' ? 5 : 0
  if (stream.take('burst')) burst = readBurst(reader, unit)
  return { kind: 'limit', rate: count * factor, per, burst, unit, over }
}

/** `/second`, or ` mbytes/second`: the lexer takes the latter for one word. */
function readRate(reader: Reader): { unit: 'packets' | 'bytes'; factor: number; per: number } {
  const { stream } = reader
  const at = stream.token
  let factor: number | undefined
  let period: string
  if (stream.take('/')) period = stream.name('second, minute, hour, day or week').text
  else {
    const [unit, behind] = stream.name('"/" and a length of time').text.split('/')
    factor = byteUnit(unit!)
    period = behind ?? (stream.take('/') ? stream.name('second, minute, hour, day or week').text : '')
    if (factor === undefined)
      throw stream.refuse(`"${unit}" is no unit of a rate`, 'Write 10/second or 10 mbytes/second.', at)
  }
  const per = RATE_PERIODS[period]
  if (per === undefined)
    throw stream.refuse(
      `"${period}" is no length of time for a rate`,
      'Write second, minute, hour, day or week.',
      stream.previous,
    )
  return { unit: factor === undefined ? 'packets' : 'bytes', factor: factor ?? 1, per }
}

function readBurst(reader: Reader, unit: 'packets' | 'bytes'): number {
  const { stream } = reader
  const at = stream.token
  const count = stream.number('a burst')
  const word = stream.name('packets or bytes').text
  const factor = word === 'packets' ? 1 : byteUnit(word)
  if (factor === undefined || (word === 'packets') !== (unit === 'packets'))
    throw stream.refuse('the burst is in another unit than the rate', `Write a burst in ${unit}.`, at)
  if (count === 0 && unit === 'packets')
    throw stream.refuse('a burst of 0 lets nothing pass', 'Write at least 1.', at)
  return count * factor
}

/** After `quota`: `over 10 mbytes used 0 bytes`. */
export function readQuota(reader: Reader): Statement {
  const { stream } = reader
  const over = stream.take('over')
  if (!over) stream.take('until')
  const bytes = readBytes(stream, 'a quota')
  return { kind: 'quota', bytes, used: stream.take('used') ? readBytes(stream, 'what is used') : 0, over }
}

/** After `last`: `used 5s`, `used never`, or nothing. */
function readLast(reader: Reader): Statement {
  const { stream } = reader
  if (!stream.take('used') || stream.take('never')) return { kind: 'last' }
  return { kind: 'last', used: readTime(stream, 'when it was used') }
}
