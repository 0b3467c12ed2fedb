/**
 * The socket table of a Linux host: one namespace after the other, through netlink where we may, else `/proc`.
 *
 * A dump is taken bucket by bucket, so a socket can turn up twice in it: rows are told apart by cookie. What
 * the kernel could not filter (states that it doesn't tell apart, port 0, all of `/proc`) is filtered here, so that a
 * query gets what it asked for from either source.
 */
import type { Finding } from '../../model/finding.ts'
import { type Family, SOCKET_PROTOCOLS, type SocketProtocol } from '../../model/protocol.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { dedupeByCookie, dedupeByEnds } from '../../model/socket-dedupe.ts'
import { narrow } from '../narrow.ts'
import type { SocketQuery } from '../os.ts'
import type { DiagReader } from './diag-reader.ts'
import type { LazyProtocol } from './kernel-protocols.ts'
import type { ProcReader } from './proc-reader.ts'

/** The two ways into a namespace: netlink where it can be had, `/proc` where there is a process to look through. */
export interface TableReaders {
  readonly diag: DiagReader | null
  /** Imported when it is needed, which is seldom. */
  readonly proc: (() => Promise<ProcReader>) | null
  /** About how many TCP sockets the namespace has. */
  readonly count: () => number
  /** Whether the kernel has the protocol: asking for one that it hasn't would make it load the module. */
  readonly registered: (protocol: LazyProtocol) => boolean
}

export async function readNamespace(readers: TableReaders, query: SocketQuery): Promise<SocketColumns> {
  const columns = new SocketColumns(roomFor(query, readers))
  const { protocols, families, ...rest } = query
  for (const protocol of new Set(protocols ?? SOCKET_PROTOCOLS)) {
    const wanted = familiesOf(protocol, families)
    if (protocol === 'tcp' && wanted.length === 2 && readTcp(readers, rest, columns)) continue
    for (const family of wanted) {
      if (protocol === 'unix' || family === 'unix') await readUnix(readers, rest, columns)
      else await readInet(readers, protocol, family, rest, columns)
    }
  }
  return columns
}

/** There are never many of these. */
const FEW: ReadonlySet<string> = new Set(['listen', 'bound'])

/** How many rows to make room for at first: to grow later means to copy. The kernel tells how many there are. */
function roomFor(
  { states, localPort, peerPort }: SocketQuery,
  { count }: Pick<TableReaders, 'count'>,
): number {
  if (states?.every(state => FEW.has(state)) || localPort !== undefined || peerPort !== undefined) return 256
  return Math.max(1024, Math.ceil(count() * 1.1))
}

function familiesOf(protocol: SocketProtocol, wanted: readonly Family[] | undefined): readonly Family[] {
  const all: readonly Family[] = protocol === 'unix' ? ['unix'] : ['ipv4', 'ipv6']
  return wanted === undefined ? all : all.filter(family => wanted.includes(family))
}

/** TCP of both families in one walk; false where that can't be had, and each family is to be asked for. */
function readTcp({ diag }: TableReaders, query: SocketQuery, columns: SocketColumns): boolean {
  if (diag === null) return false
  const start = columns.length
  const { errno, interrupted } = diag.readInet('tcp', 'both', query, columns)
  if (errno !== 0) {
    columns.length = start
    return false
  }
  if (interrupted) columns.notes.push(changed('tcp'))
  dedupeByCookie(columns, start)
  narrow(columns, start, query)
  return true
}

async function readInet(
  { diag, proc, registered }: TableReaders,
  protocol: Exclude<SocketProtocol, 'unix'>,
  family: 'ipv4' | 'ipv6',
  query: SocketQuery,
  columns: SocketColumns,
): Promise<void> {
  if ((protocol === 'sctp' || protocol === 'dccp') && !registered(protocol)) return
  const start = columns.length
  if (diag !== null) {
    const result = diag.readInet(protocol, family, query, columns)
    if (result.errno === 0) {
      if (result.interrupted) columns.notes.push(changed(`${protocol} ${family}`))
      dedupeByCookie(columns, start)
      narrow(columns, start, query)
      return
    }
    columns.length = start
  }
  if ((await proc?.())?.readInet(protocol, family, columns) === true) {
    if (protocol === 'tcp') dedupeByEnds(columns, start)
    narrow(columns, start, query)
    // Raw sockets look alike from either source; for all others /proc tells less.
    if (protocol !== 'raw') columns.notes.push(lessDetail(`${protocol} ${family}`))
  } else if (protocol !== 'raw' && protocol !== 'sctp' && protocol !== 'dccp' && family === 'ipv4') {
    columns.notes.push(unreadable(protocol))
  }
}

async function readUnix(
  { diag, proc }: TableReaders,
  query: SocketQuery,
  columns: SocketColumns,
): Promise<void> {
  if ((query.localPort ?? 0) !== 0 || (query.peerPort ?? 0) !== 0) return
  const start = columns.length
  if (diag !== null) {
    const result = await diag.readUnix(query, columns)
    if (result.errno === 0) {
      if (result.interrupted) columns.notes.push(changed('unix'))
      dedupeByCookie(columns, start)
      narrow(columns, start, query)
      return
    }
    columns.length = start
  }
  if ((await proc?.())?.readUnix(columns) === true) narrow(columns, start, query)
  else columns.notes.push(unreadable('unix'))
}

const changed = (table: string): Finding => ({
  code: 'table-changed',
  severity: 'note',
  certainty: 'proven',
  subject: table,
  says: `the ${table} table changed while it was read: sockets may be missing`,
  evidence: [{ source: 'netlink', says: 'the kernel set NLM_F_DUMP_INTR' }],
  remedy: 'Ask again.',
})

const lessDetail = (table: string): Finding => ({
  code: 'read-from-proc',
  severity: 'note',
  certainty: 'proven',
  subject: table,
  says: `the ${table} table was read from /proc: v6only, interfaces, queue limits and bound sockets are not told there`,
  evidence: [{ source: '/proc', says: 'netlink could not be used' }],
  remedy: 'Install the optional dependency koffi, or run as root to enter other namespaces.',
})

const unreadable = (table: string): Finding => ({
  code: 'table-unreadable',
  severity: 'medium',
  certainty: 'proven',
  subject: table,
  says: `the ${table} table could not be read, neither through netlink nor from /proc`,
  evidence: [{ source: 'netlink and /proc', says: 'both refused' }],
  remedy: 'See what `ports self` says that this process may do.',
})
