/**
 * The kernel's table of connections, read by netlink with all that it tells of TCP (nf_conntrack_netlink.c). A decoder of
 * the test's own, so that the product's isn't judged by itself.
 */
import type { Tuple } from '../../../src/model/filter/packet.ts'
import type { Scalar } from '../../../src/model/filter/pattern.ts'
import type { IpFamily } from '../../../src/model/protocol.ts'

export interface KernelEntry {
  readonly family: IpFamily
  readonly protocol: number
  readonly original: Tuple
  readonly reply: Tuple
  readonly status: number
  readonly mark: number
  /** Whole seconds. */
  readonly timeout: number
  readonly tcp?: {
    readonly state: number
    /** Of both directions, as are the flags. */
    readonly scales: readonly [number, number]
    readonly flags: readonly [number, number]
  }
  /** The attribute that names it, for deleting it. */
  readonly name: Uint8Array
}

/** Of the namespace, over all processors. */
export interface KernelCounters {
  readonly invalid: number
  readonly insertFailed: number
  readonly drop: number
  readonly earlyDrop: number
  readonly error: number
}

const SUBSYSTEM = 1
const [GET, DELETE, STATS_CPU] = [1, 2, 4]
const [REQUEST, ACK, DUMP] = [1, 4, 0x300]
const [ERROR, DONE] = [2, 3]
const AF_INET6 = 10
const ICMP_PROTOCOLS = [1, 58]

function message(type: number, flags: number, family: number, attributes: Uint8Array): Buffer {
  const bytes = Buffer.alloc(20 + attributes.length)
  bytes.writeUInt32LE(bytes.length)
  bytes.writeUInt16LE((SUBSYSTEM << 8) | type, 4)
  bytes.writeUInt16LE(REQUEST | flags, 6)
  bytes[16] = family
  bytes.set(attributes, 20)
  return bytes
}

export const tableRequest = (): Buffer => message(GET, DUMP, 0, new Uint8Array())
export const countersRequest = (): Buffer => message(STATS_CPU, DUMP, 0, new Uint8Array())
export const deletion = ({ family, name }: Pick<KernelEntry, 'family' | 'name'>): Buffer =>
  message(DELETE, ACK, family === 'ipv4' ? 2 : AF_INET6, name)

/** One attribute; what it holds may be attributes. */
function attribute(number: number, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc((4 + body.length + 3) & ~3)
  bytes.writeUInt16LE(4 + body.length)
  bytes.writeUInt16LE(number, 2)
  bytes.set(body, 4)
  return bytes
}

const NESTED = 0x8000
const nested = (number: number, ...inner: readonly Buffer[]): Buffer =>
  attribute(NESTED | number, Buffer.concat(inner))
const inTwoBytes = (value = 0): Buffer => Buffer.from([value >> 8, value & 255])

export function entryRequest(
  family: IpFamily,
  protocol: number,
  { source, destination, sourcePort, destinationPort = 0 }: Tuple,
): Buffer {
  const first = family === 'ipv4' ? 1 : 3
  const icmp = protocol === 1 ? 4 : 7
  const ports = ICMP_PROTOCOLS.includes(protocol)
    ? [
        attribute(icmp, inTwoBytes(sourcePort)),
        attribute(icmp + 1, Buffer.of(destinationPort >> 8)),
        attribute(icmp + 2, Buffer.of(destinationPort & 255)),
      ]
    : [attribute(2, inTwoBytes(sourcePort)), attribute(3, inTwoBytes(destinationPort))]
  const tuple = nested(
    1,
    nested(1, attribute(first, addressBytes(source)), attribute(first + 1, addressBytes(destination))),
    nested(2, attribute(1, Buffer.of(protocol)), ...ports),
  )
  return message(GET, 0, family === 'ipv4' ? 2 : AF_INET6, tuple)
}

const addressBytes = (address: Scalar): Buffer =>
  Buffer.from(
    typeof address === 'bigint'
      ? address.toString(16).padStart(32, '0')
      : Number(address).toString(16).padStart(8, '0'),
    'hex',
  )

/** The messages of one answer, without their headers; `done` when the last has come. */
function bodiesOf(bytes: Buffer): { readonly bodies: readonly Buffer[]; readonly done: boolean } {
  const bodies: Buffer[] = []
  for (let at = 0; at + 16 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at)
    const type = bytes.readUInt16LE(at + 4)
    if (type === DONE || type === ERROR) return { bodies, done: true }
    bodies.push(bytes.subarray(at + 16, at + length))
    at += (length + 3) & ~3
  }
  return { bodies, done: false }
}

/** Attributes by their numbers. */
function attributes(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>()
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at)
    found.set(bytes.readUInt16LE(at + 2) & 0x3fff, bytes.subarray(at + 4, at + length))
    at += (length + 3) & ~3
  }
  return found
}

export function decodeTable(bytes: Buffer): {
  readonly entries: readonly KernelEntry[]
  readonly done: boolean
} {
  const { bodies, done } = bodiesOf(bytes)
  return { entries: bodies.map(entryOf), done }
}

function entryOf(body: Buffer): KernelEntry {
  const family = body[0] === AF_INET6 ? 'ipv6' : 'ipv4'
  const found = attributes(body.subarray(4))
  const original = found.get(1)!
  const protocol = protocolOf(original)
  const info = found.get(4)
  const tcp = info === undefined ? undefined : attributes(info).get(1)
  return {
    family,
    protocol,
    original: tupleOf(original, protocol),
    reply: tupleOf(found.get(2)!, protocol),
    status: found.get(3)!.readUInt32BE(),
    mark: found.get(8)?.readUInt32BE() ?? 0,
    timeout: found.get(7)?.readUInt32BE() ?? 0,
    ...(tcp === undefined ? {} : { tcp: tcpOf(tcp) }),
    name: Uint8Array.from(nested(1, original)),
  }
}

function tcpOf(bytes: Buffer): NonNullable<KernelEntry['tcp']> {
  const found = attributes(bytes)
  const byte = (attribute: number): number => found.get(attribute)?.[0] ?? 0
  return { state: byte(1), scales: [byte(2), byte(3)], flags: [byte(4), byte(5)] }
}

const protocolOf = (tuple: Buffer): number => attributes(attributes(tuple).get(2)!).get(1)![0]!

function tupleOf(bytes: Buffer, protocol: number): Tuple {
  const parts = attributes(bytes)
  const addresses = attributes(parts.get(1)!)
  const ports = attributes(parts.get(2)!)
  const number16 = (attribute: number): number | undefined => ports.get(attribute)?.readUInt16BE()
  const isIcmp = ICMP_PROTOCOLS.includes(protocol)
  const first = protocol === 1 ? 4 : 7
  const sourcePort = isIcmp ? number16(first) : number16(2)
  const destinationPort = isIcmp
    ? (ports.get(first + 1)?.[0] ?? 0) * 256 + (ports.get(first + 2)?.[0] ?? 0)
    : number16(3)
  return {
    source: addressOf(addresses.get(1) ?? addresses.get(3)!),
    destination: addressOf(addresses.get(2) ?? addresses.get(4)!),
    ...(sourcePort === undefined ? {} : { sourcePort }),
    ...(destinationPort === undefined ? {} : { destinationPort }),
  }
}

const addressOf = (bytes: Buffer): Scalar =>
  bytes.length === 4 ? bytes.readUInt32BE() : BigInt(`0x${bytes.toString('hex')}`)

export function decodeCounters(bytes: Buffer): { readonly counters: KernelCounters; readonly done: boolean } {
  const { bodies, done } = bodiesOf(bytes)
  const all = bodies.map(body => attributes(body.subarray(4)))
  const sum = (attribute: number): number =>
    all.reduce((total, one) => total + (one.get(attribute)?.readUInt32BE() ?? 0), 0)
  return {
    counters: { invalid: sum(4), insertFailed: sum(9), drop: sum(10), earlyDrop: sum(11), error: sum(12) },
    done,
  }
}
