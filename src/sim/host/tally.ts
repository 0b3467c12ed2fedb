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

export class Tally {
  readonly #counts = new Map<string, number>()

  constructor() {
    const names = [...Object.values(OF_IP).flat(), ...Object.values(OF_TCP), ...NEVER]
    for (const name of names) if (name !== null) this.#counts.set(name, 0)
  }

  ip(what: CountedOfIp, family: IpFamily): void {
    this.#add(OF_IP[what][family === 'ipv4' ? 0 : 1])
  }

  tcp(what: CountedOfTcp): void {
    this.#add(OF_TCP[what])
  }

  /** `flags`: of TCP's header. */
  segmentSent(flags: number): void {
    this.tcp('segmentSent')
    if ((flags & RST) !== 0) this.tcp('resetSent')
  }

  /** `Tcp.InSegs`: as they are now. */
  now(): ReadonlyMap<string, number> {
    return new Map(this.#counts)
  }

  #add(name: string | null): void {
    if (name !== null) this.#counts.set(name, this.#counts.get(name)! + 1)
  }
}
