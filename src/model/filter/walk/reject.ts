/**
 * What the sender of a rejected packet is told (the kernel's nft_reject_*_eval, nf_send_reset, nf_send_unreach and their
 * twins for IPv6). Sometimes nothing: a reset isn't answered, nor an ICMP error, nor what went to many.
 */

import type { IpFamily } from '../../protocol.ts'
import type { RejectAnswer } from '../decision.ts'
import { isGroupAddress } from '../group-address.ts'
import type { Packet } from '../packet.ts'
import type { Scalar } from '../pattern.ts'
import type { Reject } from '../statement.ts'
import { suppose } from './fact.ts'
import { BREAK, type Outcome } from './outcome.ts'
import { hasHeader, isTransport } from './protocols.ts'
import { routeType } from './route-type.ts'
import type { Traversal } from './traversal.ts'

const TCP = 6
const ICMP = 1
const ICMPV6 = 58
const RST = 4
const DESTINATION_UNREACHABLE = { icmp: 3, icmpv6: 1 } as const

/** By icmpx code, no-route, port, host, admin-prohibited: codes of ICMP and ICMPv6 (nft_reject_icmp_code, …icmpv6_code). */
const ICMPX = [
  { icmp: 0, icmpv6: 0 },
  { icmp: 3, icmpv6: 4 },
  { icmp: 1, icmpv6: 3 },
  { icmp: 13, icmpv6: 1 },
] as const

/** ICMP errors: destination unreachable, source quench, redirect, time exceeded, parameter problem; and all beyond 18. */
const ICMP_ERRORS: ReadonlySet<number> = new Set([3, 4, 5, 11, 12])
const LAST_ICMP_TYPE = 18
const FIRST_ICMPV6_INFORMATION = 128

/** nft asks for the protocol that the answer belongs to, before all else that the rule says. */
export function isRejectable(t: Traversal, { with: kind }: Reject): boolean {
  if (kind === 'tcp reset') return isTransport(t, TCP)
  return kind === 'icmpx' || hasFamily(t, kind)
}

export function reject(t: Traversal, statement: Reject): Outcome {
  if (!isRejectable(t, statement)) return BREAK
  if (statement.with === 'tcp reset') {
    return { kind: 'reject', answer: isResettable(t, t.packet) ? { kind: 'tcp reset' } : undefined }
  }
  const kind = t.packet.family === 'ipv4' ? 'icmp' : 'icmpv6'
  const code = statement.with === 'icmpx' ? ICMPX[statement.code]?.[kind] : statement.code
  const answer: RejectAnswer = { kind, type: DESTINATION_UNREACHABLE[kind], code: code ?? 0 }
  return { kind: 'reject', answer: isAnswerable(t, t.packet) ? answer : undefined }
}

const hasFamily = (t: Traversal, kind: 'icmp' | 'icmpv6'): boolean =>
  hasHeader(t, kind === 'icmp' ? 'ip' : 'ip6')

/** Chains of devices and of bridges answer by themselves: to what was sent to one, as far as the frame goes. */
const isOfLink = ({ table }: Traversal): boolean => table?.family === 'netdev' || table?.family === 'bridge'

function isResettable(t: Traversal, { laterFragment, tcpFlags }: Packet): boolean {
  if (laterFragment === true || wentToMany(t)) return false
  if (tcpFlags === undefined) return !suppose(t, 'tcp flags rst')
  return (tcpFlags & RST) === 0
}

function isAnswerable(t: Traversal, { laterFragment, family, protocol, icmpType }: Packet): boolean {
  if (laterFragment === true || wentToMany(t) || isForOthers(t) || isInForeignName(t)) return false
  if (protocol !== (family === 'ipv4' ? ICMP : ICMPV6)) return true
  if (icmpType === undefined) return !suppose(t, `${family === 'ipv4' ? 'icmp' : 'icmpv6'} type of an error`)
  // Of the errors, these chains leave only their own kind unanswered (nf_skb_is_icmp_unreach).
  if (isOfLink(t)) return icmpType !== DESTINATION_UNREACHABLE[family === 'ipv4' ? 'icmp' : 'icmpv6']
  if (family === 'ipv6') return icmpType >= FIRST_ICMPV6_INFORMATION
  return icmpType <= LAST_ICMP_TYPE && !ICMP_ERRORS.has(icmpType)
}

/** IP sends no ICMP about a frame that isn't for the host's own address (icmp_send, icmp6_send). */
const isForOthers = (t: Traversal): boolean =>
  !isOfLink(t) && (t.surroundings.facts?.get('meta pkttype') ?? FOR_US) !== FOR_US

/**
 * What was led here is answered in the name of whom it asks for: if a rule has written another's address there, or took it in for
 * somebody else, nobody answers (__icmp_send).
 */
const isInForeignName = (t: Traversal): boolean =>
  t.routed === 'here' &&
  t.packet.family === 'ipv4' &&
  !isOfLink(t) &&
  t.packet.destination !== undefined &&
  routeType(t, t.packet.destination) !== 'local'

/** PACKET_HOST */
const FOR_US = 0

/** Broadcast and multicast destinations, and for IPv6 sources, aren't answered. */
function wentToMany(t: Traversal): boolean {
  const { family, source, destination, fields } = t.packet
  const frame = fields?.get('ether daddr')
  if (isOfLink(t)) return typeof frame === 'number' ? isGroupAddress(frame) : isMulticast(family, destination)
  if (family === 'ipv6')
    return isMulticast(family, destination) || isMulticast(family, source) || source === 0n
  return isMulticast(family, destination) || routeType(t, destination) === 'broadcast'
}

const isMulticast = (family: IpFamily, address: Scalar | undefined): boolean =>
  address !== undefined &&
  (family === 'ipv4' ? Number(address) >>> 28 === 0xe : BigInt(address) >> 120n === 0xffn)
