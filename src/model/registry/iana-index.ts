/**
 * The compact index of the registry: how it is read. `iana-import/index-text.ts` writes it and says how it is laid out.
 *
 * A port is found by binary search in the text, a word by looking for it in the text; only lines found are read.
 */
import { fault } from '../fault.ts'
import type { Port } from '../port.ts'
import { PROTOCOLS, type Protocol } from '../protocol.ts'
import { type Status, sameName } from './assignment.ts'

/** One line of the index. */
export interface IndexRow {
  readonly first: Port
  readonly last: Port
  readonly protocols: readonly Protocol[]
  readonly status: Status
  readonly names: readonly string[]
  readonly description: string | null
  readonly reference: string | null
  readonly former: readonly string[]
}

export interface IndexName {
  readonly name: string
  readonly protocols: readonly Protocol[]
  readonly description: string | null
  readonly reference: string | null
}

export interface IanaIndex {
  /** Rows that hold this port: of its own first, then ranges around it. */
  at(port: number): readonly IndexRow[]
  /** Rows that hold any of these ports, ranges first, then by port. */
  between(first: number, last: number): readonly IndexRow[]
  /** Rows that have the text somewhere, upper and lower case being one, and perhaps more; ranges first, then by port. */
  mentioning(text: string): readonly IndexRow[]
  /** Names that are registered without a port. */
  portless(name: string): readonly IndexName[]
}

/** An index with what is known of its data. */
export interface DatedIndex {
  readonly text: string
  /** The day of the newest entry, `2026-07-07`. */
  readonly date: string
  /** Where the data came from: a package, an address. */
  readonly origin: string
}

export const PROTOCOL_LETTERS = 'tusd'

/** Text as a field of the index, and back. */
export const toField = (text: string): string =>
  text.replace(/[^\x20-\x24\x26-\x7e]/g, c => `%${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
export const fromField = (field: string): string =>
  field.includes('%')
    ? field.replace(/%([0-9a-f]{4})/g, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)))
    : field

export function openIndex(text: string): IanaIndex {
  const rangesEnd = Math.max(text.indexOf('\n\n'), 0)
  const start = rangesEnd + 2
  const end = Math.max(text.indexOf('\n\n', start - 1), start)
  const ranges = rangesEnd === 0 ? [] : text.slice(0, rangesEnd).split('\n').map(readRow)

  const between = (first: number, last: number): IndexRow[] => {
    const found: IndexRow[] = []
    for (let from = findLine(text, start, end, first); from < end && portAt(text, from) <= last; ) {
      const to = lineEnd(text, from, end)
      found.push(readRow(text.slice(from, to)))
      from = to + 1
    }
    return found
  }
  const holds = (first: number, last: number) => (row: IndexRow) => row.first <= last && row.last >= first
  return {
    at: port => [...between(port, port), ...ranges.filter(holds(port, port))],
    between: (first, last) => [...ranges.filter(holds(first, last)), ...between(first, last)],
    mentioning: word => linesWith(text, word, 0, end).map(readRow),
    portless: name =>
      linesWith(text, name, end, text.length)
        .map(readName)
        .filter(row => sameName(row.name, name)),
  }
}

/** The whole lines that hold a text, upper and lower case being one, each once. */
function linesWith(text: string, sought: string, from: number, to: number): string[] {
  const lines: string[] = []
  if (sought === '') return lines
  // Case folds only inside ASCII here: whatever isn't ASCII fits any other such character. Callers compare names.
  const literal = toField(sought).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  const pattern = new RegExp(literal.replace(/%[0-9a-f]{4}/g, '%[0-9a-f]{4}'), 'gi')
  pattern.lastIndex = from
  for (let hit = pattern.exec(text); hit !== null && hit.index < to; hit = pattern.exec(text)) {
    const begin = text.lastIndexOf('\n', hit.index) + 1
    const stop = lineEnd(text, hit.index, to)
    if (stop > begin) lines.push(text.slice(begin, stop))
    pattern.lastIndex = stop + 1
  }
  return lines
}

/** Where the first line of a port, or of the next one above, begins; `end` when there is none. */
function findLine(text: string, start: number, end: number, port: number): number {
  let low = start
  let high = end
  while (low < high) {
    const middle = (low + high) >>> 1
    const from = Math.max(text.lastIndexOf('\n', middle - 1) + 1, low)
    if (portAt(text, from) < port) low = lineEnd(text, middle, end) + 1
    else high = from
  }
  return low
}

/** The number that a line begins with. */
function portAt(text: string, from: number): number {
  let port = 0
  for (let at = from; ; at++) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) return port
    port = port * 10 + digit
  }
}

function lineEnd(text: string, from: number, end: number): number {
  const at = text.indexOf('\n', from)
  return at === -1 || at > end ? end : at
}

const readProtocols = (letters: string): Protocol[] =>
  PROTOCOLS.filter((_, i) => letters.includes(PROTOCOL_LETTERS[i]!))

const list = (field: string | undefined): readonly string[] =>
  field === undefined || field === '' ? [] : field.split(',')

const fromFields = (line: string): string[] => line.split('\t').map(fromField)

function readRow(line: string): IndexRow {
  const [ports = '', letters = '', names, description = '', reference = '', former] = fromFields(line)
  const dash = ports.indexOf('-')
  const status = letters[0] === '!' ? 'reserved' : letters[0] === '?' ? 'unassigned' : 'assigned'
  return {
    first: Number.parseInt(ports, 10) as Port,
    last: Number.parseInt(dash === -1 ? ports : ports.slice(dash + 1), 10) as Port,
    protocols: readProtocols(letters),
    status,
    names: list(names),
    description: description !== '' ? description : status === 'reserved' ? 'Reserved' : null,
    reference: reference === '' ? null : reference,
    former: list(former),
  }
}

function readName(line: string): IndexName {
  const [, letters = '', name = '', description = '', reference = ''] = fromFields(line)
  return {
    name,
    protocols: readProtocols(letters),
    description: description === '' ? null : description,
    reference: reference === '' ? null : reference,
  }
}

const HEADER = /^portolan-iana 1 (\d{4}-\d\d-\d\d) (\d{1,9}) (.*)$/

/** The file to keep an index in: a line that says what it is and how long, then the index. */
export const printIndexFile = ({ text, date, origin }: DatedIndex): string =>
  `portolan-iana 1 ${date} ${text.length} ${origin.replace(/[\u0000-\u001f\u007f-\u009f]/g, '')}\n${text}`

/** Reads that file. Throws `E_REGISTRY_FORMAT` when it is something else or not whole. */
export function readIndexFile(file: string): DatedIndex {
  const end = file.indexOf('\n')
  const [, date, length, origin] = HEADER.exec(file.slice(0, Math.max(end, 0))) ?? []
  if (date === undefined) throw notIndex(file, 'its first line is not that of an index')
  const text = file.slice(end + 1)
  if (text.length !== Number(length))
    throw notIndex(file, `it has ${text.length} characters and says that it has ${length}`)
  return { text, date, origin: origin! }
}

const notIndex = (text: string, why: string) =>
  fault('E_REGISTRY_FORMAT', { why, got: text.length > 60 ? `${text.slice(0, 60)}…` : text })
