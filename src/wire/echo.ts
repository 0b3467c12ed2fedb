/** Echo requests and replies (RFC 792, RFC 4443 section 4), and the error's quote of a request. */
import { checksumOf, wordSum } from './ip/checksum.ts'

export const ECHO_HEADER = 8
const [REQUEST_V4, REPLY_V4] = [8, 0]
const [REQUEST_V6, REPLY_V6] = [128, 129]

/** A request with `length` bytes of data. Its checksum is IPv4's; of IPv6 the kernel computes it (RFC 3542 section 3.1). */
export function encodeEchoRequest(
  ipv6: boolean,
  identifier: number,
  sequence: number,
  length: number,
): Uint8Array {
  const bytes = new Uint8Array(ECHO_HEADER + length)
  const view = new DataView(bytes.buffer)
  bytes[0] = ipv6 ? REQUEST_V6! : REQUEST_V4!
  view.setUint16(4, identifier)
  view.setUint16(6, sequence)
  if (!ipv6) view.setUint16(2, checksumOf(wordSum(bytes, 0, bytes.length)))
  return bytes
}

export interface Echo {
  readonly kind: 'request' | 'reply'
  readonly identifier: number
  readonly sequence: number
}

/** From ICMP's header on; undefined for other messages. */
export function decodeEcho(ipv6: boolean, bytes: Uint8Array): Echo | undefined {
  if (bytes.length < ECHO_HEADER) return undefined
  const [request, reply] = ipv6 ? [REQUEST_V6, REPLY_V6] : [REQUEST_V4, REPLY_V4]
  const kind = bytes[0] === request ? 'request' : bytes[0] === reply ? 'reply' : undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return kind && { kind, identifier: view.getUint16(4), sequence: view.getUint16(6) }
}

/** Without the header of IPv4, which a raw socket of that family hands up with each packet (raw(7)). */
export const withoutHeader = (bytes: Uint8Array): Uint8Array =>
  bytes.length > 0 && bytes[0]! >> 4 === 4 ? bytes.subarray((bytes[0]! & 15) * 4) : bytes
