/**
 * Options of IPv4 (RFC 791 section 3.1) and TCP (RFC 9293 section 3.1), and IPv6's extension headers (RFC 8200 section 4, RFC 8754, RFC
 * 6275), under nft's names for them and their fields.
 */
import type { Scalar } from '../model/filter/pattern.ts'

type Fields = Map<string, Scalar>
/** A field of an option, after its kind and length. */
type Field = readonly [name: string, at: number, bytes: 1 | 2 | 4]
type Option = readonly [name: string, ...fields: readonly Field[]]

const ROUTE: readonly Field[] = [['ptr', 2, 1]]
/** By their whole type octet (IANA). */
const IP_OPTIONS: ReadonlyMap<number, Option> = new Map<number, Option>([
  [7, ['rr', ...ROUTE]],
  [131, ['lsrr', ...ROUTE]],
  [137, ['ssrr', ...ROUTE]],
  [148, ['ra', ['value', 2, 2]]],
])

/** By kind (IANA). Blocks of the third option have names of their own. */
const TCP_OPTIONS: ReadonlyMap<number, readonly Option[]> = new Map<number, readonly Option[]>([
  [0, [['eol']]],
  [1, [['nop']]],
  [2, [['maxseg', ['size', 2, 2]]]],
  [3, [['window', ['count', 2, 1]]]],
  [4, [['sack-perm']]],
  [
    5,
    [
      ['sack', ['left', 2, 4], ['right', 6, 4]],
      ...[0, 1, 2, 3].map((n): Option => [`sack${n}`, ['left', 2 + 8 * n, 4], ['right', 6 + 8 * n, 4]]),
    ],
  ],
  [8, [['timestamp', ['tsval', 2, 4], ['tsecr', 6, 4]]]],
  [19, [['md5sig']]],
  [30, [['mptcp']]],
  [34, [['fastopen']]],
])

const [END, NOTHING] = [0, 1]

export function readIpOptions(fields: Fields, view: DataView, from: number, end: number): void {
  for (const [name] of IP_OPTIONS.values()) fields.set(`ip option ${name}`, 0)
  for (let at = from; at < end && view.getUint8(at) !== END; ) {
    const type = view.getUint8(at)
    const size = type === NOTHING ? 1 : at + 1 < end ? view.getUint8(at + 1) : 0
    if (size < 1 || at + size > end) return
    const option = IP_OPTIONS.get(type)
    if (option !== undefined) readOption('ip option', 'type', option, fields, view, at, size)
    at += size
  }
}

/** As the kernel goes through them (nft_exthdr_tcp_eval): past the end of options too, and never to the last byte. */
export function readTcpOptions(fields: Fields, view: DataView, from: number, end: number): void {
  for (const options of TCP_OPTIONS.values())
    for (const [name] of options) fields.set(`tcp option ${name}`, 0)
  for (let at = from; at < end - 1; ) {
    const kind = view.getUint8(at)
    const size = kind <= NOTHING ? 1 : view.getUint8(at + 1) || 1
    const whole = Math.min(size, end - at)
    for (const option of TCP_OPTIONS.get(kind) ?? [])
      readOption('tcp option', 'kind', option, fields, view, at, whole)
    at += size
  }
}

/** Of several options of one kind, the first is what a rule sees. */
function readOption(
  words: string,
  type: string,
  [name, ...its]: Option,
  fields: Fields,
  view: DataView,
  at: number,
  size: number,
): void {
  if (fields.get(`${words} ${name}`) === 1) return
  fields.set(`${words} ${name}`, 1)
  fields.set(`${words} ${name} ${type}`, view.getUint8(at))
  if (size > 1) fields.set(`${words} ${name} length`, view.getUint8(at + 1))
  for (const [field, place, bytes] of its)
    if (place + bytes <= size) fields.set(`${words} ${name} ${field}`, read(view, at + place, bytes))
}

const read = (view: DataView, at: number, bytes: 1 | 2 | 4): number =>
  bytes === 1 ? view.getUint8(at) : bytes === 2 ? view.getUint16(at) : view.getUint32(at)

const SEGMENT_ROUTING = 4

/** A header that the caller has found whole 8 bytes of; of one kind, the first is what a rule sees (ipv6_find_hdr). */
export function readExtension(name: string, fields: Fields, view: DataView, at: number): void {
  const words = `exthdr ${name}`
  if (fields.get(words) === 1) return
  fields.set(words, 1)
  fields.set(`${words} nexthdr`, view.getUint8(at))
  fields.set(`${words} hdrlength`, view.getUint8(at + 1))
  if (name !== 'rt') return
  const isSegment = view.getUint8(at + 2) === SEGMENT_ROUTING
  // All kinds of routing header have one number, so that asking for one finds the others.
  for (const each of ['rt', 'rt0', 'rt2', 'srh']) {
    const its = `exthdr ${each}`
    fields.set(its, 1)
    fields.set(`${its} nexthdr`, view.getUint8(at))
    fields.set(`${its} hdrlength`, view.getUint8(at + 1))
    fields.set(`${its} type`, view.getUint8(at + 2))
    fields.set(`${its} seg-left`, view.getUint8(at + 3))
  }
  if (!isSegment) return
  fields.set('exthdr srh last-entry', view.getUint8(at + 4))
  fields.set('exthdr srh flags', view.getUint8(at + 5))
  fields.set('exthdr srh tag', view.getUint16(at + 6))
}

export function readMobility(fields: Fields, view: DataView, at: number): void {
  fields.set('exthdr mh', 1)
  fields.set('exthdr mh nexthdr', view.getUint8(at))
  fields.set('exthdr mh hdrlength', view.getUint8(at + 1))
  fields.set('exthdr mh type', view.getUint8(at + 2))
  fields.set('exthdr mh reserved', view.getUint8(at + 3))
  fields.set('exthdr mh checksum', view.getUint16(at + 4))
}
