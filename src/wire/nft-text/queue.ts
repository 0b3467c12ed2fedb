/**
 * `queue num 1-3 bypass,fanout`, and the newer `queue flags bypass,fanout to 1-3`.
 */
import type { Verdict } from '../../model/filter/statement.ts'
import type { Reader } from './reader.ts'

/** After the word `queue`. An expression that picks the queue (`to symhash mod 2`) is not read here. */
export function readQueue(reader: Reader): Extract<Verdict, { kind: 'queue' }> {
  const { stream } = reader
  const flags = new Set<string>()
  let low = 0
  let high = 0
  if (stream.take('flags')) readFlags(reader, flags)
  if (stream.takeAny('num', 'to') !== undefined) {
    low = stream.number('the number of a queue', 65_535)
    high = stream.take('-') ? stream.number('the number of a queue', 65_535) : low
    if (high < low)
      throw stream.refuse('the range of queues goes backwards', 'Write the smaller number first.')
  }
  if (stream.is('bypass') || stream.is('fanout')) readFlags(reader, flags)
  return { kind: 'queue', low, high, bypass: flags.has('bypass'), fanout: flags.has('fanout') }
}

function readFlags(reader: Reader, flags: Set<string>): void {
  const { stream } = reader
  do {
    const flag = stream.takeAny('bypass', 'fanout')
    if (flag === undefined) throw stream.refuse('a flag of queue was expected', 'Write bypass or fanout.')
    flags.add(flag)
  } while (stream.take(','))
}
