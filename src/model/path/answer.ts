/** The packet that tells a sender that it was rejected, and what is known of it. */
import type { RejectAnswer } from '../filter/decision.ts'
import type { Conntrack, Packet, Surroundings } from '../filter/packet.ts'
import type { Scalar } from '../filter/pattern.ts'
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

/** The kernel's own sockets are nobody's. */
export function withoutOwner(facts: Surroundings['facts']): ReadonlyMap<string, Scalar> {
  const known = new Map(facts)
  for (const owner of ['meta skuid', 'meta skgid']) known.delete(owner)
  return known.set('socket', 0)
}

/** Undefined where something about it isn't known. */
export function answerPacket(
  host: Host,
  answer: RejectAnswer,
  rejected: Packet,
  /** Of what a device or a bridge rejects: who was asked for speaks, even if that isn't the host. */
  by?: Scalar,
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
  const from = by ?? speaker(host, rejected, source)
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

/** The address that was asked for, if it is the host's own; else one of the device towards the sender (icmp_send). */
function speaker(host: Host, { family, destination }: Packet, towards: Scalar): Scalar | undefined {
  if (host.addresses.some(one => one.family === family && one.address === destination)) return destination
  return routeFor(host, { family, destination: towards }).source
}
