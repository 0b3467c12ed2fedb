/**
 * Fields of transport headers other than TCP and ICMP, under nft's names: UDP (RFC 768), UDP-Lite (RFC 3828), DCCP (RFC 4340), SCTP and
 * its chunks (RFC 9260), IGMP (RFC 2236), ESP (RFC 4303), AH (RFC 4302), IPComp (RFC 3173). What is cut off has no fields.
 */
import type { Scalar } from '../model/filter/pattern.ts'

type Fields = Map<string, Scalar>
const [UDP, DCCP, SCTP, UDPLITE] = [17, 33, 132, 136]
const [IGMP, ESP, AH, COMP] = [2, 50, 51, 108]

/** Of those that begin with ports. */
export function readDatagram(protocol: number, fields: Fields, view: DataView, at: number): void {
  if (view.byteLength - at < 8) return
  switch (protocol) {
    case UDP:
      fields.set('udp length', view.getUint16(at + 4))
      fields.set('udp checksum', view.getUint16(at + 6))
      break
    case UDPLITE:
      fields.set('udplite csumcov', view.getUint16(at + 4))
      fields.set('udplite checksum', view.getUint16(at + 6))
      break
    case DCCP:
      if (view.byteLength - at >= 12) fields.set('dccp type', (view.getUint8(at + 8) >> 1) & 15)
      break
    case SCTP:
      fields.set('sctp vtag', view.getUint32(at + 4))
      if (view.byteLength - at < 12) break
      fields.set('sctp checksum', view.getUint32(at + 8))
      readChunks(fields, view, at + 12)
      break
  }
}

/** Chunks by their numbers (RFC 9260 section 3.2). */
const CHUNKS: ReadonlyMap<number, string> = new Map(
  [
    'data',
    'init',
    'init-ack',
    'sack',
    'heartbeat',
    'heartbeat-ack',
    'abort',
    'shutdown',
    'shutdown-ack',
    'error',
    'cookie-echo',
    'cookie-ack',
    'ecne',
    'cwr',
    'shutdown-complete',
  ].map((name, number) => [number, name]),
)
/** INIT and INIT ACK begin alike. */
const INIT: readonly (readonly [field: string, at: number, bytes: 2 | 4])[] = [
  ['init-tag', 4, 4],
  ['a-rwnd', 8, 4],
  ['num-outbound-streams', 12, 2],
  ['num-inbound-streams', 14, 2],
  ['initial-tsn', 16, 4],
]

function readChunks(fields: Fields, view: DataView, from: number): void {
  for (const name of CHUNKS.values()) fields.set(`sctp chunk ${name}`, 0)
  for (let at = from; at + 4 <= view.byteLength; ) {
    const size = view.getUint16(at + 2)
    const name = CHUNKS.get(view.getUint8(at))
    if (name !== undefined && fields.get(`sctp chunk ${name}`) === 0) {
      const words = `sctp chunk ${name}`
      fields.set(words, 1)
      fields.set(`${words} type`, view.getUint8(at))
      fields.set(`${words} flags`, view.getUint8(at + 1))
      fields.set(`${words} length`, size)
      if ((name === 'init' || name === 'init-ack') && at + 20 <= view.byteLength) {
        for (const [field, place, bytes] of INIT)
          fields.set(
            `${words} ${field}`,
            bytes === 2 ? view.getUint16(at + place) : view.getUint32(at + place),
          )
      }
    }
    if (size < 4) return
    at += (size + 3) & ~3
  }
}

/** Of those without ports. */
export function readOtherTransport(protocol: number, fields: Fields, view: DataView, at: number): void {
  if (view.byteLength - at < 8 && protocol !== COMP) return
  switch (protocol) {
    case IGMP:
      fields.set('igmp type', view.getUint8(at))
      fields.set('igmp mrt', view.getUint8(at + 1))
      fields.set('igmp checksum', view.getUint16(at + 2))
      fields.set('igmp group', view.getUint32(at + 4))
      break
    case ESP:
      fields.set('esp spi', view.getUint32(at))
      fields.set('esp sequence', view.getUint32(at + 4))
      break
    case AH:
      fields.set('ah nexthdr', view.getUint8(at))
      fields.set('ah hdrlength', view.getUint8(at + 1))
      fields.set('ah reserved', view.getUint16(at + 2))
      fields.set('ah spi', view.getUint32(at + 4))
      if (view.byteLength - at >= 12) fields.set('ah sequence', view.getUint32(at + 8))
      break
    case COMP:
      fields.set('comp nexthdr', view.getUint8(at))
      fields.set('comp flags', view.getUint8(at + 1))
      fields.set('comp cpi', view.getUint16(at + 2))
      break
  }
}
