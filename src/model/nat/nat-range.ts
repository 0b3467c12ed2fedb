/** What a rule allows a connection's new end to be (the kernel's struct nf_nat_range2). */
import type { Tuple } from '../filter/packet.ts'
import type { Scalar } from '../filter/pattern.ts'

export interface NatRange {
  /** Both ends belong to it. Absent: the address stays. */
  readonly addresses?: { readonly low: Scalar; readonly high: Scalar }
  /** Of ICMP: identifiers. Absent: any of the port's class. */
  readonly ports?: { readonly low: number; readonly high: number }
  /** `random` or `fully-random`, which do the same since Linux 5.0. */
  readonly random?: boolean
  /** The address depends on the source alone. */
  readonly persistent?: boolean
}

/** The end of a connection that is translated. */
export type TranslatedEnd = 'source' | 'destination'

const ICMP = 1
const ICMPV6 = 58
/** Protocols whose ports can be chosen: TCP, UDP, DCCP, SCTP, UDP-Lite. */
const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136])

export const isIcmpProtocol = (protocol: number): boolean => protocol === ICMP || protocol === ICMPV6
export const hasPortsToChoose = (protocol: number): boolean =>
  WITH_PORTS.has(protocol) || isIcmpProtocol(protocol)

/** Where in a tuple the port stands that a translation changes: of ICMP always the identifier. */
export const portOf = (protocol: number, end: TranslatedEnd): 'sourcePort' | 'destinationPort' =>
  end === 'source' || isIcmpProtocol(protocol) ? 'sourcePort' : 'destinationPort'

/** l4proto_in_range */
export function isPortWithin(
  protocol: number,
  tuple: Tuple,
  { ports }: NatRange,
  end: TranslatedEnd,
): boolean {
  if (ports === undefined || !hasPortsToChoose(protocol)) return true
  const port = tuple[portOf(protocol, end)] ?? 0
  return port >= ports.low && port <= ports.high
}

/** nf_in_range: whether a tuple's source is allowed as it is. */
export const isSourceWithin = (protocol: number, tuple: Tuple, range: NatRange): boolean =>
  (range.addresses === undefined ||
    (tuple.source >= range.addresses.low && tuple.source <= range.addresses.high)) &&
  isPortWithin(protocol, tuple, range, 'source')
