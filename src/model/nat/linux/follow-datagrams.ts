/**
 * How long an entry lasts whose protocol has no states: UDP, ICMP, GRE and all others (nf_conntrack_proto_udp.c,
 * nf_conntrack_proto_icmp.c, nf_conntrack_proto_gre.c, nf_conntrack_proto_generic.c).
 */
import type { ConntrackSettings } from './settings.ts'
import { SEEN_REPLY } from './tcp-reset.ts'

const [ICMP, UDP, GRE, ICMPV6] = [1, 17, 47, 58]
/** Milliseconds after its first packet, when traffic both ways makes it a stream. */
export const STREAM_AFTER = 2000

export interface DatagramFollowed {
  /** Seconds from now. */
  readonly timeout: number
  readonly assured: boolean
}

/** `status` before this packet; `age`: milliseconds since the first one. */
export function followDatagram(
  protocol: number,
  status: number,
  age: number,
  settings: ConntrackSettings,
): DatagramFollowed {
  const isAnswered = (status & SEEN_REPLY) !== 0
  switch (protocol) {
    case UDP: {
      const isStream = isAnswered && age > STREAM_AFTER
      return { timeout: isStream ? settings.udpStream : settings.udp, assured: isStream }
    }
    case GRE:
      return { timeout: isAnswered ? settings.greStream : settings.gre, assured: isAnswered }
    case ICMP:
      return { timeout: settings.icmp, assured: false }
    case ICMPV6:
      return { timeout: settings.icmpv6, assured: false }
    default:
      return { timeout: settings.generic, assured: false }
  }
}
