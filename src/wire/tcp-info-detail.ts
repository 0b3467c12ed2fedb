/**
 * `struct tcp_info` in full, for explaining one connection. Layout and source: see `tcp-info.ts`.
 *
 * Numbers are named with their unit. 64-bit ones are exact up to 2^53. The two accurate-ECN negotiation fields
 * at 276 are left out: kernels disagree about their order.
 */
import { LISTEN, LITTLE_ENDIAN, readWide, SYN_SENT } from './tcp-info.ts'

type Width = 'u8' | 'u16' | 'u32' | 'u64'
const WIDTHS: Readonly<Record<Width, number>> = { u8: 1, u16: 2, u32: 4, u64: 8 }

/** Every field with a plain number: name with its unit, offset, width, and the value that means "none". */
const DETAILS = [
  ['retransmitsNow', 2, 'u8'],
  ['probes', 3, 'u8'],
  ['backoff', 4, 'u8'],
  ['retransmitTimeoutUs', 8, 'u32'],
  ['delayedAckTimeoutUs', 12, 'u32'],
  ['sendMssBytes', 16, 'u32'],
  ['receiveMssBytes', 20, 'u32'],
  ['unackedSegments', 24, 'u32'],
  ['sackedSegments', 28, 'u32'],
  ['lostSegments', 32, 'u32'],
  ['retransmittedNowSegments', 36, 'u32'],
  ['sinceDataSentMs', 44, 'u32'],
  ['sinceDataReceivedMs', 52, 'u32'],
  ['sinceAckReceivedMs', 56, 'u32'],
  ['pathMtuBytes', 60, 'u32'],
  ['receiveThresholdBytes', 64, 'u32'],
  ['rttUs', 68, 'u32', 0],
  ['rttVarUs', 72, 'u32'],
  ['slowStartThresholdSegments', 76, 'u32', 0x7fffffff],
  ['congestionWindowSegments', 80, 'u32'],
  ['advertisedMssBytes', 84, 'u32'],
  ['reorderingSegments', 88, 'u32'],
  ['receiverRttUs', 92, 'u32', 0],
  ['receiveSpaceBytes', 96, 'u32'],
  ['retransmitsTotal', 100, 'u32'],
  ['pacingRateBytesPerSecond', 104, 'u64', 2 ** 64],
  ['maxPacingRateBytesPerSecond', 112, 'u64', 2 ** 64],
  ['ackedBytes', 120, 'u64'],
  ['receivedBytes', 128, 'u64'],
  ['segmentsOut', 136, 'u32'],
  ['segmentsIn', 140, 'u32'],
  ['notSentBytes', 144, 'u32'],
  ['minRttUs', 148, 'u32', 0xffffffff],
  ['dataSegmentsIn', 152, 'u32'],
  ['dataSegmentsOut', 156, 'u32'],
  ['deliveryRateBytesPerSecond', 160, 'u64'],
  ['busyTimeUs', 168, 'u64'],
  ['receiveWindowLimitedUs', 176, 'u64'],
  ['sendBufferLimitedUs', 184, 'u64'],
  ['deliveredSegments', 192, 'u32'],
  ['deliveredCeSegments', 196, 'u32'],
  ['sentBytes', 200, 'u64'],
  ['retransmittedBytes', 208, 'u64'],
  ['duplicateSacks', 216, 'u32'],
  ['reorderingsSeen', 220, 'u32'],
  ['outOfOrderSegments', 224, 'u32'],
  ['peerWindowBytes', 228, 'u32'],
  ['ownWindowBytes', 232, 'u32'],
  ['rehashes', 236, 'u32'],
  ['timeoutsTotal', 240, 'u16'],
  ['timeoutRecoveries', 242, 'u16'],
  ['timeoutTimeMs', 244, 'u32'],
  ['receivedCeSegments', 248, 'u32'],
  ['deliveredEct1Bytes', 252, 'u32'],
  ['deliveredEct0Bytes', 256, 'u32'],
  ['deliveredCeBytes', 260, 'u32'],
  ['receivedEct1Bytes', 264, 'u32'],
  ['receivedEct0Bytes', 268, 'u32'],
  ['receivedCeBytes', 272, 'u32'],
] as const satisfies readonly (readonly [string, number, Width, number?])[]

export type TcpDetailNumber = (typeof DETAILS)[number][0]

const CONGESTION_STATES = ['open', 'disorder', 'cwr', 'recovery', 'loss'] as const
/** TCPI_OPT_… bits. */
const OPTIONS = [
  'timestamps',
  'sack',
  'window-scale',
  'ecn',
  'ecn-seen',
  'syn-data',
  'usec-timestamps',
  'tfo-child',
] as const

/** The whole of a tcp_info, by name. What the kernel doesn't have or hasn't measured is absent. */
export interface TcpDetail extends Partial<Record<TcpDetailNumber, number>> {
  readonly congestionState?: (typeof CONGESTION_STATES)[number]
  /** What both sides agreed on in the handshake, and what has been seen since. */
  readonly options?: readonly (typeof OPTIONS)[number][]
  /** Shift counts of the two windows (RFC 7323), where scaling was agreed on. */
  readonly sendWindowScale?: number
  readonly receiveWindowScale?: number
  /** The last rate sample was limited by what the program sent, not by the path. */
  readonly deliveryRateLimitedByApplication?: boolean
  /** Listeners only: connections that wait for accept(), and how many may. */
  readonly acceptQueueLength?: number
  readonly acceptQueueLimit?: number
}

/** Everything a tcp_info tells, for explaining one connection. */
export function tcpInfoDetail(bytes: Uint8Array): TcpDetail {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length === 0) return {}
  const state = bytes[0]
  if (state === LISTEN) {
    if (bytes.length < 32) return {}
    return { acceptQueueLength: read(view, 24, 'u32'), acceptQueueLimit: read(view, 28, 'u32') }
  }
  const detail: { -readonly [K in keyof TcpDetail]: TcpDetail[K] } = {}
  const congestion = CONGESTION_STATES[bytes[1] ?? 0xff]
  if (congestion !== undefined) detail.congestionState = congestion
  const options = bytes[5]
  if (options !== undefined) detail.options = OPTIONS.filter((_, bit) => (options & (1 << bit)) !== 0)
  const scales = bytes[6]
  if (scales !== undefined && detail.options?.includes('window-scale')) {
    detail.sendWindowScale = scales & 0x0f
    detail.receiveWindowScale = scales >> 4
  }
  if (bytes[7] !== undefined) detail.deliveryRateLimitedByApplication = (bytes[7] & 1) === 1
  for (const [name, at, width, none] of DETAILS as readonly (readonly [
    TcpDetailNumber,
    number,
    Width,
    number?,
  ])[]) {
    if (at + WIDTHS[width] > bytes.length) continue
    if (state === SYN_SENT && name.startsWith('since')) continue
    const value = read(view, at, width)
    if (value !== none) detail[name] = value
  }
  if (detail.rttUs === undefined) delete detail.rttVarUs
  return detail
}

function read(view: DataView, at: number, width: Width): number {
  switch (width) {
    case 'u8':
      return view.getUint8(at)
    case 'u16':
      return view.getUint16(at, LITTLE_ENDIAN)
    case 'u32':
      return view.getUint32(at, LITTLE_ENDIAN)
    case 'u64':
      return readWide(view, at)
  }
}
