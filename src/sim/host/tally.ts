/**
 * What a simulated host has counted, by the names of Linux (net/ipv4/proc.c, net/ipv6/proc.c; RFC 4293, RFC 4022, RFC 4113). What can't
 * happen here, damaged segments, signatures, SYN cookies, stands at nought.
 */
import type { IpFamily } from '../../model/protocol.ts'

/** Of IP, the name of each family's; null where only one has it. */
const OF_IP = {
  received: ['Ip.InReceives', 'Ip6.InReceives'],
  /** It isn't for us, and nothing is passed on. */
  notOurs: ['Ip.InAddrErrors', 'Ip6.InAddrErrors'],
  noRouteOnward: ['IpExt.InNoRoutes', 'Ip6.InNoRoutes'],
  noRouteOut: ['Ip.OutNoRoutes', 'Ip6.OutNoRoutes'],
  forwarded: ['Ip.ForwDatagrams', 'Ip6.OutForwDatagrams'],
  expired: ['Ip.InHdrErrors', 'Ip6.InHdrErrors'],
  toldExpired: ['Icmp.OutTimeExcds', 'Icmp6.OutTimeExcds'],
  tooBig: ['Ip.FragFails', 'Ip6.FragFails'],
  tooBigToPass: [null, 'Ip6.InTooBigErrors'],
  discarded: ['Ip.OutDiscards', 'Ip6.OutDiscards'],
  reversePath: ['TcpExt.IPReversePathFilter', null],
  unreachableHeard: ['Icmp.InDestUnreachs', 'Icmp6.InDestUnreachs'],
  datagramForNobody: ['Udp.NoPorts', 'Udp6.NoPorts'],
  datagramTaken: ['Udp.InDatagrams', 'Udp6.InDatagrams'],
  datagramSent: ['Udp.OutDatagrams', 'Udp6.OutDatagrams'],
  bufferFull: ['Udp.RcvbufErrors', 'Udp6.RcvbufErrors'],
  notTaken: ['Udp.InErrors', 'Udp6.InErrors'],
} as const satisfies Readonly<Record<string, readonly [ipv4: string | null, ipv6: string | null]>>

const OF_TCP = {
  segmentHeard: 'Tcp.InSegs',
  segmentSent: 'Tcp.OutSegs',
  resetSent: 'Tcp.OutRsts',
  queueFull: 'TcpExt.ListenOverflows',
  synDropped: 'TcpExt.ListenDrops',
} as const

const NEVER = [
  'Tcp.InCsumErrors',
  'Udp.InCsumErrors',
  'Udp6.InCsumErrors',
  'TcpExt.TCPReqQFullDrop',
  'TcpExt.TCPReqQFullDoCookies',
  'TcpExt.SyncookiesSent',
  'TcpExt.TCPDeferAcceptDrop',
  'TcpExt.TCPMD5NotFound',
  'TcpExt.TCPMD5Unexpected',
  'TcpExt.TCPMD5Failure',
  'TcpExt.TCPTimeWaitOverflow',
] as const

const RST = 4

export type CountedOfIp = keyof typeof OF_IP
export type CountedOfTcp = keyof typeof OF_TCP

/** In the order of their places. */
const NAMES: readonly string[] = [...Object.values(OF_IP).flat(), ...Object.values(OF_TCP), ...NEVER].filter(
  name => name !== null,
)
const placeOf = (name: string | null): number => (name === null ? NAMES.length : NAMES.indexOf(name))

/** Every packet counts: places are looked up once. */
const PLACES_OF_IP = Object.fromEntries(
  Object.entries(OF_IP).map(([what, names]) => [what, names.map(placeOf)]),
) as unknown as Readonly<Record<CountedOfIp, readonly [ipv4: number, ipv6: number]>>
const PLACES_OF_TCP = Object.fromEntries(
  Object.entries(OF_TCP).map(([what, name]) => [what, placeOf(name)]),
) as Readonly<Record<CountedOfTcp, number>>

export class Tally {
  /** The last is of what only the other family counts, and never told. */
  readonly #counts = new Float64Array(NAMES.length + 1)

  ip(what: CountedOfIp, family: IpFamily): void {
    this.#counts[PLACES_OF_IP[what][family === 'ipv4' ? 0 : 1]]!++
  }

  tcp(what: CountedOfTcp): void {
    this.#counts[PLACES_OF_TCP[what]]!++
  }

  /** `flags`: of TCP's header. */
  segmentSent(flags: number): void {
    this.tcp('segmentSent')
    if ((flags & RST) !== 0) this.tcp('resetSent')
  }

  /** `Tcp.InSegs`: as they are now. */
  now(): ReadonlyMap<string, number> {
    return new Map(NAMES.map((name, place) => [name, this.#counts[place]!]))
  }
}
