/**
 * TCP's options as bytes (RFC 9293 section 3.2; RFC 7323, RFC 2018): those that `TcpOptions` has. Others are passed over by their
 * length.
 */
import type { TcpOptions } from './datagram.ts'

const [END, NOTHING, SEGMENT_SIZE, WINDOW_SCALE, SACK_PERMITTED, SACK, TIMESTAMPS] = [0, 1, 2, 3, 4, 5, 8]
/** Of the header's 60 bytes, 20 are fixed. */
const MOST_BYTES = 40
/** RFC 7323 section 2.3: a larger one counts as this. */
const LARGEST_SCALE = 14

/** A multiple of four bytes. Throws a RangeError for more than the 40 that there is room for. */
export function encodeTcpOptions(options: TcpOptions): readonly number[] {
  const { maximumSegmentSize, windowScale, selectiveAcksPermitted, selectiveAcks, timestamps } = options
  const out: number[] = []
  if (maximumSegmentSize !== undefined) out.push(SEGMENT_SIZE, 4, ...bytesOf(maximumSegmentSize, 2))
  if (selectiveAcksPermitted === true) out.push(SACK_PERMITTED, 2)
  if (timestamps !== undefined)
    out.push(TIMESTAMPS, 10, ...bytesOf(timestamps.value, 4), ...bytesOf(timestamps.echo, 4))
  if (windowScale !== undefined) out.push(WINDOW_SCALE, 3, windowScale)
  if (selectiveAcks !== undefined)
    out.push(
      SACK,
      2 + 8 * selectiveAcks.length,
      ...selectiveAcks.flatMap(([from, to]) => [...bytesOf(from, 4), ...bytesOf(to, 4)]),
    )
  while (out.length % 4 !== 0) out.push(NOTHING)
  if (out.length > MOST_BYTES)
    throw new RangeError(`TCP options of ${out.length} bytes: there is room for 40`)
  return out
}

/** Bytes of the same, without making them. */
export function tcpOptionsLength(options: TcpOptions): number {
  const { maximumSegmentSize, windowScale, selectiveAcksPermitted, selectiveAcks, timestamps } = options
  const length =
    (maximumSegmentSize === undefined ? 0 : 4) +
    (selectiveAcksPermitted === true ? 2 : 0) +
    (timestamps === undefined ? 0 : 10) +
    (windowScale === undefined ? 0 : 3) +
    (selectiveAcks === undefined ? 0 : 2 + 8 * selectiveAcks.length)
  return Math.ceil(length / 4) * 4
}

const bytesOf = (value: number, size: 2 | 4): readonly number[] =>
  size === 2
    ? [(value >>> 8) & 255, value & 255]
    : [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]

/** Undefined where there is none that has a meaning here. An option whose length makes no sense ends the list. */
export function decodeTcpOptions(bytes: Uint8Array, from: number, end: number): TcpOptions | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: { -readonly [Key in keyof TcpOptions]: TcpOptions[Key] } = {}
  for (let at = from; at < end && bytes[at] !== END; ) {
    const kind = bytes[at]!
    const size = kind === NOTHING ? 1 : at + 1 < end ? bytes[at + 1]! : 0
    if (size < 1 || (kind !== NOTHING && size < 2) || at + size > end) break
    if (kind === SEGMENT_SIZE && size === 4) found.maximumSegmentSize = view.getUint16(at + 2)
    if (kind === WINDOW_SCALE && size === 3) found.windowScale = Math.min(bytes[at + 2]!, LARGEST_SCALE)
    if (kind === SACK_PERMITTED && size === 2) found.selectiveAcksPermitted = true
    if (kind === TIMESTAMPS && size === 10)
      found.timestamps = { value: view.getUint32(at + 2), echo: view.getUint32(at + 6) }
    if (kind === SACK && size > 2 && size % 8 === 2)
      found.selectiveAcks = Array.from({ length: (size - 2) / 8 }, (_, i) => [
        view.getUint32(at + 2 + 8 * i),
        view.getUint32(at + 6 + 8 * i),
      ])
    at += size
  }
  return Object.keys(found).length === 0 ? undefined : found
}
