/**
 * Messages of the domain name system (RFC 1035 section 4), with EDNS (RFC 6891): bytes to values and back.
 *
 * What follows a record that can't be read is left out, and the message called `cut`; bytes without a whole header come to
 * undefined. Nothing is believed: whether an answer is one to our question is for `isAnswerTo` to say.
 */
import { readName, sameName } from './name.ts'
import { NameWriter } from './name-writer.ts'
import { DNS_IN, DNS_TYPE, type DnsRecord, readRecordData, writeRecordData } from './record.ts'

/** RFC 1035 section 4.1.1, in the order of their numbers. */
export const DNS_RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const

export interface DnsQuestion {
  readonly name: string
  readonly type: number
  readonly class: number
}

export interface DnsMessage {
  /** 16 bits. */
  readonly id: number
  readonly response: boolean
  /** 0 a standard query. */
  readonly opcode: number
  readonly authoritative: boolean
  /** Answers were left out, because they didn't fit: ask again by TCP. */
  readonly truncated: boolean
  readonly recursionDesired: boolean
  readonly recursionAvailable: boolean
  /** With EDNS 12 bits, else 4. */
  readonly rcode: number
  readonly questions: readonly DnsQuestion[]
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
  readonly additionals: readonly DnsRecord[]
  /** The OPT record, which is none of the additionals: bytes that may come in one datagram (RFC 6891 section 6.1.2). */
  readonly edns?: { readonly udpSize: number; readonly version: number; readonly dnssecOk: boolean }
  /** Something behind what was read makes no sense. */
  readonly cut: boolean
}

const HEADER = 12
/** RFC 6891 section 6.1.3: the bit DO of the TTL. */
const DNSSEC_OK = 0x8000

/** A question about one name, as a stub resolver asks it. Throws a RangeError for what is no name. */
export function dnsQuery(id: number, name: string, type: number, udpSize?: number): DnsMessage {
  return {
    id,
    response: false,
    opcode: 0,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    rcode: 0,
    questions: [{ name, type, class: DNS_IN }],
    answers: [],
    authorities: [],
    additionals: [],
    ...(udpSize === undefined ? {} : { edns: { udpSize, version: 0, dnssecOk: false } }),
    cut: false,
  }
}

/** Whether a message answers that question: number, question and direction are the same (RFC 5452 section 9.1). */
export function isAnswerTo(query: DnsMessage, message: DnsMessage): boolean {
  const [asked] = query.questions
  const [told] = message.questions
  if (!message.response || message.id !== query.id || message.opcode !== query.opcode) return false
  // A server that couldn't read the question may leave it out (RFC 1035 section 4.1.1, FORMERR).
  if (told === undefined || asked === undefined) return message.rcode !== 0
  return told.type === asked.type && told.class === asked.class && sameName(told.name, asked.name)
}

export function decodeDns(bytes: Uint8Array): DnsMessage | undefined {
  if (bytes.length < HEADER) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const flags = view.getUint16(2)
  const questions: DnsQuestion[] = []
  let at = HEADER
  let isCut = false
  for (let left = view.getUint16(4); left > 0 && !isCut; left--) {
    const found = readName(bytes, at)
    if (found === undefined || found.next + 4 > bytes.length) isCut = true
    else {
      const { name, next } = found
      questions.push({ name, type: view.getUint16(next), class: view.getUint16(next + 2) })
      at = next + 4
    }
  }
  const sections = [6, 8, 10].map(offset => {
    const records: DnsRecord[] = []
    for (let left = view.getUint16(offset); left > 0 && !isCut; left--) {
      const found = readRecord(bytes, view, at)
      if (found === undefined) isCut = true
      else {
        records.push(found.record)
        at = found.next
      }
    }
    return records
  })
  const [answers, authorities, additionals] = sections as [DnsRecord[], DnsRecord[], DnsRecord[]]
  const option = additionals.find(({ type }) => type === DNS_TYPE.OPT)
  const edns =
    option === undefined
      ? undefined
      : {
          udpSize: option.class,
          version: (option.ttl >>> 16) & 0xff,
          dnssecOk: (option.ttl & DNSSEC_OK) !== 0,
        }
  return {
    id: view.getUint16(0),
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    rcode: (option === undefined ? 0 : (option.ttl >>> 24) << 4) | (flags & 0xf),
    questions,
    answers,
    authorities,
    additionals: additionals.filter(({ type }) => type !== DNS_TYPE.OPT),
    ...(edns === undefined ? {} : { edns }),
    cut: isCut,
  }
}

function readRecord(
  bytes: Uint8Array,
  view: DataView,
  at: number,
): { readonly record: DnsRecord; readonly next: number } | undefined {
  const found = readName(bytes, at)
  if (found === undefined || found.next + 10 > bytes.length) return undefined
  const { name, next } = found
  const type = view.getUint16(next)
  const start = next + 10
  const end = start + view.getUint16(next + 8)
  const data = end > bytes.length ? undefined : readRecordData(bytes, start, end, type)
  if (data === undefined) return undefined
  return {
    record: { name, type, class: view.getUint16(next + 2), ttl: view.getUint32(next + 4), data },
    next: end,
  }
}

/** Throws a RangeError for what is no name, or a string that is too long. */
export function encodeDns(message: DnsMessage): Uint8Array {
  const writer = new NameWriter()
  const { edns, rcode, questions, answers, authorities, additionals } = message
  writer.u16(message.id)
  writer.u16(
    (message.response ? 0x8000 : 0) |
      (message.opcode << 11) |
      (message.authoritative ? 0x0400 : 0) |
      (message.truncated ? 0x0200 : 0) |
      (message.recursionDesired ? 0x0100 : 0) |
      (message.recursionAvailable ? 0x0080 : 0) |
      (rcode & 0xf),
  )
  const extra = edns === undefined ? 0 : 1
  for (const count of [questions.length, answers.length, authorities.length, additionals.length + extra])
    writer.u16(count)
  for (const { name, type, class: of } of questions) {
    writer.name(name)
    writer.u16(type)
    writer.u16(of)
  }
  for (const record of [...answers, ...authorities, ...additionals]) {
    writer.name(record.name)
    writer.u16(record.type)
    writer.u16(record.class)
    writer.u32(record.ttl)
    const size = writer.length
    writer.u16(0)
    writeRecordData(writer, record.data)
    writer.patch16(size, writer.length - size - 2)
  }
  if (edns !== undefined) {
    writer.name('.')
    writer.u16(DNS_TYPE.OPT)
    writer.u16(edns.udpSize)
    writer.u32((((rcode >> 4) << 24) | (edns.version << 16) | (edns.dnssecOk ? DNSSEC_OK : 0)) >>> 0)
    writer.u16(0)
  }
  return writer.bytes()
}
