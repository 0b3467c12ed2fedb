/** A segment whose numbers nobody told is taken to fit: the ones that it would have if it came in order. */
import type { TcpSegment } from './tcp-segment.ts'
import { MAXACK_SET, type TcpTrack } from './tcp-track.ts'

const RST = 4
const ACK = 16
const LARGEST = 65_535

export function presumedSegment({ sides }: TcpTrack, direction: 0 | 1, flags: number): TcpSegment {
  const own = sides[direction]
  const other = sides[direction === 0 ? 1 : 0]
  const isExact = (flags & RST) !== 0 && (other.flags & MAXACK_SET) !== 0
  return {
    flags,
    sequence: isExact ? other.maxAck : own.end,
    acknowledgement: (flags & ACK) === 0 ? 0 : other.end,
    windowSize: LARGEST,
    length: 0,
    hasOptions: false,
    selectiveAcksPermitted: false,
  }
}
