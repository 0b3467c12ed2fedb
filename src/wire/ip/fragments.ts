/**
 * A packet cut into pieces that fit, and put together again (RFC 791 section 3.2, RFC 8200 section 4.5).
 *
 * Pieces that overlap are refused with all of their packet, as RFC 8200 (RFC 5722) asks and as Linux does for IPv4, too
 * (inet_frag_queue_insert); a piece that came before is passed over.
 */
import { familyOf } from '../../model/address.ts'
import type { Datagram } from './datagram.ts'
import { decodeDatagram } from './decode-datagram.ts'
import { datagramLength, encodeDatagram } from './encode-datagram.ts'
import { protocolOf, V4_HEADER, V6_FRAGMENT_HEADER, V6_HEADER } from './layout.ts'

/**
 * The packet in pieces of `mtu` bytes at most; itself, where it fits. Whether it may be cut is the caller's business. A RangeError
 * for an MTU in which not even eight bytes of it have room.
 */
export function fragmentsOf(datagram: Datagram, mtu: number): readonly Datagram[] {
  if (datagramLength(datagram) <= mtu) return [datagram]
  const isV4 = familyOf(datagram.source) === 'ipv4'
  const room = Math.floor((mtu - (isV4 ? V4_HEADER : V6_HEADER + V6_FRAGMENT_HEADER)) / 8) * 8
  if (room < 8) throw new RangeError(`an MTU of ${mtu} bytes has no room for a piece of a packet`)
  const { fragment: whole = { offset: 0, more: false } } = datagram
  const bytes = payloadBytes(datagram)
  const pieces: Datagram[] = []
  for (let at = 0; at < bytes.length; at += room) {
    const data = bytes.subarray(at, at + room)
    pieces.push({
      ...datagram,
      fragment: { offset: whole.offset + at, more: whole.more || at + room < bytes.length },
      payload: { kind: 'other', protocol: protocolOf(datagram), data },
    })
  }
  return pieces
}

function payloadBytes(datagram: Datagram): Uint8Array {
  if (datagram.payload.kind === 'other') return datagram.payload.data
  return encodeDatagram(datagram).subarray(familyOf(datagram.source) === 'ipv4' ? V4_HEADER : V6_HEADER)
}

/** RFC 791's 15 s is a minimum; `ipfrag_time` of Linux, milliseconds. RFC 8200 says 60 s for IPv6. */
const PATIENCE = { ipv4: 30_000, ipv6: 60_000 } as const
/** Packets that are waited for at a time: the oldest goes. */
const MOST_WAITING = 1024
/** What a packet can hold behind its header. */
const MOST_BYTES = 0xffff

interface Waiting {
  readonly until: number
  readonly first: Datagram
  readonly pieces: { readonly offset: number; readonly data: Uint8Array }[]
  /** Known with the last piece. */
  length?: number
}

/** Pieces that wait for others. */
export class Reassembly {
  readonly #waiting = new Map<string, Waiting>()

  /** The whole packet, with its last missing piece; undefined before. What is no piece comes back as it is. */
  add(datagram: Datagram, now: number): Datagram | undefined {
    const { fragment, payload, source, destination, identification = 0 } = datagram
    if (fragment === undefined || payload.kind !== 'other') return datagram
    this.#forget(now)
    const key = `${source} ${destination} ${payload.protocol} ${identification}`
    const waiting = this.#waiting.get(key) ?? {
      until: now + PATIENCE[familyOf(source)],
      first: datagram,
      pieces: [],
    }
    const { offset, more } = fragment
    const end = offset + payload.data.length
    if (waiting.pieces.some(one => one.offset === offset && one.data.length === payload.data.length))
      return undefined
    const isBad =
      end > MOST_BYTES ||
      (more && payload.data.length % 8 !== 0) ||
      (more ? waiting.length !== undefined && end > waiting.length : endsBefore(waiting, end)) ||
      waiting.pieces.some(one => one.offset < end && offset < one.offset + one.data.length)
    if (isBad) {
      this.#waiting.delete(key)
      return undefined
    }
    waiting.pieces.push({ offset, data: payload.data })
    if (!more) waiting.length = end
    const whole = wholeOf(waiting, offset === 0 ? datagram : waiting.first)
    if (whole === undefined) this.#waiting.set(key, waiting)
    else this.#waiting.delete(key)
    return whole
  }

  #forget(now: number): void {
    for (const [key, { until }] of this.#waiting) {
      if (until > now && this.#waiting.size < MOST_WAITING) break
      this.#waiting.delete(key)
    }
  }
}

const endsBefore = ({ length, pieces }: Waiting, end: number): boolean =>
  (length !== undefined && length !== end) || pieces.some(one => one.offset + one.data.length > end)

function wholeOf({ length, pieces }: Waiting, like: Datagram): Datagram | undefined {
  const there = pieces.reduce((sum, { data }) => sum + data.length, 0)
  if (length === undefined || there !== length) return undefined
  const data = new Uint8Array(length)
  for (const piece of pieces) data.set(piece.data, piece.offset)
  const { fragment: _, payload, ...rest } = like
  const { protocol } = payload as Extract<Datagram['payload'], { kind: 'other' }>
  return decodeDatagram(encodeDatagram({ ...rest, payload: { kind: 'other', protocol, data } }))
}
