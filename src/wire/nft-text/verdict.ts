/**
 * `accept`, `drop`, `continue`, `return`, `jump`, `goto`, `queue`: what ends a rule, and what a verdict map answers.
 */
import type { Statement, Verdict } from '../../model/filter/statement.ts'
import { readQueue } from './queue.ts'
import type { Reader } from './reader.ts'
import { readVariable } from './right-side.ts'
import { shown } from './token-stream.ts'

export const readVerdict = (reader: Reader): Statement => ({ kind: 'verdict', verdict: verdict(reader) })

function verdict(reader: Reader): Verdict {
  const { stream } = reader
  const word = stream.next().text
  if (word === 'queue') return readQueue(reader)
  if (word === 'jump' || word === 'goto') return { kind: word, chain: readChainName(reader) }
  return { kind: word as 'accept' | 'drop' | 'continue' | 'return' }
}

function readChainName(reader: Reader): string {
  const { stream } = reader
  if (stream.is('{')) return reader.read.anonymousChain(reader)
  let at = stream.token
  if (stream.is('$')) {
    const value = readVariable(reader)
    if (value.kind !== 'scalar')
      throw stream.refuse('the variable is no name of a chain', 'Define it as one word.', at)
    at = value.at
  } else stream.name('the name of a chain')
  if (at.kind !== 'word' && at.kind !== 'string')
    throw stream.refuse('the name of a chain was expected', `Write a name, not ${shown(at)}.`, at)
  reader.references.push({ at, to: 'chain', name: at.text })
  return at.text
}
