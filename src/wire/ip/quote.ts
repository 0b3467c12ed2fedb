/**
 * What an ICMP error carries of the packet that it is about (RFC 792, RFC 4443 section 3), and that packet's ends
 * translated in place (RFC 5508 section 4.2).
 */
import { addressBytes, familyOf } from '../../model/address.ts'
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Tuple } from '../../model/filter/packet.ts'
import type { Scalar } from '../../model/filter/pattern.ts'
import type { Quoted } from '../../model/path/connections.ts'
import { decodeQuoted } from '../ip-packet.ts'
import { adjustedChecksum } from './checksum.ts'
import type { Datagram } from './datagram.ts'
import { encodeDatagram } from './encode-datagram.ts'
import { ICMP, ICMPV6, TCP, UDP, V4_HEADER, V6_HEADER } from './layout.ts'

/** RFC 1812 section 4.3.2.3: as much as fits into 576 bytes; RFC 4443 section 2.4: into the smallest MTU. */
const MOST_V4 = 576 - V4_HEADER - 8
const MOST_V6 = 1280 - V6_HEADER - 8

/** The bytes of a packet that an error about it carries. */
export function quoteOf(datagram: Datagram): Uint8Array {
  const bytes = encodeDatagram(datagram)
  return bytes.subarray(0, familyOf(datagram.source) === 'ipv4' ? MOST_V4 : MOST_V6)
}

/** Whom an ICMP error is about; undefined for any other packet. */
export const quotedIn = (error: Datagram): Quoted | undefined =>
  error.payload.kind === 'icmp' ? decodeQuoted(encodeDatagram(error)) : undefined

/**
 * The error with other ends in what it quotes: addresses, ports or the identifier of an echo, and the checksums that cover
 * them, as far as the quote has them. A packet that quotes nothing comes back as it is.
 */
export function requoted(error: Datagram, tuple: Tuple): Datagram {
  const { payload } = error
  if (payload.kind !== 'icmp') return error
  const data = payload.data.slice()
  const version = data.length > 0 ? data[0]! >> 4 : 0
  if (version === 4 && data.length >= V4_HEADER) {
    const places = { at: 12, size: 4, transport: (data[0]! & 15) * 4 } as const
    const changed = setAddresses(data, places, tuple, 'ipv4')
    adjust(data, 10, changed)
    setPorts(data, places.transport, data[9]!, tuple, changed)
  } else if (version === 6 && data.length >= V6_HEADER) {
    const changed = setAddresses(data, { at: 8, size: 16 }, tuple, 'ipv6')
    setPorts(data, V6_HEADER, data[6]!, tuple, changed)
  } else return error
  return { ...error, payload: { ...payload, data } }
}

/** Bytes before and after, of a place that a checksum covers. */
interface Change {
  readonly before: Uint8Array
  readonly after: Uint8Array
}

function setAddresses(
  data: Uint8Array,
  { at, size }: { readonly at: number; readonly size: 4 | 16 },
  { source, destination }: Tuple,
  family: 'ipv4' | 'ipv6',
): Change {
  const before = data.slice(at, at + 2 * size)
  data.set(bytesOf(source, family), at)
  data.set(bytesOf(destination, family), at + size)
  return { before, after: data.slice(at, at + 2 * size) }
}

function bytesOf(scalar: Scalar, family: 'ipv4' | 'ipv6'): Uint8Array {
  if (typeof scalar === 'string') throw new TypeError(`"${scalar}" is no address`)
  return addressBytes(scalarAddress(scalar, family))
}

/** Where the checksum stands in each transport's header, and whether it covers the addresses. */
const CHECKSUMS: ReadonlyMap<number, { readonly at: number; readonly coversAddresses: boolean }> = new Map([
  [TCP, { at: 16, coversAddresses: true }],
  [UDP, { at: 6, coversAddresses: true }],
  [ICMP, { at: 2, coversAddresses: false }],
  [ICMPV6, { at: 2, coversAddresses: true }],
])

function setPorts(data: Uint8Array, at: number, protocol: number, tuple: Tuple, addresses: Change): void {
  const place = CHECKSUMS.get(protocol)
  if (place === undefined || data.length < at + 8) return
  const isIcmp = protocol === ICMP || protocol === ICMPV6
  // Ports stand at the beginning, the identifier of an echo after type, code and checksum.
  const [from, to] = isIcmp ? [at + 4, at + 6] : [at, at + 4]
  const before = data.slice(from, to)
  const ports = isIcmp ? [tuple.sourcePort] : [tuple.sourcePort, tuple.destinationPort]
  const view = new DataView(data.buffer)
  ports.forEach((port, i) => {
    if (port !== undefined) view.setUint16(from + 2 * i, port)
  })
  const checksum = at + place.at
  if (checksum + 2 > data.length) return
  // No checksum at all (RFC 768) stays none.
  if (protocol === UDP && view.getUint16(checksum) === 0) return
  if (place.coversAddresses) adjust(data, checksum, addresses)
  adjust(data, checksum, { before, after: data.slice(from, to) })
}

function adjust(data: Uint8Array, at: number, { before, after }: Change): void {
  const view = new DataView(data.buffer)
  view.setUint16(at, adjustedChecksum(view.getUint16(at), before, after))
}
