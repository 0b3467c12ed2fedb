/** The packet that comes back, once one has got to somebody: its ends the other way round. */
import type { Packet } from '../../model/filter/packet.ts'
import { reversedPacket } from '../../model/filter/reversed-packet.ts'
import type { Receiver } from './receiver.ts'

const [TCP, UDP, ICMP, ICMPV6] = [6, 17, 1, 58]
const [SYN, RST, ACK] = [2, 4, 16]
/** Echo requests and what answers them (RFC 792, RFC 4443). */
const ECHOES: ReadonlyMap<number | undefined, ReadonlyMap<number | undefined, number>> = new Map([
  [ICMP, new Map([[8, 0]])],
  [ICMPV6, new Map([[128, 129]])],
])

/** Undefined where nothing comes back, or an ICMP error, which goes its own way. */
export function answerPacket(packet: Packet, receiver: Receiver | undefined): Packet | undefined {
  const { protocol, icmpType, tcpFlags = 0 } = packet
  const back = reversedPacket(packet)
  if (protocol === TCP) {
    const isRefused = receiver?.kind === 'nobody'
    const flags = isRefused ? RST | ACK : (tcpFlags & SYN) !== 0 ? SYN | ACK : ACK
    return { ...back, tcpFlags: flags }
  }
  if (protocol === UDP) return receiver?.kind === 'nobody' ? undefined : back
  const answer = ECHOES.get(protocol)?.get(icmpType)
  return answer === undefined ? undefined : { ...back, icmpType: answer, icmpCode: 0 }
}
