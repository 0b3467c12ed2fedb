/**
 * Files in the format of services(5), as /etc/services: a name, a port with its protocol, aliases, a comment.
 *
 *     http    80/tcp    www    # World Wide Web
 *
 * Whatever the text, it is read: a line that doesn't fit is left out and reported with its number.
 */
import type { Finding } from '../finding.ts'
import { type Port, whyNotPort } from '../port.ts'
import { isProtocol, type Protocol } from '../protocol.ts'

export interface ServiceEntry {
  readonly name: string
  readonly aliases: readonly string[]
  readonly port: Port
  readonly protocol: Protocol
  /** What follows the `#`; null when nothing does. */
  readonly comment: string | null
  /** From 1. */
  readonly line: number
}

export interface ServicesFile {
  readonly path: string
  readonly entries: readonly ServiceEntry[]
  /** Lines that were left out. */
  readonly notes: readonly Finding[]
}

/** More than this many bad lines are counted, not listed: the file is something else. */
const NOTES_LISTED = 50
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g

export function parseServices(text: string, path: string): ServicesFile {
  const entries: ServiceEntry[] = []
  const notes: Finding[] = []
  let bad = 0
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  for (const [i, whole] of lines.entries()) {
    const hash = whole.indexOf('#')
    const comment = hash === -1 ? '' : whole.slice(hash).replace(/^#+/, '').replace(CONTROL, ' ').trim()
    const words = (hash === -1 ? whole : whole.slice(0, hash))
      .split(/[ \t\v\f\r]+/)
      .filter(word => word !== '')
    if (words.length === 0) continue
    const entry = readEntry(words, comment, i + 1)
    if (typeof entry !== 'string') entries.push(entry)
    else if (++bad <= NOTES_LISTED) notes.push(note(path, i + 1, entry, whole))
  }
  if (bad > NOTES_LISTED)
    notes.push(note(path, lines.length, `and ${bad - NOTES_LISTED} more lines that were left out`, ''))
  return { path, entries, notes }
}

/** The entry, or why there is none. */
function readEntry(words: readonly string[], comment: string, line: number): ServiceEntry | string {
  const [name = '', numbered, ...aliases] = words
  if (words.some(word => word.search(CONTROL) !== -1)) return 'control characters in it'
  if (numbered === undefined) return `"${name}" has no port`
  const slash = numbered.indexOf('/')
  if (slash === -1) return `"${numbered}" is not a port and a protocol with a slash between`
  const why = whyNotPort(numbered.slice(0, slash))
  if (why !== '') return `"${numbered.slice(0, slash)}" is not a port: ${why}`
  const protocol = numbered.slice(slash + 1).toLowerCase()
  if (!isProtocol(protocol)) return `"${protocol}" is no protocol with ports that are looked up here`
  const port = Number(numbered.slice(0, slash)) as Port
  return { name, aliases, port, protocol, comment: comment === '' ? null : comment, line }
}

const note = (path: string, line: number, says: string, text: string): Finding => ({
  code: 'services-line-unread',
  severity: 'low',
  certainty: 'proven',
  subject: `${path}:${line}`,
  says: `left out: ${says}`,
  where: path,
  evidence:
    text === '' ? [] : [{ source: `${path}:${line}`, says: text.replace(CONTROL, ' ').slice(0, 120) }],
})
