/**
 * Lines that may stand anywhere: separators, `define`, `redefine`, `undefine`, `include`; and the end of an included
 * file.
 */
import type { Reader } from './reader.ts'
import { readRight } from './right-side.ts'
import { tokenize } from './tokenize.ts'

/** As nft has it (`MAX_INCLUDE_DEPTH`). */
const DEEPEST_INCLUDE = 16

/** Reads one if it stands here. */
export function readCommonLine(reader: Reader): boolean {
  const { stream } = reader
  const { kind, text } = stream.token
  if (kind === 'newline' || (kind === 'mark' && text === ';')) {
    stream.next()
    return true
  }
  if (kind === 'end') return stream.leave()
  if (kind !== 'word') return false
  if (text === 'include' && stream.peek().kind === 'string') readInclude(reader)
  else if (text === 'define' || text === 'redefine') readDefine(reader)
  else if (text === 'undefine') readUndefine(reader)
  else return false
  return true
}

function readDefine(reader: Reader): void {
  const { stream, scope } = reader
  const word = stream.next().text
  const name = stream.name('the name of a variable')
  stream.need('=')
  const negative = stream.is('-') ? stream.next() : undefined
  const value = readRight(reader, true)
  if (word === 'define' && scope.has(name.text))
    throw stream.refuse(
      `the variable "${name.text}" is defined already`,
      'Write redefine, or another name.',
      name,
    )
  if (negative === undefined) scope.set(name.text, value)
  else {
    const at = { ...value.at, text: `-${value.at.text}`, start: negative.start }
    scope.set(name.text, { kind: 'scalar', at })
  }
  needEnd(reader)
}

function readUndefine(reader: Reader): void {
  const { stream, scope } = reader
  stream.next()
  const name = stream.name('the name of a variable')
  if (!scope.delete(name.text))
    throw stream.refuse(`there is no variable "${name.text}" here`, 'Take this line out.', name)
  needEnd(reader)
}

/** A line that says all ends here. */
export function needEnd(reader: Reader): void {
  const { stream } = reader
  if (!stream.atEnd)
    throw stream.refuse(
      'more stands here than belongs to the line',
      'Put it on a line of its own, or take it out.',
    )
}

function readInclude(reader: Reader): void {
  const { stream, options } = reader
  const at = stream.next()
  const path = stream.string('the path of a file')
  needEnd(reader)
  if (stream.depth >= DEEPEST_INCLUDE)
    throw stream.refuse(`files include each other ${DEEPEST_INCLUDE} deep`, 'Does a file include itself?', at)
  const isPattern = /[*?[]/.test(path.text)
  const paths = isPattern ? options.glob?.(path.text) : [path.text]
  if (paths === undefined)
    throw stream.refuse('patterns of include are not resolved here', 'Name each file.', path)
  // The last is entered first, so that the first is read first.
  for (const each of [...paths].reverse()) {
    const text = options.include?.(each)
    if (text === undefined)
      throw stream.refuse(
        `there is no file ${each} to include`,
        options.include === undefined
          ? 'Only one text is read here: put the file in its place.'
          : 'Check the path.',
        path,
      )
    stream.enter(tokenize({ name: each, text }))
  }
}
