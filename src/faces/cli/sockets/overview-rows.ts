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
  readonly port: number
  readonly protocol: string
  readonly service: string | null
  readonly process: string
  readonly user: string | number | null
  /** How long the oldest owner has been running. */
  readonly up: string | null
  readonly local: string
  readonly note: string | null
}

/** Most exposed first, then by port. */
export function overviewRows(
  table: SocketTable,
  listeners: readonly Listener[],
  services: ServiceNames,
  now: number,
): OverviewRow[] {
  return listeners
    .map(listener => rowOf(table, listener, services, now))
    .sort((a, b) => compareLevels(b.level, a.level) || a.port - b.port || (a.protocol < b.protocol ? -1 : 1))
}

function rowOf(table: SocketTable, listener: Listener, services: ServiceNames, now: number): OverviewRow {
  const { facts, columns } = table
  const first = listener.rows[0]!
  const processes = listener.pids.map(pid => facts.process(pid)).filter(one => one !== null)
  const reason = facts.noOwner(first)
  const uid = processes[0]?.uid ?? columns.uid[first]!
  const group = facts.group(first)
  const more = processes.length > 1 ? ` +${processes.length - 1}` : ''
  const started = Math.min(...processes.map(one => one.startedAt))
  return {
    level: listener.exposure.level,
    port: listener.port,
    protocol: listener.protocol,
    service: services(listener.port, listener.protocol)?.name ?? null,
    process:
      processes.length > 0
        ? `${processes[0]!.pid}/${processes[0]!.name}${more}`
        : `(${group?.unit ?? NO_OWNER_WORDS[reason ?? 'vanished']})`,
    user: uid === UNTOLD ? null : (facts.userName(uid) ?? uid),
    up: processes.length === 0 ? null : ago(now - started),
    local: listener.rows.map(row => endpointText(table, row, 'local')).join(' '),
    note: noteOf(table, listener),
  }
}

function noteOf({ columns }: SocketTable, { rows }: Listener): string | null {
  const notes: string[] = []
  const full = rows.some(
    row => columns.state[row] === LISTEN && columns.receiveQueue[row]! > columns.sendQueue[row]!,
  )
  if (full) notes.push('accept queue full')
  if (rows.every(row => columns.family[row] === IPV6 && columns.v6only[row] === 1)) notes.push('IPv6 only')
  if (rows.length > 2) notes.push(`${rows.length} sockets`)
  return notes.length === 0 ? null : notes.join(', ')
}

export const overviewColumns = (): readonly Column<OverviewRow>[] => [
  { key: 'reach', title: 'REACH', value: row => row.level },
  ...SHOWN,
]

/** The columns that a screen shows; plain and CSV have the reach as well. */
export const SHOWN: readonly Column<OverviewRow>[] = [
  { key: 'port', title: 'PORT', align: 'right', value: row => row.port },
  { key: 'proto', title: 'PROTO', value: row => row.protocol },
  { key: 'service', title: 'SERVICE', priority: 3, truncate: 'end', value: row => row.service },
  { key: 'process', title: 'PROCESS', truncate: 'middle', value: row => row.process },
  { key: 'user', title: 'USER', priority: 4, value: row => row.user },
  { key: 'up', title: 'UP', priority: 5, align: 'right', value: row => row.up },
  { key: 'local', title: 'LISTENS ON', priority: 2, truncate: 'end', value: row => row.local },
  { key: 'note', title: 'NOTE', priority: 6, value: row => row.note, style: () => 'warn' },
]

const LISTEN = stateCode('listen')
const IPV6 = familyCode('ipv6')
