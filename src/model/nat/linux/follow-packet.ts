/**
 * What a packet is to the connections of a host, and what it makes of them (nf_conntrack_in, resolve_normal_ct,
 * nf_conntrack_inet_error). It is looked at first and taken to heart afterwards, since a rule before connection tracking
 * may keep the packet away from it.
 */
import type { Conntrack, Packet, Tuple } from '../../filter/packet.ts'
import { answerTo, canBeAnswered, trackedTuple } from '../../path/connection-tuple.ts'
import type { Quoted } from '../../path/connections.ts'
import { hasValidFlags, isIcmpError, isNeverTracked, mayBegin } from '../../path/first-packet.ts'
import type { ConntrackTable, Found } from './conntrack-table.ts'
import { type Entry, STATUS } from './entry.ts'
import { followDatagram } from './follow-datagrams.ts'
import { beginTcp, followTcp } from './follow-tcp.ts'
import { presumedSegment } from './presumed-segment.ts'
import { segmentOf, type TcpSegment } from './tcp-segment.ts'
import { TcpTrack } from './tcp-track.ts'

const TCP = 6
const SECOND = 1000

/** How the packet is seen, and what is to be done about it once it has been seen. */
export interface Look {
  /** As rules may ask for it. */
  readonly conntrack: Conntrack
  readonly entry?: Entry | undefined
  /** No entry can be made for it: it is lost. */
  readonly isLost?: true
  readonly counts?: 'invalid' | 'error'
  /** Of the entry, afterwards. */
  readonly track?: TcpTrack | undefined
  readonly status?: number
  /** Milliseconds from now; undefined: its time stays as it was. */
  readonly lasts?: number | undefined
  /** This entry ends. */
  readonly ends?: Entry | undefined
}

export function lookAt(table: ConntrackTable, packet: Packet, quoted: Quoted | undefined, now: number): Look {
  const { protocol = 0, family } = packet
  if (isNeverTracked(packet)) return { conntrack: { state: 'untracked' } }
  if (isIcmpError(packet)) return errorAbout(table, packet, quoted, now)
  const tuple = trackedTuple(packet)
  if (tuple === undefined || !canBeAnswered(tuple, packet)) return INVALID
  const found = table.find(family, protocol, tuple, now)
  if (found === undefined) return beginning(table, packet, tuple, now)
  if (!hasValidFlags(packet)) return INVALID
  return continuing(table, packet, tuple, found, now)
}

/** What was seen is made true. The status may have grown by what rules did. */
export function takeIn(table: ConntrackTable, look: Look, now: number): void {
  const { entry, counts, track, status, lasts, ends } = look
  if (counts !== undefined) table.counters[counts]++
  if (look.isLost === true) table.counters.drop++
  if (ends !== undefined) table.forget(ends)
  if (entry === undefined) return
  if (track !== undefined) entry.tcp = track
  if (status !== undefined) entry.status |= status
  if (lasts !== undefined) entry.expires = (entry.status & STATUS.confirmed) === 0 ? lasts : now + lasts
}

const INVALID: Look = { conntrack: { state: 'invalid' }, counts: 'invalid' }

function errorAbout(
  table: ConntrackTable,
  { family, destination }: Packet,
  quoted: Quoted | undefined,
  now: number,
): Look {
  const unrelated: Look = { conntrack: { state: 'invalid' }, counts: 'error' }
  if (quoted === undefined) return unrelated
  // What would answer the quoted packet is looked for: a translated connection is found by what left or came last.
  const sought = answerTo(quoted.tuple, quoted)
  const found = table.find(family, quoted.protocol, sought, now)
  if (found === undefined) return unrelated
  const { entry, direction } = found
  const tuple = direction === 0 ? entry.original : entry.reply
  if (tuple.destination !== destination) return unrelated
  return { entry, conntrack: { ...viewOf(entry, direction, entry.status), state: 'related' } }
}

function beginning(table: ConntrackTable, packet: Packet, tuple: Tuple, now: number): Look {
  if (!table.hasRoom()) return { conntrack: { state: 'invalid' }, isLost: true }
  if (!hasValidFlags(packet) || !mayBegin(packet)) return INVALID
  const { family, protocol = 0 } = packet
  let track: TcpTrack | undefined
  let segment: TcpSegment | undefined
  if (protocol === TCP) {
    track = new TcpTrack()
    segment = segmentOf(packet) ?? presumedSegment(track, 0, packet.tcpFlags ?? 0)
    if (!beginTcp(track, segment, table.settings)) return INVALID
  }
  const entry: Entry = {
    family,
    protocol,
    zone: 0,
    original: tuple,
    reply: answerTo(tuple, packet),
    status: 0,
    mark: 0,
    expires: 0,
    began: now,
    tcp: track,
    masqueradedBy: undefined,
    place: -1,
  }
  return followed(table, entry, 0, segment, track, now)
}

function continuing(
  table: ConntrackTable,
  packet: Packet,
  tuple: Tuple,
  { entry, direction }: Found,
  now: number,
): Look {
  // Only a request makes an entry, but its answers are judged by the type of the request (nf_conntrack_icmp_packet).
  if (entry.tcp === undefined) return followed(table, entry, direction, undefined, undefined, now)
  const track = new TcpTrack()
  track.copy(entry.tcp)
  const segment = segmentOf(packet) ?? presumedSegment(track, direction, packet.tcpFlags ?? 0)
  const look = followed(table, entry, direction, segment, track, now)
  if (look !== REOPENS) return look
  // The old one is gone before the new one is looked for.
  const next = beginning(table, packet, tuple, now)
  return { ...next, ends: entry }
}

const REOPENS: Look = { conntrack: { state: 'invalid' } }

function followed(
  table: ConntrackTable,
  entry: Entry,
  direction: 0 | 1,
  segment: TcpSegment | undefined,
  track: TcpTrack | undefined,
  now: number,
): Look {
  const { settings } = table
  const { status: before } = entry
  let grown = direction === 1 ? STATUS.seenReply : 0
  let lasts: number | undefined
  let ends: Entry | undefined
  if (segment !== undefined && track !== undefined) {
    const rest = Math.max(0, entry.expires - now) / SECOND
    const result = followTcp(track, direction, segment, { status: before, rest }, settings)
    if (result.verdict === 'reopen') return REOPENS
    if (result.timeout !== undefined) lasts = result.timeout * SECOND
    if (result.verdict === 'invalid') return { ...INVALID, entry, track, lasts }
    if (result.assured === true) grown |= STATUS.assured
    if (result.ended === true) ends = entry
  } else {
    const result = followDatagram(entry.protocol, before, now - entry.began, settings)
    lasts = result.timeout * SECOND
    if (result.assured) grown |= STATUS.assured
  }
  return { entry, conntrack: viewOf(entry, direction, before | grown), status: grown, track, lasts, ends }
}

/** Once there was an answer, all packets are of an established connection; the answer itself is. */
function viewOf(entry: Entry, direction: 0 | 1, status: number): Conntrack {
  const isAnswered = direction === 1 || (status & STATUS.seenReply) !== 0
  return {
    state: isAnswered ? 'established' : 'new',
    direction: direction === 0 ? 'original' : 'reply',
    status,
    mark: entry.mark,
    original: entry.original,
    reply: entry.reply,
  }
}
