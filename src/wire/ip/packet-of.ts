/** From a packet as a value to what filters and NAT see of it, and back with what they changed. */
import { addressScalar, scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Packet } from '../../model/filter/packet.ts'
import type { Scalar } from '../../model/filter/pattern.ts'
import { decodeIpPacket } from '../ip-packet.ts'
import type { Datagram, Payload } from './datagram.ts'
import { encodeDatagram } from './encode-datagram.ts'

/** Every header field of it. Throws what `encodeDatagram` throws. */
export const packetOf = (datagram: Datagram): Packet => decodeIpPacket(encodeDatagram(datagram))!

/**
 * The same packet as rules have left it: with the packet's addresses, ports (the identifier of an echo), hop limit, differentiated
 * services and maximum segment size. What an ICMP error quotes stays as it was (`requoted`).
 */
export function redirected(datagram: Datagram, packet: Packet): Datagram {
  const { family, source, destination, fields } = packet
  const [ttl, dscp, ecn] =
    family === 'ipv4'
      ? [fields?.get('ip ttl'), fields?.get('ip dscp'), fields?.get('ip ecn')]
      : [fields?.get('ip6 hoplimit'), fields?.get('ip6 dscp'), fields?.get('ip6 ecn')]
  const before = datagram.trafficClass ?? 0
  const trafficClass = numberOr(dscp, before >> 2) * 4 + numberOr(ecn, before & 3)
  const { trafficClass: _, ...rest } = datagram
  return {
    ...rest,
    source: isAddressScalar(source) ? addressOr(source, datagram.source, family) : datagram.source,
    destination: isAddressScalar(destination)
      ? addressOr(destination, datagram.destination, family)
      : datagram.destination,
    hopLimit: numberOr(ttl, datagram.hopLimit),
    ...(trafficClass === 0 ? {} : { trafficClass }),
    payload: payloadLike(datagram.payload, packet),
  }
}

const isAddressScalar = (scalar: Scalar | undefined): scalar is number | bigint =>
  typeof scalar === 'number' || typeof scalar === 'bigint'

/** Most packets keep an address: the text is made anew only for those that don't. */
const addressOr = (
  scalar: number | bigint,
  before: Datagram['source'],
  family: Packet['family'],
): Datagram['source'] => (addressScalar(before) === scalar ? before : scalarAddress(scalar, family))

const numberOr = (scalar: Scalar | undefined, otherwise: number): number =>
  typeof scalar === 'number' ? scalar : otherwise

/** RFC 792, RFC 4443: requests and their answers, whose first two bytes after the checksum are an identifier. */
const QUERIES: ReadonlySet<number> = new Set([0, 8, 13, 14, 15, 16, 17, 18, 128, 129])

function payloadLike(payload: Payload, { family, sourcePort, destinationPort, fields }: Packet): Payload {
  if (payload.kind === 'other') return payload
  if (payload.kind === 'icmp') {
    const id = fields?.get(family === 'ipv4' ? 'icmp id' : 'icmpv6 id')
    if (typeof id !== 'number' || !QUERIES.has(payload.type)) return payload
    const rest = id * 0x10000 + ((payload.rest ?? 0) & 0xffff)
    return rest === (payload.rest ?? 0) ? payload : { ...payload, rest }
  }
  const ports = {
    sourcePort: sourcePort ?? payload.sourcePort,
    destinationPort: destinationPort ?? payload.destinationPort,
  }
  if (payload.kind === 'udp') return { ...payload, ...ports }
  const size = fields?.get('tcp option maxseg size')
  const { options } = payload
  if (options?.maximumSegmentSize === undefined || typeof size !== 'number') return { ...payload, ...ports }
  return { ...payload, ...ports, options: { ...options, maximumSegmentSize: size } }
}
