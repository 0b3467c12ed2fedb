/**
 * Reads the elements of a set or map between braces: `{ 22, 80-90 timeout 1h comment "x", 443 : accept }`.
 */
import type { Statement } from '../../model/filter/statement.ts'
import type { RawElement } from './raw.ts'
import type { Reader } from './reader.ts'
import { readTuple } from './right-side.ts'
import { isStateful, readStateful } from './stateful.ts'
import { readTime } from './time-text.ts'
import { shown } from './token-stream.ts'
import { isVerdict } from './verdict-word.ts'

/** More than any set of a kernel; variables in variables could double without end. */
const LARGEST = 2 ** 20

/** A variable that is a set itself stands for its elements. */
function partsOf(element: RawElement): readonly RawElement[] {
  const { key, value, statements } = element
  const bare = value === undefined && element.timeout === undefined && statements.length === 0
  return key !== '*' && key.kind === 'set' && bare ? key.elements : [element]
}

/** From `{` to `}`. Commas may trail, lines may break anywhere between elements. */
export function readSet(reader: Reader): readonly RawElement[] {
  const { stream } = reader
  const open = stream.need('{')
  const elements: RawElement[] = []
  stream.skipNewlines()
  while (!stream.is('}')) {
    const element = readElement(reader)
    for (const each of partsOf(element)) elements.push(each)
    if (elements.length > LARGEST)
      throw stream.refuse('this set is too large', `At most ${LARGEST} elements are read.`, open)
    stream.skipNewlines()
    if (!stream.take(',')) break
    stream.skipNewlines()
  }
  if (stream.token.kind === 'end')
    throw stream.refuse('the text ends inside of braces', `Close the { of line ${open.line} with }.`)
  if (!stream.is('}'))
    throw stream.refuse(
      '"," or "}" was expected',
      `Write a comma or a closing brace, not ${shown(stream.token)}.`,
    )
  stream.next()
  return elements
}

export function readElement(reader: Reader): RawElement {
  const { stream } = reader
  const at = stream.token
  const key = stream.take('*') ? '*' : readTuple(reader)
  const about = readAboutElement(reader)
  stream.skipNewlines()
  if (!stream.take(':')) return { at, key, ...about }
  stream.skipNewlines()
  const start = stream.token
  const value = isVerdict(reader)
    ? { kind: 'verdict' as const, at: start, statement: reader.read.verdict(reader) }
    : readTuple(reader)
  return { at, key, value, ...mergeAbout(about, readAboutElement(reader)) }
}

interface AboutElement {
  timeout?: number
  expires?: number
  comment?: string
  statements: Statement[]
}

/** `timeout 1h expires 59m counter packets 1 bytes 2 comment "x"`, in any order. */
export function readAboutElement(reader: Reader): AboutElement {
  const { stream } = reader
  const about: AboutElement = { statements: [] }
  while (true) {
    if (stream.take('timeout')) {
      if (stream.take('never')) about.timeout = 0
      else about.timeout = readTime(stream, 'how long the element stays')
    } else if (stream.take('expires')) {
      if (!stream.take('never')) about.expires = readTime(stream, 'when the element goes')
    } else if (stream.take('comment')) about.comment = stream.name('a comment').text
    else if (isStateful(reader)) about.statements.push(readStateful(reader))
    else return about
  }
}

const mergeAbout = (before: AboutElement, after: AboutElement): AboutElement => ({
  ...before,
  ...after,
  statements: [...before.statements, ...after.statements],
})
