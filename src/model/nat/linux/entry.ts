/** One connection as Linux remembers it (the kernel's struct nf_conn). */
import type { Tuple } from '../../filter/packet.ts'
import { answerTo } from '../../path/connection-tuple.ts'
import type { IpFamily } from '../../protocol.ts'
import type { TcpTrack } from './tcp-track.ts'

/** Bits of `enum ip_conntrack_status`. */
export const STATUS = {
  seenReply: 2,
  assured: 4,
  confirmed: 8,
  snat: 16,
  dnat: 32,
  sourceDone: 128,
  destinationDone: 256,
  dying: 512,
} as const

export interface Entry {
  readonly family: IpFamily
  /** IANA number. */
  readonly protocol: number
  readonly zone: number
  /** As the first packet had it. Of ICMP the identifier stands for the source port, type and code for the other. */
  readonly original: Tuple
  /** What answers look like, before they are translated back. */
  reply: Tuple
  /** Bits as in `STATUS`. */
  status: number
  mark: number
  /** Milliseconds, on the clock that is handed in: from then on it is gone. Before it is confirmed, how long it will last. */
  expires: number
  /** When its first packet came. */
  readonly began: number
  tcp: TcpTrack | undefined
  /** The device whose address `masquerade` took. */
  masqueradedBy: string | undefined
  /** Its place in the table; -1 before it is confirmed, and afterwards. */
  place: number
}

/** How a packet of that direction looks when it has been translated at both hooks: as what answers its answers. */
export function translatedTuple({ original, reply, protocol }: Entry, direction: 0 | 1): Tuple {
  const other = direction === 0 ? reply : original
  return answerTo(other, { protocol })
}
