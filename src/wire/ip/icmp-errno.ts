/**
 * What an ICMP error comes to for the socket that it is about: the kernel's tables `icmp_err_convert` (net/ipv4/icmp.c) and
 * `tab_unreach` (net/ipv6/icmp.c), `tcp_v4_err`, `icmpv6_err_convert`.
 */
import type { IpFamily } from '../../model/protocol.ts'

/** By code of type 3; what lies beyond is ignored. */
const UNREACHABLE_V4 = [
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENOPROTOOPT',
  'ECONNREFUSED',
  'EMSGSIZE',
  'ENOTSUP',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENONET',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
] as const

/** By code of type 1; what lies beyond comes to EPROTO. */
const UNREACHABLE_V6 = [
  'ENETUNREACH',
  'EACCES',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
  'ECONNREFUSED',
  'EACCES',
  'EACCES',
] as const

/** Undefined for what is no error, or none that a socket hears of (source quench, redirects). */
export function icmpErrno(family: IpFamily, type: number, code: number): string | undefined {
  if (family === 'ipv4') {
    if (type === 3) return UNREACHABLE_V4[code]
    // Pieces that came too late are nobody's business (`icmp_unreach`).
    if (type === 11) return code === 1 ? undefined : 'EHOSTUNREACH'
    return type === 12 ? 'EPROTO' : undefined
  }
  if (type === 1) return UNREACHABLE_V6[code] ?? 'EPROTO'
  if (type === 2) return 'EMSGSIZE'
  if (type === 3) return 'EHOSTUNREACH'
  return type === 4 ? 'EPROTO' : undefined
}

/** MTU that an error tells, bytes: of `fragmentation needed` (RFC 1191) and `packet too big` (RFC 4443 section 3.2). */
export function mtuTold(family: IpFamily, type: number, code: number, rest: number): number | undefined {
  const tells = family === 'ipv4' ? type === 3 && code === 4 : type === 2
  const mtu = family === 'ipv4' ? rest & 0xffff : rest
  return tells && mtu > 0 ? mtu : undefined
}
