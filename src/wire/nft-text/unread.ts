/**
 * What nft has and this parser doesn't read: kept, as text.
 */
import type { Statement } from '../../model/filter/statement.ts'
import type { Reader } from './reader.ts'

/** From here to the end of the rule, its comment and blocks between braces included. */
export function readTextUntilEnd(reader: Reader): Statement {
  const { stream } = reader
  const first = stream.token
  let last = first
  let depth = 0
  while (stream.token.kind !== 'end' && (depth > 0 || !stream.atEnd)) {
    if (depth === 0 && stream.is('comment') && stream.peek().kind === 'string') break
    if (stream.is('{')) depth++
    if (stream.is('}')) depth--
    last = stream.next()
  }
  if (depth > 0) throw stream.refuse('the text ends inside of braces', 'Close the brace with }.')
  const text = first.source.text.slice(first.start, last.end).replace(/\s+/g, ' ')
  return { kind: 'unsupported', text, matches: true, ends: true }
}
