/** What a NAT looks at and changes in a packet of IPv4. */
export interface NatPacket {
  /** 6 TCP, 17 UDP, 1 ICMP. */
  readonly protocol: number
  readonly source: number
  /** Of an ICMP query its identifier, from inside; 0 of an error. */
  readonly sourcePort: number
  readonly destination: number
  /** Of an ICMP reply its identifier, from outside; 0 of an error. */
  readonly destinationPort: number
  /** RFC 9293 section 3.1. */
  readonly tcpFlags?: number
  /** Of an ICMP error: the packet that it is about, as it was where the error was made. */
  readonly quoted?: Omit<NatPacket, 'quoted' | 'tcpFlags'>
}
