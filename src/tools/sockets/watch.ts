/**
 * Watches sockets: opened, closed, changed hands.
 *
 * The table is read again and again, and told apart by cookie, so a port that was closed and reopened between
 * two readings shows as both. Where the host tells of sockets as they end, connections that live shorter than
 * an interval are seen too, by their end. Owners are looked up for new sockets only; those of known ones are
 * looked at again so rarely that it never costs more than half a percent of the time.
 */
import type { TcpNumbers } from '../../model/socket.ts'
import { socketAt } from '../../model/socket-row.ts'
import type { OS } from '../../os/os.ts'
import { Endings } from './endings.ts'
import { ITEM_NEEDS, itemAt, type ServiceNames, type SocketItem } from './item.ts'
import { readTable, type SocketTable, type TableRequest } from './table.ts'

export type WatchEvent =
  /** How many there are at the start; the first event, once. */
  | { readonly type: 'watching'; readonly at: number; readonly count: number }
  | { readonly type: 'opened'; readonly at: number; readonly socket: SocketItem }
  | {
      readonly type: 'owner-changed'
      readonly at: number
      readonly socket: SocketItem
      readonly before: SocketItem
    }
  /** `final`: the numbers of a TCP connection at its end. Not `seen`: it came and went between two readings. */
  | {
      readonly type: 'closed'
      readonly at: number
      readonly socket: SocketItem
      readonly seen: boolean
      readonly final?: TcpNumbers
    }
  /** After each reading: how many there are now. */
  | { readonly type: 'looked'; readonly at: number; readonly count: number }

export interface WatchRequest extends Omit<TableRequest, 'owners' | 'signal'> {
  /** Milliseconds between readings. */
  readonly interval: number
  readonly services: ServiceNames
  readonly signal: AbortSignal
}

/** Looking at all owners again may take this part of the time. */
const OWNER_SHARE = 0.005
/** And is never done more often than this, milliseconds. */
const OWNER_PAUSE = 2000

/** Events until the signal aborts. */
export async function* watch(os: OS, request: WatchRequest): AsyncIterable<WatchEvent> {
  const { interval, services, signal, ...wanted } = request
  const endings = request.listening === true ? null : new Endings(os, signal)
  const known = new Map<string, SocketItem>()
  let table = await readTable(os, { ...wanted, owners: true, signal })
  for (const [key, item] of await itemsOf(table, services)) known.set(key, item)
  yield { type: 'watching', at: os.clock.now(), count: known.size }
  let nextOwners = os.clock.monotonic() + OWNER_PAUSE
  while (await pause(os, interval, signal)) {
    const withOwners = os.clock.monotonic() >= nextOwners
    const started = os.clock.monotonic()
    table = await readTable(os, { ...wanted, owners: withOwners, signal })
    const at = os.clock.now()
    const rows = rowsByKey(table)
    yield* closings(known, rows, endings, at, { table, services })
    yield* openings(os, known, rows, table, request, at)
    if (withOwners) {
      yield* changes(known, await itemsOf(table, services), at)
      nextOwners =
        os.clock.monotonic() + Math.max(OWNER_PAUSE, (os.clock.monotonic() - started) / OWNER_SHARE)
    }
    yield { type: 'looked', at, count: rows.size }
  }
}

/** False when it is time to stop. */
async function pause(os: OS, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await os.clock.sleep(ms, signal)
    return !signal.aborted
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}

function* closings(
  known: Map<string, SocketItem>,
  rows: ReadonlyMap<string, number>,
  endings: Endings | null,
  at: number,
  { table, services }: { readonly table: SocketTable; readonly services: ServiceNames },
): Generator<WatchEvent> {
  const ended = endings?.take() ?? new Map()
  for (const [key, socket] of known) {
    if (rows.has(key)) continue
    known.delete(key)
    const final = ended.get(key)?.tcp
    ended.delete(key)
    yield { type: 'closed', at, socket, seen: true, ...(final === undefined ? {} : { final }) }
  }
  for (const [key, socket] of ended) {
    if (known.has(key) || rows.has(key)) continue
    const item = endings!.itemOf(socket, table, services)
    if (item !== null)
      yield {
        type: 'closed',
        at,
        socket: item,
        seen: false,
        ...(socket.tcp === undefined ? {} : { final: socket.tcp }),
      }
  }
}

async function* openings(
  os: OS,
  known: Map<string, SocketItem>,
  rows: ReadonlyMap<string, number>,
  table: SocketTable,
  request: WatchRequest,
  at: number,
): AsyncGenerator<WatchEvent> {
  const fresh = [...rows].filter(([key]) => !known.has(key))
  if (fresh.length === 0) return
  const { interval: _, services, ...wanted } = request
  // New sockets are rare enough that the whole table may be read again, this time with owners.
  const owned = table.owners === null ? await readTable(os, { ...wanted, owners: true }) : table
  const items = await itemsOf(owned, services)
  for (const [key] of fresh) {
    const socket = items.get(key)
    if (socket === undefined) continue // closed already: its end will be told, or it never mattered
    known.set(key, socket)
    yield { type: 'opened', at, socket }
  }
}

function* changes(
  known: Map<string, SocketItem>,
  items: ReadonlyMap<string, SocketItem>,
  at: number,
): Generator<WatchEvent> {
  for (const [key, socket] of items) {
    const before = known.get(key)
    if (before === undefined) continue
    known.set(key, socket)
    if (holders(before) !== holders(socket)) yield { type: 'owner-changed', at, socket, before }
  }
}

const holders = ({ owners, ownersUnknown }: SocketItem): string =>
  owners === null ? (ownersUnknown ?? '') : [...new Set(owners.map(owner => owner.pid))].join(' ')

async function itemsOf(table: SocketTable, services: ServiceNames): Promise<Map<string, SocketItem>> {
  await table.facts.prepare(table.rows, ITEM_NEEDS)
  return new Map([...rowsByKey(table)].map(([key, row]) => [key, itemAt(table, row, services)]))
}

/** Rows by what identifies their socket: the cookie, else the inode, else the ends. */
function rowsByKey({ columns, rows }: SocketTable): Map<string, number> {
  const keyed = new Map<string, number>()
  for (const row of rows) {
    const cookie = columns.cookie[row]!
    const inode = columns.inode[row]!
    const key =
      cookie !== 0n
        ? `${cookie}`
        : inode !== 0
          ? `i${inode}`
          : JSON.stringify([columns.protocol[row], socketAt(columns, row).local, socketAt(columns, row).peer])
    keyed.set(key, row)
  }
  return keyed
}
