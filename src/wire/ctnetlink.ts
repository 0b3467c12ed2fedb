/**
 * NETLINK_NETFILTER's connection tracking (ctnetlink): the table, what changes in it, and what it has counted.
 *
 * Requests are dumps, narrowed by the kernel where it can: by family, tuple (since 5.8), mark, status, zone. A kernel
 * that doesn't know a filter ignores it, so the decoder judges again. Sources: net/netfilter/nf_conntrack_netlink.c,
 * include/uapi/linux/netfilter/nfnetlink_conntrack.h. Attributes' numbers are big-endian, but the filter's flags.
 */
import { TrackedColumns, trackedAt } from '../model/nat/tracked-columns.ts'
import type { TrackedConnection } from '../model/nat/tracked-connection.ts'
import { decodeEntry } from './ctnetlink-entry.ts'
import {
  type DumpProgress,
  messages,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_HEADER,
  type Views,
  writeHeader,
} from './netlink.ts'
import { NetlinkWriter } from './netlink-writer.ts'

/** `NFNL_SUBSYS_CTNETLINK << 8`, with `IPCTNL_MSG_CT_…`. */
const NEW = 0x100
const GET = 0x101
const DELETE = 0x102
const GET_STATS_CPU = 0x104
const GET_STATS = 0x105
/** `struct nfgenmsg`: family u8, version u8, res_id be16. */
const GENERIC_MESSAGE = 4
/** Set in the event of a new entry, and not in that of a changed one. */
const NLM_F_CREATE = 0x400

/** Multicast groups NFNLGRP_CONNTRACK_NEW, _UPDATE and _DESTROY, as bind(2) has them: bits from 0. */
export const CONNTRACK_EVENT_GROUPS = 0b111

const CTA = {
  tupleOriginal: 1,
  tupleReply: 2,
  status: 3,
  mark: 8,
  zone: 18,
  markMask: 21,
  filter: 25,
  statusMask: 26,
}
const TUPLE = { ip: 1, protocol: 2 }
const IP = { sourceV4: 1, destinationV4: 2, sourceV6: 3, destinationV6: 4 }
const PROTOCOL = { number: 1, sourcePort: 2, destinationPort: 3 }
const FILTER = { originalFlags: 1, replyFlags: 2 }
/** `CTA_FILTER_F_…` (net/netfilter/nf_internals.h). */
const FLAG = { source: 1, destination: 2, protocol: 8, sourcePort: 16, destinationPort: 32 }

/** A tuple of which only some parts are said. Ports need a protocol. */
export interface PartialTuple {
  readonly protocol?: number
  /** 4 or 16 bytes. */
  readonly source?: Uint8Array
  readonly destination?: Uint8Array
  readonly sourcePort?: number
  readonly destinationPort?: number
}

/** What the kernel can narrow a dump by. */
export interface ConnectionFilter {
  /** 4 or 6; both when absent. A tuple needs one. */
  readonly family?: 4 | 6
  readonly original?: PartialTuple
  readonly reply?: PartialTuple
  /** `(mark & mask) === value`. */
  readonly mark?: { readonly value: number; readonly mask: number }
  /** `(status & mask) === value`. */
  readonly status?: { readonly value: number; readonly mask: number }
  readonly zone?: number
}

const FAMILY_CODES = { 4: 2, 6: 10 } as const

/** A request for the table, or as much of it as passes the filter (IPCTNL_MSG_CT_GET). */
export function encodeConnectionsRequest(filter: ConnectionFilter = {}, sequence = 1): Uint8Array {
  const { family, original, reply, mark, status, zone } = filter
  const body = new NetlinkWriter()
  const flags = { original: 0, reply: 0 }
  if (original !== undefined) flags.original = writeTuple(body, CTA.tupleOriginal, original)
  if (reply !== undefined) flags.reply = writeTuple(body, CTA.tupleReply, reply)
  if (status !== undefined) {
    body.u32(CTA.status, status.value)
    body.u32(CTA.statusMask, status.mask)
  }
  if (mark !== undefined) {
    body.u32(CTA.mark, mark.value)
    body.u32(CTA.markMask, mark.mask)
  }
  if (zone !== undefined) body.u16(CTA.zone, zone)
  if (flags.original !== 0 || flags.reply !== 0)
    body.nested(CTA.filter, inner => {
      inner.hostU32(FILTER.originalFlags, flags.original)
      inner.hostU32(FILTER.replyFlags, flags.reply)
    })
  return request(GET, body.bytes(), family === undefined ? 0 : FAMILY_CODES[family], sequence)
}

/** Writes the parts of a tuple and gives the flags that say which they are. */
function writeTuple(body: NetlinkWriter, type: number, tuple: PartialTuple): number {
  const { protocol, source, destination, sourcePort, destinationPort } = tuple
  let flags = 0
  body.nested(type, inner => {
    if (source !== undefined || destination !== undefined)
      inner.nested(TUPLE.ip, ip => {
        if (source !== undefined) ip.put(source.length === 4 ? IP.sourceV4 : IP.sourceV6, source)
        if (destination !== undefined)
          ip.put(destination.length === 4 ? IP.destinationV4 : IP.destinationV6, destination)
      })
    if (source !== undefined) flags |= FLAG.source
    if (destination !== undefined) flags |= FLAG.destination
    if (protocol === undefined) return
    flags |= FLAG.protocol
    inner.nested(TUPLE.protocol, one => {
      one.u8(PROTOCOL.number, protocol)
      if (sourcePort !== undefined) one.u16(PROTOCOL.sourcePort, sourcePort)
      if (destinationPort !== undefined) one.u16(PROTOCOL.destinationPort, destinationPort)
    })
    if (sourcePort !== undefined) flags |= FLAG.sourcePort
    if (destinationPort !== undefined) flags |= FLAG.destinationPort
  })
  return flags
}

function request(type: number, body: Uint8Array, family: number, sequence: number): Uint8Array {
  const bytes = new Uint8Array(NLMSG_HEADER + GENERIC_MESSAGE + body.length)
  writeHeader(bytes, type, NLM_F_REQUEST | NLM_F_DUMP, sequence)
  bytes[NLMSG_HEADER] = family
  bytes.set(body, NLMSG_HEADER + GENERIC_MESSAGE)
  return bytes
}

/**
 * Appends the entries of a chunk of an answer. One that makes no sense, without family or tuple, is left out; so is a row
 * that `keep` doesn't want.
 */
export function decodeConnections(
  views: Views,
  length: number,
  into: TrackedColumns,
  keep?: (columns: TrackedColumns, row: number) => boolean,
): DumpProgress {
  return messages(views, length, NEW, (payload, end) => {
    const row = into.add()
    if (!decodeEntry(views, payload, end, into, row) || keep?.(into, row) === false) into.length--
  })
}

export type ConnectionEventKind = 'new' | 'update' | 'destroy'

export interface ConnectionEvent {
  readonly kind: ConnectionEventKind
  readonly connection: TrackedConnection
}

/**
 * The events in a chunk of what the multicast groups send, in their order. An update tells only what it is about: a field
 * that is absent hasn't changed.
 */
export function decodeConnectionEvents(views: Views, length: number): ConnectionEvent[] {
  const events: ConnectionEvent[] = []
  const { u16 } = views
  messages(
    views,
    length,
    NEW,
    (payload, end) => {
      const header = (payload - NLMSG_HEADER) >> 1
      const type = u16[header + 2]!
      if (type !== NEW && type !== DELETE) return
      const columns = new TrackedColumns(1)
      if (!decodeEntry(views, payload, end, columns, columns.add())) return
      const kind = type === DELETE ? 'destroy' : (u16[header + 3]! & NLM_F_CREATE) !== 0 ? 'new' : 'update'
      events.push({ kind, connection: trackedAt(columns, 0) })
    },
    SUBSYSTEM,
  )
  return events
}

const SUBSYSTEM = 0xff00

/** What one processor, or all of them together, have counted since boot (`struct ip_conntrack_stat`). */
export const TRACKING_COUNTERS = [
  'found',
  'invalid',
  'insert',
  'insertFailed',
  'drop',
  'earlyDrop',
  'error',
  'searchRestart',
  'clashResolve',
  'chainTooLong',
] as const
export type TrackingCounters = Record<(typeof TRACKING_COUNTERS)[number], number>

/** `CTA_STATS_…` that are still told. */
const COUNTER_TYPES: ReadonlyMap<number, keyof TrackingCounters> = new Map([
  [2, 'found'],
  [4, 'invalid'],
  [8, 'insert'],
  [9, 'insertFailed'],
  [10, 'drop'],
  [11, 'earlyDrop'],
  [12, 'error'],
  [13, 'searchRestart'],
  [14, 'clashResolve'],
  [15, 'chainTooLong'],
])

export const noTrackingCounters = (): TrackingCounters =>
  Object.fromEntries(TRACKING_COUNTERS.map(name => [name, 0])) as TrackingCounters

/** A request for the counters of each processor (IPCTNL_MSG_CT_GET_STATS_CPU). */
export const encodeCountersRequest = (sequence = 1): Uint8Array =>
  request(GET_STATS_CPU, new Uint8Array(0), 0, sequence)

/** Adds what the processors of a chunk have counted. */
export function decodeCounters(views: Views, length: number, into: TrackingCounters): DumpProgress {
  return messages(views, length, GET_STATS_CPU, (payload, end) => {
    eachU32(views, payload, end, (type, value) => {
      const name = COUNTER_TYPES.get(type)
      if (name !== undefined) into[name] += value
    })
  })
}

export interface TableFill {
  readonly entries: number
  /** Absent where the kernel doesn't tell it (before 5.14). */
  readonly limit?: number
}

/** A request for the number of entries (IPCTNL_MSG_CT_GET_STATS), answered by one message and an acknowledgement. */
export function encodeFillRequest(sequence = 1): Uint8Array {
  const bytes = request(GET_STATS, new Uint8Array(0), 0, sequence)
  writeHeader(bytes, GET_STATS, NLM_F_REQUEST | NLM_F_ACK, sequence)
  return bytes
}

const NLM_F_ACK = 4

export function decodeFill(views: Views, length: number, told: (fill: TableFill) => void): DumpProgress {
  return messages(views, length, GET_STATS, (payload, end) => {
    const found = new Map<number, number>()
    eachU32(views, payload, end, (type, value) => found.set(type, value))
    const entries = found.get(1)
    const limit = found.get(2)
    if (entries !== undefined) told({ entries, ...(limit === undefined ? {} : { limit }) })
  })
}

function eachU32(
  { u8, u16 }: Views,
  payload: number,
  end: number,
  each: (type: number, value: number) => void,
): void {
  for (let at = payload + GENERIC_MESSAGE; at + 4 <= end; ) {
    const size = u16[at >> 1]!
    if (size < 4 || at + size > end) return
    if (size === 8)
      each(
        u16[(at >> 1) + 1]! & 0x3fff,
        ((u8[at + 4]! << 24) | (u8[at + 5]! << 16) | (u8[at + 6]! << 8) | u8[at + 7]!) >>> 0,
      )
    at += (size + 3) & ~3
  }
}
