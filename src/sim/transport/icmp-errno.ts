/** What an ICMP error means to a socket (Linux `icmp_err_convert`, `icmpv6_err_convert`; RFC 1122 section 4.2.3.9, RFC 4443). */
import type { IpFamily } from '../../model/protocol.ts'

export interface IcmpMeaning {
  readonly errno: string
  /** It won't get better: a connected socket of datagrams is told. */
  readonly hard: boolean
}

const hard = (errno: string): IcmpMeaning => ({ errno, hard: true })
const soft = (errno: string): IcmpMeaning => ({ errno, hard: false })

/** Destination unreachable, by its code. */
const UNREACHABLE_V4: readonly IcmpMeaning[] = [
  soft('ENETUNREACH'),
  soft('EHOSTUNREACH'),
  hard('ENOPROTOOPT'),
  hard('ECONNREFUSED'),
  soft('EMSGSIZE'),
  soft('EOPNOTSUPP'),
  hard('ENETUNREACH'),
  hard('EHOSTDOWN'),
  hard('ENONET'),
  hard('ENETUNREACH'),
  hard('EHOSTUNREACH'),
  soft('ENETUNREACH'),
  soft('EHOSTUNREACH'),
  hard('EHOSTUNREACH'),
  hard('EHOSTUNREACH'),
  hard('EHOSTUNREACH'),
]
const UNREACHABLE_V6: readonly IcmpMeaning[] = [
  soft('ENETUNREACH'),
  hard('EACCES'),
  soft('EHOSTUNREACH'),
  soft('EHOSTUNREACH'),
  hard('ECONNREFUSED'),
  hard('EACCES'),
  hard('EACCES'),
]

/** Null for what says nothing about a packet of ours. */
export function meaningOf(family: IpFamily, type: number, code: number): IcmpMeaning | null {
  if (family === 'ipv4') {
    if (type === 3) return UNREACHABLE_V4[code] ?? null
    if (type === 11) return soft('EHOSTUNREACH')
    return type === 12 ? hard('EPROTO') : null
  }
  if (type === 1) return UNREACHABLE_V6[code] ?? null
  if (type === 2) return soft('EMSGSIZE')
  if (type === 3) return soft('EHOSTUNREACH')
  return type === 4 ? hard('EPROTO') : null
}

/** The largest packet that a router says it would have passed on (RFC 1191, RFC 8201); null for any other error. */
export function mtuIn(
  family: IpFamily,
  { type, code, rest = 0 }: { type: number; code: number; rest?: number },
) {
  if (family === 'ipv4' ? type !== 3 || code !== 4 : type !== 2) return null
  return Math.max(family === 'ipv4' ? 68 : 1280, family === 'ipv4' ? rest & 0xffff : rest)
}
