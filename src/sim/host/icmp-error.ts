/** What a host or router says of a packet that it can't deliver (RFC 792, RFC 1812 section 4.3, RFC 4443). */
import { type Address, familyOf, scopeOf } from '../../model/address.ts'
import type { Datagram, IcmpMessage } from '../../wire/ip/datagram.ts'
import { quoteOf } from '../../wire/ip/ip.ts'

export type Trouble =
  | 'no-route'
  | 'host-unreachable'
  | 'protocol-unreachable'
  | 'prohibited'
  | 'too-big'
  | 'expired'

interface TypeAndCode {
  readonly type: number
  readonly code: number
}

/** As Linux says them (ip_error, ip6_pkt_drop, icmp6_send). */
const ERRORS: Readonly<Record<Trouble, { readonly ipv4: TypeAndCode; readonly ipv6: TypeAndCode }>> = {
  'no-route': { ipv4: { type: 3, code: 0 }, ipv6: { type: 1, code: 0 } },
  'host-unreachable': { ipv4: { type: 3, code: 1 }, ipv6: { type: 1, code: 3 } },
  'protocol-unreachable': { ipv4: { type: 3, code: 2 }, ipv6: { type: 4, code: 1 } },
  prohibited: { ipv4: { type: 3, code: 13 }, ipv6: { type: 1, code: 1 } },
  'too-big': { ipv4: { type: 3, code: 4 }, ipv6: { type: 2, code: 0 } },
  expired: { ipv4: { type: 11, code: 0 }, ipv6: { type: 3, code: 0 } },
}

/** Precedence of ICMP errors, internetwork control (RFC 1812 section 4.3.2.5). */
const INTERNETWORK_CONTROL = 0xc0

export const typeAndCodeOf = (trouble: Trouble, about: Datagram): TypeAndCode =>
  ERRORS[trouble][familyOf(about.source)]

/** `rest`: the MTU of a packet too big. */
export function icmpError(
  about: Datagram,
  { type, code }: TypeAndCode,
  source: Address,
  { rest = 0, hopLimit = 64 }: { readonly rest?: number; readonly hopLimit?: number } = {},
): Datagram {
  const isV4 = familyOf(about.source) === 'ipv4'
  const payload: IcmpMessage = {
    kind: 'icmp',
    type,
    code,
    ...(rest === 0 ? {} : { rest }),
    data: quoteOf(about),
  }
  return {
    source,
    destination: about.source,
    hopLimit,
    ...(isV4 ? { trafficClass: INTERNETWORK_CONTROL } : {}),
    payload,
  }
}

/** Of ICMP: destination unreachable, source quench, redirect, time exceeded, parameter problem. */
const V4_ERRORS: ReadonlySet<number> = new Set([3, 4, 5, 11, 12])

/** Whether it is an error, which may not be answered by another one. */
export const isIcmpError = ({ source, payload }: Datagram): boolean =>
  payload.kind === 'icmp' && (familyOf(source) === 'ipv4' ? V4_ERRORS.has(payload.type) : payload.type < 128)

/** RFC 1122 section 3.2.2, RFC 4443 section 2.4 (e): about some packets nothing is said. */
export function mayBeAnswered(about: Datagram): boolean {
  const { source, destination, fragment } = about
  if (isIcmpError(about) || (fragment !== undefined && fragment.offset > 0)) return false
  const from = scopeOf(source)
  const to = scopeOf(destination)
  return (
    from !== 'unspecified' && from !== 'multicast' && to !== 'multicast' && destination !== '255.255.255.255'
  )
}
