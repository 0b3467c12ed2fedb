/** The packet that tells a sender that it was rejected, and what is known of it. */
import type { RejectAnswer } from '../filter/decision.ts'
import type { Conntrack, Packet, Surroundings } from '../filter/packet.ts'
import type { Scalar } from '../filter/pattern.ts'
import type { Traversal } from '../filter/walk/walk.ts'
import type { IpFamily } from '../protocol.ts'
import type { Host } from './host.ts'
import { routeFor } from './routing.ts'

const TCP = 6
const ICMP = 1
const ICMPV6 = 58
const [SYN, RST, ACK] = [2, 4, 16]

/** It belongs to the connection of what it answers, if that has one (nf_conntrack_attach). */
export function attachedTo(conntrack: Conntrack | undefined, status: number): Conntrack | undefined {
  if (conntrack === undefined || conntrack.state === 'invalid' || conntrack.state === 'untracked')
    return undefined
  return {
    ...conntrack,
    state: 'related',
    direction: conntrack.direction === 'reply' ? 'original' : 'reply',
    status,
  }
}

const OWNED = /^(?:meta sk[ug]id|meta cgroup|meta priority|socket \w+)$/

/** The kernel's own sockets are nobody's, and what they send is for nobody else yet (PACKET_HOST). */
export function withoutOwner(facts: Surroundings['facts']): ReadonlyMap<string, Scalar> {
  const known = new Map(facts)
  for (const words of known.keys()) if (OWNED.test(words)) known.delete(words)
  return known.set('socket', 0).set('meta pkttype', 0)
}

/**
 * Undefined where something about it isn't known, or where there is none. `by`: of what a device or a bridge rejects, who was
 * asked for speaks, even if that isn't the host.
 */
export function answerPacket(
  host: Host,
  answer: RejectAnswer,
  rejected: Packet,
  { by, routed }: { readonly by?: Scalar; readonly routed?: Traversal['routed'] } = {},
): Packet | undefined {
  const { family, source, destination } = rejected
  if (source === undefined || destination === undefined) return undefined
  const base = { family, destination: source } as const
  if (answer.kind === 'tcp reset') {
    const { sourcePort, destinationPort, tcpFlags = SYN } = rejected
    const packet: Packet = {
      ...base,
      source: destination,
      protocol: TCP,
      ...(destinationPort === undefined ? {} : { sourcePort: destinationPort }),
      ...(sourcePort === undefined ? {} : { destinationPort: sourcePort }),
      tcpFlags: (tcpFlags & ACK) !== 0 ? RST : RST | ACK,
      length: family === 'ipv4' ? 40 : 60,
      fields: fieldsOf(host, family, 0),
    }
    return packet
  }
  const from = by ?? speaker(host, rejected, source, routed)
  if (from === undefined) return undefined
  const packet: Packet = {
    ...base,
    source: from,
    protocol: answer.kind === 'icmp' ? ICMP : ICMPV6,
    icmpType: answer.type,
    icmpCode: answer.code,
    ...(rejected.length === undefined ? {} : { length: lengthOf(family, rejected.length) }),
    fields: fieldsOf(host, family, family === 'ipv4' && by === undefined ? INTERNETWORK_CONTROL : 0),
  }
  return packet
}

/** Precedence of ICMP errors (RFC 1812 section 4.3.2.5), as the six bits of a service class. */
const INTERNETWORK_CONTROL = 48
const TCP_OPTIONS = ['maxseg', 'window', 'sack-perm', 'timestamp']

function fieldsOf(host: Host, family: IpFamily, dscp: number): Map<string, Scalar> {
  const ip = family === 'ipv4' ? 'ip' : 'ip6'
  const fields = new Map<string, Scalar>([
    [`${ip} dscp`, dscp],
    [`${ip} ecn`, 0],
  ])
  if (host.hopLimit !== undefined) fields.set(family === 'ipv4' ? 'ip ttl' : 'ip6 hoplimit', host.hopLimit)
  for (const option of TCP_OPTIONS) fields.set(`tcp option ${option}`, 0)
  if (family === 'ipv6') for (const header of ['frag', 'hbh', 'dst', 'rt']) fields.set(`exthdr ${header}`, 0)
  return fields
}

/** As much of the rejected packet is quoted as fits into 576 bytes (RFC 1812), or 1280 (RFC 4443 section 2.4). */
const lengthOf = (family: IpFamily, quoted: number): number =>
  family === 'ipv4' ? Math.min(28 + quoted, 576) : Math.min(48 + quoted, 1280)

/**
 * For a packet that was led here whom it asks for speaks; nobody does if a rule has written another's address there. Else an address
 * of the device towards the sender, of IPv6 only if the one that was asked for isn't the host's (__icmp_send, icmp6_send).
 */
function speaker(
  host: Host,
  { family, destination }: Packet,
  towards: Scalar,
  routed: Traversal['routed'],
): Scalar | undefined {
  const isOwn = host.addresses.some(one => one.family === family && one.address === destination)
  if (family === 'ipv4' && routed === 'here') return isOwn ? destination : undefined
  if (family === 'ipv6' && isOwn) return destination
  return routeFor(host, { family, destination: towards }).source
}
