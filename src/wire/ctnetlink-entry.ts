/**
 * One entry of the kernel's connection tracking, from its attributes into a row (ctnetlink_fill_info,
 * net/netfilter/nf_conntrack_netlink.c). One walk, no object on the way: a table has a hundred thousand of them.
 */
import { ENDS, type TrackedColumns } from '../model/nat/tracked-columns.ts'
import type { Views } from './netlink.ts'

const MASK = 0x3fff
/** `enum ctattr_type` */
const TUPLE_ORIGINAL = 1
const TUPLE_REPLY = 2
const STATUS = 3
const PROTOINFO = 4
const TIMEOUT = 7
const MARK = 8
const COUNTERS_ORIGINAL = 9
const COUNTERS_REPLY = 10
const ID = 12
const ZONE = 18
const TIMESTAMP = 20
/** `enum ctattr_tuple`, `ctattr_ip`, `ctattr_l4proto` */
const TUPLE_IP = 1
const TUPLE_PROTOCOL = 2
const AF_INET = 2
const AF_INET6 = 10

/** Fills the row; false where it is no connection: no family, not both tuples. `payload`: of the message. */
export function decodeEntry(
  views: Views,
  payload: number,
  end: number,
  columns: TrackedColumns,
  row: number,
): boolean {
  const { u8, u16 } = views
  if (payload + 4 > end) return false
  const family = u8[payload]!
  if (family !== AF_INET && family !== AF_INET6) return false
  columns.family[row] = family === AF_INET ? 4 : 6
  let tuples = 0
  for (let at = payload + 4; at + 4 <= end; ) {
    const size = u16[at >> 1]!
    if (size < 4 || at + size > end) break
    const from = at + 4
    const to = at + size
    switch (u16[(at >> 1) + 1]! & MASK) {
      case TUPLE_ORIGINAL:
        if (readTuple(views, from, to, columns, row, 0)) tuples |= 1
        break
      case TUPLE_REPLY:
        if (readTuple(views, from, to, columns, row, 2)) tuples |= 2
        break
      case STATUS:
        if (size === 8) columns.status[row] = be32(u8, from)
        break
      case PROTOINFO:
        readState(views, from, to, columns, row)
        break
      case TIMEOUT:
        if (size === 8) columns.timeout[row] = be32(u8, from)
        break
      case MARK:
        if (size === 8) columns.mark[row] = be32(u8, from)
        break
      case COUNTERS_ORIGINAL:
        readCounters(views, from, to, columns, row, 0)
        break
      case COUNTERS_REPLY:
        readCounters(views, from, to, columns, row, 2)
        break
      case ID:
        if (size === 8) columns.id[row] = be32(u8, from)
        break
      case ZONE:
        if (size === 6) columns.zone[row] = (u8[from]! << 8) | u8[from + 1]!
        break
      case TIMESTAMP:
        readStart(views, from, to, columns, row)
        break
    }
    at += (size + 3) & ~3
  }
  return tuples === 3
}

/** `which`: 0 for the original direction, 2 for the reply. Both addresses and the protocol must be there. */
function readTuple(
  { u8, u16 }: Views,
  start: number,
  stop: number,
  columns: TrackedColumns,
  row: number,
  which: 0 | 2,
): boolean {
  const width = columns.family[row] === 4 ? 4 : 16
  const addresses = (row * ENDS + which) * 16
  const ports = row * ENDS + which
  let seen = 0
  for (let at = start; at + 4 <= stop; ) {
    const size = u16[at >> 1]!
    if (size < 4 || at + size > stop) break
    const type = u16[(at >> 1) + 1]! & MASK
    if (type === TUPLE_IP || type === TUPLE_PROTOCOL) {
      for (let inner = at + 4; inner + 4 <= at + size; ) {
        const length = u16[inner >> 1]!
        if (length < 4 || inner + length > at + size) break
        const from = inner + 4
        const kind = u16[(inner >> 1) + 1]! & MASK
        if (type === TUPLE_IP) {
          // CTA_IP_V4_SRC 1, _DST 2, CTA_IP_V6_SRC 3, _DST 4
          const side = (kind - 1) & 1
          if (kind >= 1 && kind <= 4 && kind > 2 === (width === 16) && length === width + 4) {
            for (let i = 0; i < width; i++) columns.addresses[addresses + side * 16 + i] = u8[from + i]!
            seen |= 1 << side
          }
        } else if (kind === 1) {
          if (length >= 5) {
            columns.protocol[row] = u8[from]!
            seen |= 4
          }
        } else readProtocolPart(u8, from, length, kind, columns, ports)
        inner += (length + 3) & ~3
      }
    }
    at += (size + 3) & ~3
  }
  return seen === 7
}

/** Ports 2 and 3; identifier, type and code of ICMP 4 to 6, of ICMPv6 7 to 9. */
function readProtocolPart(
  u8: Uint8Array,
  from: number,
  length: number,
  kind: number,
  columns: TrackedColumns,
  ports: number,
): void {
  switch (kind) {
    case 2:
    case 4:
    case 7:
      if (length === 6) columns.ports[ports] = (u8[from]! << 8) | u8[from + 1]!
      break
    case 3:
      if (length === 6) columns.ports[ports + 1] = (u8[from]! << 8) | u8[from + 1]!
      break
    case 5:
    case 8:
      if (length >= 5) columns.ports[ports + 1] = (columns.ports[ports + 1]! & 0xff) | (u8[from]! << 8)
      break
    case 6:
    case 9:
      if (length >= 5) columns.ports[ports + 1] = (columns.ports[ports + 1]! & 0xff00) | u8[from]!
      break
  }
}

/** CTA_PROTOINFO_TCP 1, _DCCP 2, _SCTP 3, each with its state as attribute 1. */
function readState(
  { u8, u16 }: Views,
  start: number,
  stop: number,
  columns: TrackedColumns,
  row: number,
): void {
  if (start + 8 > stop) return
  const size = u16[start >> 1]!
  if (size < 9 || start + size > stop) return
  for (let at = start + 4; at + 5 <= start + size; ) {
    const length = u16[at >> 1]!
    if (length < 4 || at + length > start + size) return
    if ((u16[(at >> 1) + 1]! & MASK) === 1 && length >= 5) columns.state[row] = u8[at + 4]!
    at += (length + 3) & ~3
  }
}

/** CTA_COUNTERS_PACKETS 1 and _BYTES 2, 64 bits each. */
function readCounters(
  { u8, u16 }: Views,
  start: number,
  stop: number,
  columns: TrackedColumns,
  row: number,
  which: 0 | 2,
): void {
  for (let at = start; at + 4 <= stop; ) {
    const size = u16[at >> 1]!
    if (size < 4 || at + size > stop) return
    const type = u16[(at >> 1) + 1]! & MASK
    if (size === 12 && (type === 1 || type === 2))
      columns.countersColumn()[row * 4 + which + type - 1] = be64(u8, at + 4)
    at += (size + 3) & ~3
  }
}

/** CTA_TIMESTAMP_START 1, nanoseconds since 1970. */
function readStart(
  { u8, u16 }: Views,
  start: number,
  stop: number,
  columns: TrackedColumns,
  row: number,
): void {
  for (let at = start; at + 4 <= stop; ) {
    const size = u16[at >> 1]!
    if (size < 4 || at + size > stop) return
    if (size === 12 && (u16[(at >> 1) + 1]! & MASK) === 1)
      columns.startedAtColumn()[row] = Math.floor(be64(u8, at + 4) / 1e6)
    at += (size + 3) & ~3
  }
}

const be32 = (u8: Uint8Array, at: number): number =>
  ((u8[at]! << 24) | (u8[at + 1]! << 16) | (u8[at + 2]! << 8) | u8[at + 3]!) >>> 0

const be64 = (u8: Uint8Array, at: number): number => be32(u8, at) * 0x1_0000_0000 + be32(u8, at + 4)
