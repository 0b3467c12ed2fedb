/**
 * Fields of the packet: `ip saddr`, `arp daddr ether`, `tcp option maxseg size`, `exthdr frag`, `@th,16,16`.
 */
import type { Expression } from '../../model/filter/expression.ts'
import { HEADERS, IPV6_EXTENSIONS } from '../../model/filter/headers.ts'
import { implyEcho, implyProtocol } from './protocols.ts'
import type { Reader } from './reader.ts'
import { shown } from './token-stream.ts'

type OptionKind = 'ipv4-option' | 'tcp-option' | 'sctp-chunk' | 'dccp-option'

/** `ip option`, `tcp option`, `sctp chunk`, `dccp option`. */
const OPTIONS: Readonly<Record<string, readonly [string, OptionKind]>> = {
  ip: ['option', 'ipv4-option'],
  tcp: ['option', 'tcp-option'],
  sctp: ['chunk', 'sctp-chunk'],
  dccp: ['option', 'dccp-option'],
}

/** Whether a header's field begins here, and not the name of a protocol as a value. */
export function isHeader(reader: Reader): boolean {
  const { token } = reader.stream
  if (token.kind !== 'word') return false
  const next = reader.stream.peek()
  if (next.kind !== 'word') return false
  if (token.text === 'exthdr') return true
  if (OPTIONS[token.text]?.[0] === next.text) return true
  return (
    fieldAt(reader) !== undefined ||
    IPV6_EXTENSIONS.get(token.text)?.has(next.text) === true ||
    isSegment(reader)
  )
}

/** `srh sid[1]`, `rt0 addr[1]`. */
const isSegment = (reader: Reader): boolean =>
  (reader.stream.token.text === 'srh' && reader.stream.peek().text === 'sid') ||
  (reader.stream.token.text === 'rt0' && reader.stream.peek().text === 'addr')

/** The field behind the header's name, of one word or two (`arp saddr ip`). */
function fieldAt(reader: Reader): string | undefined {
  const fields = HEADERS.get(reader.stream.token.text)
  const next = reader.stream.peek().text
  if (fields === undefined) return undefined
  if (fields.has(next)) return next
  const two = `${next} ${reader.stream.peek(2).text}`
  if (fields.has(two)) return two
  return FIELD_ALIASES[next]
}

const FIELD_ALIASES: Readonly<Record<string, string>> = { 'hdr-length': 'hdrlength' }

export function readHeader(reader: Reader): Expression {
  const { stream } = reader
  const at = stream.token
  const option = OPTIONS[at.text]
  if (option !== undefined && stream.peek().text === option[0]) return readOption(reader, option[1])
  if (at.text === 'exthdr') {
    stream.next()
    implyProtocol(reader, 'ip6', at)
    return { kind: 'header', of: 'ipv6', name: extensionName(reader) }
  }
  const field = fieldAt(reader)
  if (field !== undefined) {
    stream.next()
    for (let words = field.split(' ').length; words > 0; words--) stream.next()
    implyProtocol(reader, at.text, at)
    implyEcho(reader, at.text, field)
    return { kind: 'payload', protocol: at.text, field }
  }
  implyProtocol(reader, 'ip6', at)
  return readExtension(reader)
}

function readExtension(reader: Reader): Expression {
  const { stream } = reader
  const name = extensionName(reader)
  let field = stream.name('a field').text
  if (stream.take('[')) {
    field += `[${stream.number('which of them', 255)}]`
    stream.need(']')
  }
  return { kind: 'header', of: 'ipv6', name, field }
}

function extensionName(reader: Reader): string {
  const { stream } = reader
  const { text } = stream.token
  if (!IPV6_EXTENSIONS.has(text))
    throw stream.refuse(
      `${shown(stream.token)} is no extension header`,
      `Write one of ${[...IPV6_EXTENSIONS.keys()].join(', ')}.`,
    )
  return stream.next().text
}

const NAMES: Readonly<Record<string, string>> = {
  'sack-permitted': 'sack-perm',
  noop: 'nop',
  sack0: 'sack',
}

function readOption(reader: Reader, of: OptionKind): Expression {
  const { stream } = reader
  const at = stream.next()
  stream.next()
  implyProtocol(reader, at.text, at)
  if (stream.take('@')) {
    const [name, offset, length] = [rawNumber(reader), rawNumber(reader, true), rawNumber(reader, true)]
    return { kind: 'header', of, name: `@${name}`, field: `${offset},${length}` }
  }
  const { kind, text } = stream.token
  if (kind !== 'word' && kind !== 'number')
    throw stream.refuse('the name of an option was expected', `Write a name, not ${shown(stream.token)}.`)
  stream.next()
  const name = NAMES[text] ?? text
  const next = stream.token
  if (next.kind !== 'word' || !OPTION_FIELDS.has(next.text)) return { kind: 'header', of, name }
  stream.next()
  return { kind: 'header', of, name, field: next.text }
}

/** Of all options and chunks; which of them has which is the kernel's business. */
const OPTION_FIELDS: ReadonlySet<string> = new Set(
  (
    'kind length type ptr value addr size count left right tsval tsecr subtype flags tsn stream ssn ppid init-tag ' +
    'a-rwnd num-outbound-streams num-inbound-streams initial-tsn cum-tsn-ack num-gap-ack-blocks num-dup-tsns ' +
    'lowest-tsn seqno new-cum-tsn'
  ).split(' '),
)

function rawNumber(reader: Reader, comma = false): number {
  if (comma) reader.stream.need(',')
  return reader.stream.number('a number of bits', 4096)
}

/** `@th,16,16`: a base, an offset and a length in bits. */
export function readRawPayload(reader: Reader): Expression {
  const { stream } = reader
  stream.need('@')
  const base = stream.next().text as 'll' | 'nh' | 'th' | 'ih'
  const offset = rawNumber(reader, true)
  const length = rawNumber(reader, true)
  if (length === 0 || length > 128)
    throw stream.refuse(`${length} bits can't be compared`, 'Write 1 to 128 bits.', stream.previous)
  return { kind: 'raw', base, offset, length }
}
