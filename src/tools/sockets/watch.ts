/**
 * Watches sockets: opened, closed, changed hands.
 *
 * The table is read again and again, and told apart by cookie, so a port that was closed and reopened between
 * two readings shows as both. Where the host tells of sockets as they end, connections that live shorter than
 * an interval are seen too, by their end. Owners are looked up for new sockets only; those of known ones are
 * looked at again so rarely that it never costs more than half a percent of the time.
 */
import type { NoOwnerReason } from '../../model/owner.ts'
import type { TcpNumbers } from '../../model/socket.ts'
import type { OS } from '../../os/os.ts'
import { cameAndWent } from './came-and-went.ts'
import { Endings } from './endings.ts'
import { ITEM_NEEDS, itemAt, type ServiceNames, type SocketItem } from './item.ts'
import { socketKey } from './socket-key.ts'
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

/** Events until the signal aborts; also when that happens during a reading. */
export async function* watch(os: OS, request: WatchRequest): AsyncIterable<WatchEvent> {
  const stop = new AbortController()
  const signal = AbortSignal.any([request.signal, stop.signal])
  try {
    yield* eventsOf(os, { ...request, signal })
  } catch (error) {
    if (!request.signal.aborted) throw error
  } finally {
    stop.abort() // whoever stops listening needs no more endings
  }
}

async function* eventsOf(os: OS, request: WatchRequest): AsyncGenerator<WatchEvent> {
  const { interval, services, signal, ...wanted } = request
  const endings = request.listening === true ? null : new Endings(os, signal)
  const known = new Map<string, SocketItem>()
  let table = await readTable(os, { ...wanted, owners: true, signal })
  for (const [key, item] of await itemsOf(table, services)) known.set(key, item)
  yield { type: 'watching', at: os.clock.now(), count: known.size }
  let nextOwners = os.clock.monotonic() + OWNER_PAUSE
  for (;;) {
    await os.clock.sleep(interval, signal)
    signal.throwIfAborted()
    const withOwners = os.clock.monotonic() >= nextOwners
    const started = os.clock.monotonic()
    table = await readTable(os, { ...wanted, owners: withOwners, signal })
    const at = os.clock.now()
    const rows = rowsByKey(table)
    yield* closings(os, known, rows, endings, request, at)
    yield* openings(os, known, rows, table, request, at)
    if (withOwners) {
      yield* changes(known, await itemsOf(table, services), at)
      nextOwners =
        os.clock.monotonic() + Math.max(OWNER_PAUSE, (os.clock.monotonic() - started) / OWNER_SHARE)
    }
    yield { type: 'looked', at, count: rows.size }
  }
}

async function* closings(
  os: OS,
  known: Map<string, SocketItem>,
  rows: ReadonlyMap<string, number>,
  endings: Endings | null,
  request: WatchRequest,
  at: number,
): AsyncGenerator<WatchEvent> {
  for (const [key, socket] of known) {
    if (rows.has(key)) continue
    known.delete(key)
    const final = endings?.close(key)
    yield { type: 'closed', at, socket, seen: true, ...(final === undefined ? {} : { final }) }
  }
  const unseen = endings?.unseen(rows) ?? []
  for (const brief of await cameAndWent(os, unseen, request, request.services))
    yield { type: 'closed', at, seen: false, ...brief }
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
  const items = await itemsOf(owned, services, key => !known.has(key))
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
    if (before === undefined || LET_GO.has(socket.ownersUnknown)) continue
    known.set(key, socket)
    if (holders(before) !== holders(socket)) yield { type: 'owner-changed', at, socket, before }
  }
}

/** Its process has closed it, and nobody else has it in hand: who held it stays known until its end is told. */
const LET_GO: ReadonlySet<NoOwnerReason | undefined> = new Set(['vanished', 'time-wait', 'orphaned'])

const holders = ({ owners, ownersUnknown }: SocketItem): string =>
  owners === null ? (ownersUnknown ?? '') : [...new Set(owners.map(owner => owner.pid))].join(' ')

async function itemsOf(
  table: SocketTable,
  services: ServiceNames,
  isWanted: (key: string) => boolean = () => true,
): Promise<Map<string, SocketItem>> {
  const wanted = [...rowsByKey(table)].filter(([key]) => isWanted(key))
  await table.facts.prepare(
    Uint32Array.from(wanted, ([, row]) => row),
    ITEM_NEEDS,
  )
  return new Map(wanted.map(([key, row]) => [key, itemAt(table, row, services)]))
}

const rowsByKey = ({ columns, rows }: SocketTable): Map<string, number> =>
  new Map(Array.from(rows, row => [socketKey(columns, row), row]))
