/**
 * An IP packet as a value: whole, so that bytes made from it and read again are the same packet (RFC 791, RFC 8200,
 * RFC 9293, RFC 768, RFC 792, RFC 4443). What a filter sees of one is `model/filter/packet.ts`.
 */
import type { Address } from '../../model/address.ts'

export interface Datagram {
  readonly source: Address
  /** Of the same family as the source. */
  readonly destination: Address
  /** Hops that are left: time to live, hop limit. 0 to 255. */
  readonly hopLimit: number
  /** Differentiated services and congestion bits, one byte (RFC 2474, RFC 3168). 0 when absent. */
  readonly trafficClass?: number
  /** 16 bits in IPv4; of IPv6 a fragment's, 32 bits. 0 when absent. */
  readonly identification?: number
  /** Routers may not cut it into pieces (IPv4's DF). Always so in IPv6. */
  readonly dontFragment?: boolean
  /** Of a piece of a packet, whose payload is `other`: where it begins, in bytes (a multiple of 8), and whether more follows. */
  readonly fragment?: { readonly offset: number; readonly more: boolean }
  readonly payload: Payload
}

export type Payload = TcpSegment | UdpDatagram | IcmpMessage | OtherPayload

export interface TcpSegment {
  readonly kind: 'tcp'
  readonly sourcePort: number
  readonly destinationPort: number
  /** 32 bits, unsigned. */
  readonly sequence: number
  /** 32 bits, unsigned; 0 without the ACK flag. */
  readonly acknowledgement: number
  /** fin 1, syn 2, rst 4, psh 8, ack 16, urg 32, ece 64, cwr 128 (RFC 9293 section 3.1). */
  readonly flags: number
  /** As it stands in the header, before it is scaled. */
  readonly windowSize: number
  readonly options?: TcpOptions
  readonly data: Uint8Array
}

export interface TcpOptions {
  /** Maximum segment size, bytes. */
  readonly maximumSegmentSize?: number
  /** Bits by which windows are shifted, 0 to 14 (RFC 7323). */
  readonly windowScale?: number
  readonly selectiveAcksPermitted?: boolean
  /** Pairs of sequence numbers, the second one past the end (RFC 2018). */
  readonly selectiveAcks?: readonly (readonly [number, number])[]
  readonly timestamps?: { readonly value: number; readonly echo: number }
}

export interface UdpDatagram {
  readonly kind: 'udp'
  readonly sourcePort: number
  readonly destinationPort: number
  readonly data: Uint8Array
}

export interface IcmpMessage {
  /** ICMP over IPv4, ICMPv6 over IPv6. */
  readonly kind: 'icmp'
  readonly type: number
  readonly code: number
  /** The four bytes after the checksum: identifier and sequence of an echo, the MTU of a packet too big. 0 when absent. */
  readonly rest?: number
  /** What an echo carries; of an error the beginning of the packet that it is about. */
  readonly data: Uint8Array
}

/** A piece of a packet, or a protocol that is only passed on. */
export interface OtherPayload {
  readonly kind: 'other'
  readonly protocol: number
  readonly data: Uint8Array
}
