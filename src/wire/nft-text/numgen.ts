/**
 * Numbers that spread packets: `numgen inc mod 3`, `jhash ip saddr . tcp dport mod 2 seed 0x1`, `symhash mod 4`.
 */
import type { Expression } from '../../model/filter/expression.ts'
import type { Reader } from './reader.ts'

export function readNumgen(reader: Reader): Expression {
  const { stream } = reader
  stream.need('numgen')
  const mode = stream.takeAny('inc', 'random') as 'inc' | 'random' | undefined
  if (mode === undefined)
    throw stream.refuse('inc or random was expected', 'Write numgen inc or numgen random.')
  return { kind: 'numgen', mode, modulus: readModulus(reader), offset: readOffset(reader) }
}

export function readHash(reader: Reader, readLeft: (reader: Reader) => Expression): Expression {
  const { stream } = reader
  const algorithm = stream.next().text as 'jhash' | 'symhash'
  if (algorithm === 'symhash')
    return { kind: 'hash', algorithm, modulus: readModulus(reader), offset: readOffset(reader) }
  const of = readLeft(reader)
  const modulus = readModulus(reader)
  const seed = stream.take('seed') ? stream.number('a seed', 0xffff_ffff) : undefined
  return {
    kind: 'hash',
    algorithm,
    of,
    modulus,
    ...(seed !== undefined && { seed }),
    offset: readOffset(reader),
  }
}

function readModulus(reader: Reader): number {
  const { stream } = reader
  stream.need('mod')
  const modulus = stream.number('a modulus', 0xffff_ffff)
  if (modulus === 0) throw stream.refuse('nothing is left modulo 0', 'Write at least 1.', stream.previous)
  return modulus
}

const readOffset = ({ stream }: Reader): number =>
  stream.take('offset') ? stream.number('an offset', 0xffff_ffff) : 0
