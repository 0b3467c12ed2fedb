/** The rows of the first screen: listeners, with what is worth noticing about each. */
import { compareLevels, type ExposureLevel } from '../../../model/exposure.ts'
import { familyCode, stateCode, UNTOLD } from '../../../model/socket-columns.ts'
import {
  type Listener,
  NO_OWNER_WORDS,
  type ServiceNames,
  type SocketTable,
} from '../../../tools/sockets/sockets.ts'
import type { Column } from '../render/column.ts'
import { ago } from './ago.ts'
import { endpointText } from './endpoint-text.ts'

export interface OverviewRow {
  readonly level: ExposureLevel
  readonly netns: string | number
  readonly port: number
  readonly protocol: string
  readonly service: string | null
  /** Holders as `812/node`; where none can be named, the reason or the unit in parentheses. */
  readonly processes: readonly string[]
  readonly user: string | number | null
  /** Since when the oldest owner has been running, milliseconds since 1970. */
  readonly since: number | null
  /** Endpoints, each once, the most exposed first. */
  readonly local: readonly string[]
  readonly note: string | null
}

/** Most exposed first, then by port. */
export function overviewRows(
  table: SocketTable,
  listeners: readonly Listener[],
  services: ServiceNames,
): OverviewRow[] {
  return listeners
    .map(listener => rowOf(table, listener, services))
    .sort((a, b) => compareLevels(b.level, a.level) || a.port - b.port || (a.protocol < b.protocol ? -1 : 1))
}

function rowOf(table: SocketTable, listener: Listener, services: ServiceNames): OverviewRow {
  const { facts, columns } = table
  const processes = listener.pids.map(pid => facts.process(pid)).filter(one => one !== null)
  const level = (row: number) => facts.exposure(row)!.level
  const widestFirst = listener.rows.toSorted((a, b) => compareLevels(level(b), level(a)))
  const uid = processes[0]?.uid ?? columns.uid[listener.rows[0]!]!
  return {
    level: listener.exposure.level,
    netns: facts.namespace(listener.netns)?.name ?? listener.netns,
    port: listener.port,
    protocol: listener.protocol,
    service: services(listener.port, listener.protocol)?.name ?? null,
    processes: holdersOf(table, listener),
    user: uid === UNTOLD ? null : (facts.userName(uid) ?? uid),
    since: processes.length === 0 ? null : Math.min(...processes.map(one => one.startedAt)),
    local: [...new Set(widestFirst.map(row => endpointText(table, row, 'local')))],
    note: noteOf(table, listener),
  }
}

/** A hidden owner is known by its unit or container, which the socket's control group tells. */
function holdersOf({ facts }: SocketTable, { pids, rows }: Listener): readonly string[] {
  if (pids.length > 0) return pids.map(pid => `${pid}/${facts.process(pid)?.name ?? '(gone)'}`)
  const group = facts.group(rows[0]!)
  const container = group?.container
  const within = container === undefined ? group?.unit : `${container.runtime} ${container.id.slice(0, 12)}`
  return [`(${within ?? NO_OWNER_WORDS[facts.noOwner(rows[0]!) ?? 'vanished']})`]
}

/** The accept queue holds one more than its limit before it is full (see the findings about listeners). */
function noteOf({ columns }: SocketTable, { rows }: Listener): string | null {
  const notes: string[] = []
  const full = rows.some(
    row =>
      columns.state[row] === LISTEN &&
      columns.sendQueue[row] !== UNTOLD &&
      columns.receiveQueue[row] !== UNTOLD &&
      columns.receiveQueue[row]! > columns.sendQueue[row]!,
  )
  if (full) notes.push('accept queue full')
  if (rows.every(row => columns.family[row] === IPV6 && columns.v6only[row] === 1)) notes.push('IPv6 only')
  if (rows.length > 2) notes.push(`${rows.length} sockets`)
  return notes.length === 0 ? null : notes.join(', ')
}

const column = <Key extends keyof Column<OverviewRow>>(
  key: string,
  title: string,
  value: Column<OverviewRow>['value'],
  more?: Pick<Column<OverviewRow>, Key>,
): Column<OverviewRow> => ({ key, title, value, ...more })

const NETNS = column('netns', 'NETNS', row => row.netns)
const PORT = column('port', 'PORT', row => row.port, { align: 'right' })
const PROTO = column('proto', 'PROTO', row => row.protocol)
const SERVICE = column('service', 'SERVICE', row => row.service, { priority: 4, truncate: 'end' })
const USER = column('user', 'USER', row => row.user, { priority: 5 })
const NOTE = column('note', 'NOTE', row => row.note, { priority: 2, style: () => 'warn' })

/** The columns of plain lines and CSV: whole, and the same from one minute to the next. `several`: namespaces. */
export const overviewColumns = (several: boolean): readonly Column<OverviewRow>[] => [
  column('reach', 'REACH', row => row.level),
  ...(several ? [NETNS] : []),
  PORT,
  PROTO,
  SERVICE,
  column('process', 'PROCESS', row => row.processes.join(',')),
  USER,
  column('since', 'SINCE', row => (row.since === null ? null : new Date(row.since).toISOString())),
  column('local', 'LOCAL', row => row.local.join(' ')),
  NOTE,
]

/** The columns of the screen, for people. `now`: milliseconds since 1970. */
export const screenColumns = (several: boolean, now: number): readonly Column<OverviewRow>[] => [
  ...(several ? [NETNS] : []),
  PORT,
  PROTO,
  SERVICE,
  column('process', 'PROCESS', row => shortened(row.processes, 1), { truncate: 'middle', least: 16 }),
  USER,
  column('up', 'UP', row => (row.since === null ? null : ago(now - row.since)), {
    priority: 6,
    align: 'right',
  }),
  column('local', 'LISTENS ON', row => shortened(row.local.map(hostOf), row.local.length === 2 ? 2 : 1), {
    priority: 3,
    truncate: 'end',
  }),
  NOTE,
]

/** The port stands in a column of its own. */
const hostOf = (endpoint: string): string =>
  endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1')

function shortened(all: readonly string[], most: number): string {
  const more = all.length - most
  return `${all.slice(0, most).join(' ')}${more > 0 ? ` +${more}` : ''}`
}

const LISTEN = stateCode('listen')
const IPV6 = familyCode('ipv6')
