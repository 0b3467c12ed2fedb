/** `struct sockaddr_ll`: where a packet socket saw a packet (packet(7)). Numbers in the machine's byte order, but the protocol. */
import { LITTLE_ENDIAN } from './tcp-info.ts'

export const AF_PACKET = 17
/** ETH_P_ALL in network order, as socket(2) wants it: `htons(3)`. */
export const ALL_PROTOCOLS = LITTLE_ENDIAN ? 0x0300 : 0x0003
/** family u16, protocol u16, index i32, hatype u16, pkttype u8, halen u8, address of 8 bytes. */
const LENGTH = 20
const OUTGOING = 4
const FOR_OTHERS = 3

export interface LinkPlace {
  /** Of the interface. */
  readonly index: number
  readonly way: 'out' | 'in'
  /** It was for another host, and an interface that listens to everything picked it up. */
  readonly forOthers: boolean
}

export function decodeLinkAddress(bytes: Uint8Array): LinkPlace | undefined {
  if (bytes.length < LENGTH - 8) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    index: view.getInt32(4, LITTLE_ENDIAN),
    way: bytes[10] === OUTGOING ? 'out' : 'in',
    forOthers: bytes[10] === FOR_OTHERS,
  }
}
