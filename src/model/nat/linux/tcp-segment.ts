/** What connection tracking reads of a TCP segment (RFC 9293 section 3.1, RFC 7323, RFC 2018). */
import type { Packet } from '../../filter/packet.ts'
import type { Scalar } from '../../filter/pattern.ts'

export interface TcpSegment {
  /** As `Packet.tcpFlags`. */
  readonly flags: number
  /** 32 bits, unsigned. */
  readonly sequence: number
  readonly acknowledgement: number
  /** As it stands in the header. */
  readonly windowSize: number
  /** Bytes of data. */
  readonly length: number
  /** Options are there at all: without any, what was known of the sender's stays. */
  readonly hasOptions: boolean
  /** Bits that its sender's windows are to be shifted by, where the option is there. At most 14. */
  readonly windowScale?: number
  readonly selectiveAcksPermitted: boolean
  /** The highest right edge of the selective acknowledgements. */
  readonly selectiveRight?: number
}

/** Undefined where its numbers aren't known: then nobody can say whether it is within its bounds. */
export function segmentOf({ family, length, fields, tcpFlags }: Packet): TcpSegment | undefined {
  const number = (key: string): number | undefined => asNumber(fields?.get(key))
  const sequence = number('tcp sequence')
  const windowSize = number('tcp window')
  const words = number('tcp doff')
  if (sequence === undefined || windowSize === undefined || words === undefined || length === undefined)
    return undefined
  const header = family === 'ipv4' ? (number('ip hdrlength') ?? 5) * 4 : 40
  const windowScale =
    number('tcp option window') === 1 ? Math.min(number('tcp option window count') ?? 0, 14) : undefined
  const selectiveRight = highestEdge(fields!)
  return {
    flags: tcpFlags ?? 0,
    sequence,
    acknowledgement: number('tcp ackseq') ?? 0,
    windowSize,
    length: Math.max(0, length - header - words * 4),
    hasOptions: words > 5,
    ...(windowScale === undefined ? {} : { windowScale }),
    selectiveAcksPermitted: number('tcp option sack-perm') === 1,
    ...(selectiveRight === undefined ? {} : { selectiveRight }),
  }
}

const EDGES = [0, 1, 2, 3].map(at => `tcp option sack${at} right`)

function highestEdge(fields: ReadonlyMap<string, Scalar>): number | undefined {
  let highest: number | undefined
  for (const key of EDGES) {
    const edge = asNumber(fields.get(key))
    if (edge === undefined) break
    if (highest === undefined || isAfter(edge, highest)) highest = edge
  }
  return highest
}

const asNumber = (value: Scalar | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined

/** Sequence numbers go round: which of two comes first (RFC 9293 section 3.4). */
export const isBefore = (a: number, b: number): boolean => ((a - b) | 0) < 0
export const isAfter = (a: number, b: number): boolean => ((b - a) | 0) < 0
