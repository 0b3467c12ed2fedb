/** Whether a packet's checksums are right: what a kernel looks at before anything else. */
import { checksumOf, pseudoHeaderSum, wordSum } from './checksum.ts'
import { ICMP, ICMPV6, TCP, TCP_HEADER, UDP, UDP_HEADER, V4_HEADER, V6_HEADER } from './layout.ts'

/**
 * True where every checksum that can be checked is right: IPv4's own, and that of TCP, UDP and ICMP in a packet that is whole. A
 * UDP checksum of zero over IPv4 means that there is none (RFC 768). False for bytes that are no whole IP packet.
 */
export function isIntact(bytes: Uint8Array): boolean {
  const version = bytes.length > 0 ? bytes[0]! >> 4 : 0
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (version === 6 && bytes.length >= V6_HEADER) {
    const length = V6_HEADER + view.getUint16(4)
    return length <= bytes.length && isRight(bytes, V6_HEADER, length, bytes[6]!, 8)
  }
  if (version !== 4 || bytes.length < V4_HEADER) return false
  const header = (bytes[0]! & 15) * 4
  const length = view.getUint16(2)
  if (header < V4_HEADER || length < header || length > bytes.length) return false
  if (checksumOf(wordSum(bytes, 0, header)) !== 0) return false
  const isPiece = (view.getUint16(6) & 0x3fff) !== 0
  return isPiece || isRight(bytes, header, length, bytes[9]!, 12)
}

function isRight(bytes: Uint8Array, at: number, end: number, protocol: number, addresses: 8 | 12): boolean {
  const isV4 = addresses === 12
  const sum = wordSum(bytes, at, end)
  if (isV4 && protocol === ICMP) return checksumOf(sum) === 0
  const isTcp = protocol === TCP && end - at >= TCP_HEADER
  const isUdp = protocol === UDP && end - at >= UDP_HEADER
  if (!isTcp && !isUdp && (isV4 || protocol !== ICMPV6)) return true
  if (isUdp && bytes[at + 6] === 0 && bytes[at + 7] === 0) return isV4
  return checksumOf(sum + pseudoHeaderSum(bytes, addresses, isV4 ? 4 : 16, protocol, end - at)) === 0
}
