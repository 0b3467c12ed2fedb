/** The packet that tells a sender that it was rejected: where it goes, and what conntrack makes of it. */
import type { RejectAnswer } from '../filter/decision.ts'
import type { Packet, Surroundings } from '../filter/packet.ts'
import type { Scalar } from '../filter/pattern.ts'
import type { Host } from './host.ts'
import { routeFor } from './routing.ts'

const TCP = 6
const ICMP = 1
const ICMPV6 = 58
const [SYN, RST, ACK] = [2, 4, 16]

/** Undefined where something about it isn't known. */
export function answerPacket(
  host: Host,
  answer: RejectAnswer,
  rejected: Packet,
  { conntrack }: Surroundings,
): { packet: Packet; surroundings: Surroundings } | undefined {
  const { family, source, destination } = rejected
  if (source === undefined || destination === undefined) return undefined
  const surroundings: Surroundings = {
    mark: 0,
    // It belongs to the connection of what it answers (nf_conntrack_attach).
    conntrack:
      conntrack === undefined || conntrack.state === 'invalid' || conntrack.state === 'untracked'
        ? { state: 'invalid' }
        : {
            ...conntrack,
            state: 'related',
            direction: conntrack.direction === 'reply' ? 'original' : 'reply',
          },
  }
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
    }
    return { packet, surroundings }
  }
  const from = speaker(host, rejected, source)
  if (from === undefined) return undefined
  const packet: Packet = {
    ...base,
    source: from,
    protocol: answer.kind === 'icmp' ? ICMP : ICMPV6,
    icmpType: answer.type,
    icmpCode: answer.code,
  }
  return { packet, surroundings }
}

/** The address that was asked for, if it is the host's own; else one of the device towards the sender (icmp_send). */
function speaker(host: Host, { family, destination }: Packet, towards: Scalar): Scalar | undefined {
  if (host.addresses.some(one => one.family === family && one.address === destination)) return destination
  return routeFor(host, { family, destination: towards }).source
}
