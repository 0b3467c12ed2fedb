/** What an ICMP error means to a socket (Linux `icmp_err_convert`, `icmpv6_err_convert`; RFC 1122 section 4.2.3.9, RFC 4443). */
import type { IpFamily } from '../../model/protocol.ts'
import { icmpErrno } from '../../wire/ip/ip.ts'

export interface IcmpMeaning {
  readonly errno: string
  /** It won't get better: a connected socket of datagrams is told. */
  readonly hard: boolean
}

/** Codes of destination unreachable that may be gone at the next try. */
const SOFT_V4: ReadonlySet<number> = new Set([0, 1, 4, 5, 11, 12])
const SOFT_V6: ReadonlySet<number> = new Set([0, 2, 3])

/** Null for what says nothing about a packet of ours. */
export function meaningOf(family: IpFamily, type: number, code: number): IcmpMeaning | null {
  const errno = icmpErrno(family, type, code)
  if (errno === undefined) return null
  if (family === 'ipv4') return { errno, hard: type === 12 || (type === 3 && !SOFT_V4.has(code)) }
  return { errno, hard: type === 4 || (type === 1 && !SOFT_V6.has(code)) }
}

/** The largest packet that a router says it would have passed on (RFC 1191, RFC 8201); null for any other error. */
export function mtuIn(
  family: IpFamily,
  { type, code, rest = 0 }: { type: number; code: number; rest?: number },
) {
  if (family === 'ipv4' ? type !== 3 || code !== 4 : type !== 2) return null
  return Math.max(family === 'ipv4' ? 68 : 1280, family === 'ipv4' ? rest & 0xffff : rest)
}
