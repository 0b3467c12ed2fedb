/** Harmless questions over UDP, to which a server of that protocol has an answer. */
import { BINDING, decodeStun, encodeStun } from '../../../wire/stun.ts'
import { answersRootQuery, paddedRootQuery, ROOT_QUERY } from './directories.ts'
import { hex } from './greeting.ts'

export interface DatagramQuery {
  readonly name: string
  readonly title: string
  readonly source: string
  readonly ports: readonly number[]
  readonly schemes: readonly string[]
  readonly ask: Uint8Array
  readonly answers: (bytes: Uint8Array) => boolean
  /** A question of so many bytes that is answered as the short one is. */
  readonly padded?: (bytes: number) => Uint8Array
  /** Its datagrams must not be cut into fragments: where that is said. */
  readonly whole?: string
}

/** 12 bytes that are the same every time: what is asked changes nothing, and nobody else is told them. */
const TRANSACTION = hex('706f72746f6c616e 2d776879')

export const DATAGRAM_QUERIES: readonly DatagramQuery[] = [
  {
    name: 'dns',
    title: 'DNS',
    source: 'RFC 1035 section 4.2.1',
    ports: [53, 5353],
    schemes: ['dns', 'domain'],
    ask: ROOT_QUERY,
    answers: answersRootQuery,
    padded: paddedRootQuery,
  },
  {
    name: 'ntp',
    title: 'NTP',
    source: 'RFC 5905 section 7.3',
    ports: [123],
    schemes: ['ntp'],
    // Version 4, mode 3 (client), and no time of ours.
    ask: Uint8Array.from({ length: 48 }, (_, i) => (i === 0 ? 0x23 : 0)),
    answers: bytes => bytes.length >= 48 && (bytes[0]! & 7) === 4,
  },
  {
    name: 'snmp',
    title: 'SNMP',
    source: 'RFC 3414 section 4',
    ports: [161],
    schemes: ['snmp'],
    // Version 3, a request without engine, user or variables: the discovery of the engine.
    ask: hex(`303a 020103 300f 02024a69 020300ffe3 040104 020103
      0410 300e 0400 020100 020100 0400 0400 0400
      3012 0400 0400 a00c 020237f0 020100 020100 3000`),
    // A message of version 3 with our number, that isn't our own request.
    answers: bytes =>
      bytes[0] === 0x30 &&
      includes(bytes, hex('020103 30')) &&
      includes(bytes, hex('02024a69')) &&
      !includes(bytes, hex('a00c 020237f0')),
  },
  {
    name: 'stun',
    title: 'STUN',
    source: 'RFC 8489 section 6.1',
    ports: [3478, 3479, 19302],
    schemes: ['stun', 'turn'],
    ask: encodeStun({ class: 'request', method: BINDING, transaction: TRANSACTION }),
    answers: bytes => {
      const message = decodeStun(bytes)
      return message !== undefined && (message.class === 'success' || message.class === 'error')
    },
  },
  {
    name: 'quic',
    title: 'QUIC (HTTP/3)',
    source: 'RFC 9000 sections 6.1, 14.1 and 15',
    ports: [443, 8443, 784],
    schemes: ['http', 'https', 'h3', 'quic'],
    whole: 'RFC 9000 section 14',
    // A long header of a version that is reserved to be not understood, in a datagram as large as a first one must be.
    ask: (() => {
      const bytes = new Uint8Array(1200)
      bytes.set(hex('c0 1a2a3a4a 08 706f72746f6c616e 08 7768792d7768792d'))
      return bytes
    })(),
    // Version negotiation: version 0, to our connection.
    answers: bytes =>
      (bytes[0]! & 0x80) !== 0 && includes(bytes.subarray(1, 14), hex('00000000 08 706f72746f6c616e')),
  },
  {
    name: 'coap',
    title: 'CoAP',
    source: 'RFC 7252 section 4.3',
    ports: [5683],
    schemes: ['coap'],
    // An empty confirmable message is answered by a reset: "CoAP ping".
    ask: hex('40 00 706f'),
    answers: bytes => bytes.length === 4 && bytes[0] === 0x70 && bytes[2] === 0x70 && bytes[3] === 0x6f,
  },
]

/** Protocols whose servers say nothing to strangers, or nothing at all, by their usual port. */
export const KEEPS_SILENT: Readonly<Record<number, string>> = {
  67: 'a DHCP server answers only what asks for an address',
  500: 'IKE answers only offers that it would take',
  514: 'syslog never answers (RFC 5426 section 3)',
  1194: 'OpenVPN answers only who has its key',
  1812: 'RADIUS drops what an unknown client sends (RFC 2865 section 3)',
  1813: 'RADIUS drops what an unknown client sends (RFC 2866 section 2)',
  8125: 'statsd never answers',
  51820: 'WireGuard answers only peers whose key it knows',
}

function includes(bytes: Uint8Array, part: Uint8Array): boolean {
  for (let at = 0; at + part.length <= bytes.length; at++)
    if (part.every((byte, i) => bytes[at + i] === byte)) return true
  return false
}
