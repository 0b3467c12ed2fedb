/**
 * One packet as a filter sees it, with what is known about it and around it. Every fact may be absent: that means
 * unknown, never zero; what can't be there at all (a TCP port of an ICMP packet) follows from the protocol.
 */
import type { IpFamily } from '../protocol.ts'
import type { Scalar } from './pattern.ts'

export type ConntrackState = 'invalid' | 'new' | 'established' | 'related' | 'untracked'

export interface Packet {
  readonly family: IpFamily
  /** The transport's number (IANA protocol numbers): 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6. */
  readonly protocol?: number
  /** IPv4 as a number, IPv6 as a bigint. */
  readonly source?: Scalar
  readonly destination?: Scalar
  readonly sourcePort?: number
  readonly destinationPort?: number
  /** The TCP header's flags: fin 1, syn 2, rst 4, psh 8, ack 16, urg 32, ecn 64, cwr 128 (RFC 9293 section 3.1). */
  readonly tcpFlags?: number
  readonly icmpType?: number
  readonly icmpCode?: number
  /** Other header fields by nft's words: `ip ttl`, `ip dscp`, `tcp option maxseg size`. */
  readonly fields?: ReadonlyMap<string, Scalar>
  /** A fragment other than the first has no transport header. False when absent. */
  readonly laterFragment?: boolean
  /** Bytes of the whole IP packet. */
  readonly length?: number
}

/** What the host knows of a packet: where it came in, what conntrack says, marks. All but names may be unknown. */
export interface Surroundings {
  /** Name of the interface it came in by; null when it was made here. */
  readonly inputInterface?: string | null
  /** Name of the interface it will leave by; null when it is delivered here, or before routing. */
  readonly outputInterface?: string | null
  readonly mark?: number
  readonly conntrack?: Conntrack
  /**
   * Facts by nft's words: `meta skuid`, `meta day`, `fib daddr type`, `ct mark`. And `socket` 0: no socket of the host waits
   * for just this packet.
   */
  readonly facts?: ReadonlyMap<string, Scalar>
  /** Interfaces' indexes and kinds, by name, for `iif`, `iiftype`. */
  readonly interfaces?: ReadonlyMap<string, InterfaceFacts>
  /** Kinds of destination (`fib daddr type`): the host's own addresses, and where routes lead. */
  readonly routing?: Routing
  /** Bridges by name (`meta ibrpvid`): whether they tell VLANs apart. */
  readonly bridges?: ReadonlyMap<string, { readonly filtersVlans?: boolean }>
}

export interface InterfaceFacts {
  readonly index: number
  /** ARPHRD number: 1 ether, 772 loopback. */
  readonly type?: number
  readonly group?: number
  readonly kind?: string
  /** Its hardware address, as a number of 48 bits. */
  readonly hardware?: number
  /** The bridge that it is a port of. */
  readonly bridge?: string
}

export interface Conntrack {
  readonly state: ConntrackState
  readonly direction?: 'original' | 'reply'
  /** Bits of `enum ip_conntrack_status`: expected 1, seen-reply 2, assured 4, confirmed 8, snat 16, dnat 32, dying 512. */
  readonly status?: number
  readonly mark?: number
  /** The first packet's tuple before any translation, where there was one. */
  readonly original?: Tuple
  readonly reply?: Tuple
}

export interface Tuple {
  readonly source: Scalar
  readonly destination: Scalar
  readonly sourcePort?: number
  readonly destinationPort?: number
}

/** Answers of the host's routing tables (`fib` of nft). Undefined: not known. */
export interface Routing {
  /** `RTN_` type: 1 unicast, 2 local, 3 broadcast, 4 anycast, 5 multicast, 6 blackhole, 7 unreachable, 8 prohibit. */
  addressType(family: IpFamily, address: Scalar, device?: string): number | undefined
  /** Name of the interface that the route to the address leads out by; null for none. */
  outputInterface(family: IpFamily, address: Scalar, device?: string): string | null | undefined
  /**
   * The address that a device lends: its first, or the one for that destination (`masquerade`, `redirect`); null when
   * it has none of the family.
   */
  deviceAddress?(family: IpFamily, device: string, destination?: Scalar): Scalar | null | undefined
}
