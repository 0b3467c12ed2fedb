/**
 * Tracked connections as columns: typed arrays that decoders append to and filters work on, since a router has a hundred
 * thousand of them. A row becomes a value where somebody asks about that one (`trackedAt`).
 */
import { addressBytes, addressFromBytes } from '../address.ts'
import {
  hasTrackedPorts,
  isTrackedIcmp,
  TRACKING_STATES,
  type TrackedConnection,
  type TrackedEnd,
  type TrackedTuple,
} from './tracked-connection.ts'

/** Number of a cell that isn't told. */
export const UNTOLD_STATE = 255
export const UNTOLD_TIMEOUT = 0xffffffff

/** Bytes of addresses in a row: four of sixteen, in the order of `ENDS`. */
const ADDRESSES = 64
/** Original source and destination, reply source and destination. */
export const ENDS = 4

export class TrackedColumns {
  length = 0
  /** 4 or 6. */
  family: Uint8Array
  protocol: Uint8Array
  state: Uint8Array
  status: Uint32Array
  timeout: Uint32Array
  mark: Uint32Array
  id: Uint32Array
  zone: Uint16Array
  addresses: Uint8Array
  /** Of ICMP: the identifier, then type × 256 + code. */
  ports: Uint16Array
  /** Packets and bytes there, packets and bytes back; NaN where they aren't counted. Absent: nowhere. */
  counters: Float64Array | undefined
  /** Milliseconds since 1970, or NaN. */
  startedAt: Float64Array | undefined

  constructor(capacity = 1024) {
    this.family = new Uint8Array(capacity)
    this.protocol = new Uint8Array(capacity)
    this.state = new Uint8Array(capacity)
    this.status = new Uint32Array(capacity)
    this.timeout = new Uint32Array(capacity)
    this.mark = new Uint32Array(capacity)
    this.id = new Uint32Array(capacity)
    this.zone = new Uint16Array(capacity)
    this.addresses = new Uint8Array(capacity * ADDRESSES)
    this.ports = new Uint16Array(capacity * ENDS)
  }

  get capacity(): number {
    return this.family.length
  }

  /** A new row, blank: no port, no address, nothing told. */
  add(): number {
    const row = this.length++
    if (row === this.capacity) this.#grow()
    this.family[row] = 0
    this.protocol[row] = 0
    this.state[row] = UNTOLD_STATE
    this.status[row] = 0
    this.timeout[row] = UNTOLD_TIMEOUT
    this.mark[row] = 0
    this.id[row] = 0
    this.zone[row] = 0
    this.addresses.fill(0, row * ADDRESSES, (row + 1) * ADDRESSES)
    this.ports.fill(0, row * ENDS, (row + 1) * ENDS)
    this.counters?.fill(Number.NaN, row * 4, row * 4 + 4)
    if (this.startedAt !== undefined) this.startedAt[row] = Number.NaN
    return row
  }

  countersColumn(): Float64Array {
    this.counters ??= new Float64Array(this.capacity * 4).fill(Number.NaN)
    return this.counters
  }

  startedAtColumn(): Float64Array {
    this.startedAt ??= new Float64Array(this.capacity).fill(Number.NaN)
    return this.startedAt
  }

  #grow(): void {
    const more = Math.max(this.capacity * 2, 16)
    const grown = <A extends Uint8Array | Uint16Array | Uint32Array>(old: A, each = 1): A => {
      const next = new (old.constructor as new (length: number) => A)(more * each)
      next.set(old)
      return next
    }
    this.family = grown(this.family)
    this.protocol = grown(this.protocol)
    this.state = grown(this.state)
    this.status = grown(this.status)
    this.timeout = grown(this.timeout)
    this.mark = grown(this.mark)
    this.id = grown(this.id)
    this.zone = grown(this.zone)
    this.addresses = grown(this.addresses, ADDRESSES)
    this.ports = grown(this.ports, ENDS)
    if (this.counters !== undefined) this.counters = grownNumbers(this.counters, more * 4)
    if (this.startedAt !== undefined) this.startedAt = grownNumbers(this.startedAt, more)
  }
}

function grownNumbers(old: Float64Array, length: number): Float64Array {
  const next = new Float64Array(length).fill(Number.NaN)
  next.set(old)
  return next
}

/** One row as a value. */
export function trackedAt(columns: TrackedColumns, row: number): TrackedConnection {
  const protocol = columns.protocol[row]!
  const state = TRACKING_STATES.get(protocol)?.[columns.state[row]!]
  const timeout = columns.timeout[row]!
  const [out, outBytes, back, backBytes] = columns.counters?.subarray(row * 4, row * 4 + 4) ?? [Number.NaN]
  const startedAt = columns.startedAt?.[row] ?? Number.NaN
  return {
    family: columns.family[row] === 6 ? 'ipv6' : 'ipv4',
    protocol,
    original: tupleAt(columns, row, 0),
    reply: tupleAt(columns, row, 2),
    status: columns.status[row]!,
    ...(state === undefined ? {} : { state }),
    ...(timeout === UNTOLD_TIMEOUT ? {} : { timeoutSeconds: timeout }),
    mark: columns.mark[row]!,
    zone: columns.zone[row]!,
    id: columns.id[row]!,
    ...(Number.isNaN(out)
      ? {}
      : {
          counters: {
            original: { packets: out!, bytes: outBytes! },
            reply: { packets: back!, bytes: backBytes! },
          },
        }),
    ...(Number.isNaN(startedAt) ? {} : { startedAt }),
  }
}

function tupleAt(columns: TrackedColumns, row: number, first: 0 | 2): TrackedTuple {
  const protocol = columns.protocol[row]!
  const family = columns.family[row] === 6 ? 'ipv6' : 'ipv4'
  const ports = row * ENDS + first
  const end = (which: number): TrackedEnd => {
    const address = addressFromBytes(columns.addresses, row * ADDRESSES + which * 16, family)
    return hasTrackedPorts(protocol) ? { address, port: columns.ports[row * ENDS + which]! } : { address }
  }
  const tuple = { source: end(first), destination: end(first + 1) }
  if (!isTrackedIcmp(protocol)) return tuple
  const typeAndCode = columns.ports[ports + 1]!
  const icmp = { type: typeAndCode >> 8, code: typeAndCode & 0xff, id: columns.ports[ports]! }
  return { ...tuple, icmp }
}

/** Appends a value: the other way round of `trackedAt`. */
export function appendTracked(columns: TrackedColumns, one: TrackedConnection): number {
  const row = columns.add()
  columns.family[row] = one.family === 'ipv6' ? 6 : 4
  columns.protocol[row] = one.protocol
  if (one.state !== undefined) columns.state[row] = TRACKING_STATES.get(one.protocol)!.indexOf(one.state)
  columns.status[row] = one.status
  if (one.timeoutSeconds !== undefined) columns.timeout[row] = one.timeoutSeconds
  columns.mark[row] = one.mark
  columns.zone[row] = one.zone
  columns.id[row] = one.id
  for (const [first, { source, destination, icmp }] of [
    [0, one.original],
    [2, one.reply],
  ] as const) {
    for (const [i, { address, port = 0 }] of [source, destination].entries()) {
      columns.addresses.set(addressBytes(address), row * ADDRESSES + (first + i) * 16)
      columns.ports[row * ENDS + first + i] = port
    }
    if (icmp === undefined) continue
    columns.ports[row * ENDS + first] = icmp.id
    columns.ports[row * ENDS + first + 1] = icmp.type * 256 + icmp.code
  }
  if (one.counters !== undefined) {
    const { original, reply } = one.counters
    columns.countersColumn().set([original.packets, original.bytes, reply.packets, reply.bytes], row * 4)
  }
  if (one.startedAt !== undefined) columns.startedAtColumn()[row] = one.startedAt
  return row
}
