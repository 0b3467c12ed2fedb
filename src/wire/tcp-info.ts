/**
 * `struct tcp_info`: the numbers of a TCP connection that socket tables keep (`tcp-info-detail.ts` has them all).
 *
 * Kernels have only ever added fields at the end, and the attribute's length says how many there are: 104 bytes
 * in old ones, 232 in 6.1, 280 in 6.18. A field is read only if it ends within the length. Source:
 * include/uapi/linux/tcp.h, net/ipv4/tcp.c (`tcp_get_info`).
 *
 * Some numbers mean "none yet" and are left out: a round-trip time of 0 before the first sample, and times since the
 * last segment before the handshake is done (counted from boot). A listener has no numbers of a connection: the
 * kernel puts the accept queue in two of the fields.
 */
import { TCP_FIELDS, type TcpField } from '../model/socket-columns.ts'

export const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

export const SYN_SENT = 2
export const LISTEN = 10
/** Where tcpi_rtt ends. */
const RTT_END = 72

interface Source {
  readonly at: number
  /** 64 bits, not 32. */
  readonly wide?: true
  /** How many of the kernel's unit make one of the column's. */
  readonly per?: number
  /** Means nothing before the first round-trip sample. */
  readonly sampled?: true
  /** Counted from boot before the handshake is done. */
  readonly handshake?: true
}

const BY_FIELD: Readonly<Record<TcpField, Source>> = {
  rttMs: { at: 68, per: 1000, sampled: true },
  rttVarMs: { at: 72, per: 1000, sampled: true },
  retransmits: { at: 100 },
  bytesAcked: { at: 120, wide: true },
  bytesReceived: { at: 128, wide: true },
  sinceSentMs: { at: 44, handshake: true },
  sinceReceivedMs: { at: 52, handshake: true },
  congestionWindow: { at: 80 },
  mss: { at: 16 },
  deliveryRate: { at: 160, wide: true },
}
const SOURCES = TCP_FIELDS.map(field => BY_FIELD[field])

/**
 * Writes the numbers of `TCP_FIELDS` into `into` from index `at` on, out of the `length` bytes of a tcp_info at
 * `offset`. What isn't there is left as it was (the caller's NaN).
 */
export function readTcpInfo(
  view: DataView,
  offset: number,
  length: number,
  into: Float64Array,
  at: number,
): void {
  const size = Math.min(length, view.byteLength - offset)
  if (offset < 0 || !(size >= 1)) return
  const state = view.getUint8(offset)
  if (state === LISTEN) return
  const sampled = size >= RTT_END && view.getUint32(offset + RTT_END - 4, LITTLE_ENDIAN) !== 0
  for (let i = 0; i < SOURCES.length; i++) {
    const { at: start, wide = false, per = 1, sampled: needsSample, handshake: needsHandshake } = SOURCES[i]!
    if (start + (wide ? 8 : 4) > size) continue
    if (needsSample && !sampled) continue
    if (needsHandshake && state === SYN_SENT) continue
    const from = offset + start
    into[at + i] = (wide ? readWide(view, from) : view.getUint32(from, LITTLE_ENDIAN)) / per
  }
}

/** A 64-bit number as a double: exact up to 2^53, and without a bigint. */
export function readWide(view: DataView, at: number): number {
  const first = view.getUint32(at, LITTLE_ENDIAN)
  const second = view.getUint32(at + 4, LITTLE_ENDIAN)
  return LITTLE_ENDIAN ? second * 2 ** 32 + first : first * 2 ** 32 + second
}
