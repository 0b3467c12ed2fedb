/** The columns of socket listings, by the name that `--fields` takes. */

import type { Process } from '../../../model/owner.ts'
import { SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { SOCKET_STATES } from '../../../model/socket.ts'
import { familyCode, UNTOLD } from '../../../model/socket-columns.ts'
import { NO_OWNER_WORDS, type SocketTable } from '../../../tools/sockets/sockets.ts'
import type { Column } from '../render/column.ts'
import { endpointText } from './endpoint-text.ts'
import { reachText } from './reach.ts'
import { hasPeer } from './socket-lines.ts'

export interface ColumnOptions {
  readonly owners: boolean
  /** Turns numbers of endpoints into names, for `-r`. */
  readonly resolved?: (row: number, end: 'local' | 'peer') => string
}

/** What a listing shows when no fields are named. The same in table, plain and CSV. */
export function defaultColumns(table: SocketTable, options: ColumnOptions): Column<number>[] {
  const all = allColumns(table, options)
  const names = [
    'proto',
    'state',
    'recvq',
    'sendq',
    'local',
    'peer',
    'reach',
    ...(options.owners ? ['process'] : []),
  ]
  return names.map(name => all.find(column => column.key === name)!)
}

export function allColumns(table: SocketTable, { owners, resolved }: ColumnOptions): Column<number>[] {
  const { columns, facts } = table
  const end = resolved ?? ((row: number, which: 'local' | 'peer') => endpointText(table, row, which))
  const first = (row: number): Process | undefined => facts.processes(row)[0]
  // A path may be shortened; half an address is a wrong one.
  const paths = table.rows.some(row => columns.family[row] === UNIX) ? ({ truncate: 'middle' } as const) : {}
  const told = (value: number) => (value === UNTOLD ? null : value)
  return [
    { key: 'proto', title: 'PROTO', value: row => SOCKET_PROTOCOLS[columns.protocol[row]!]! },
    { key: 'state', title: 'STATE', value: row => SOCKET_STATES[columns.state[row]!]! },
    {
      key: 'recvq',
      title: 'RECV-Q',
      align: 'right',
      priority: 6,
      value: row => told(columns.receiveQueue[row]!),
    },
    {
      key: 'sendq',
      title: 'SEND-Q',
      align: 'right',
      priority: 6,
      value: row => told(columns.sendQueue[row]!),
    },
    { key: 'local', title: 'LOCAL', value: row => end(row, 'local'), ...paths },
    {
      key: 'peer',
      title: 'PEER',
      priority: 3,
      value: row => (hasPeer(columns, row) ? end(row, 'peer') : null),
      ...paths,
    },
    {
      key: 'reach',
      title: 'REACH',
      priority: 4,
      value: row => reachText(table, row) || null,
      style: row => (reachText(table, row) === 'public' ? 'warn' : undefined),
    },
    {
      key: 'process',
      title: 'PROCESS',
      priority: 2,
      value: row => processText(table, row, owners),
      truncate: 'middle',
    },
    { key: 'port', title: 'PORT', align: 'right', value: row => columns.localPort[row]! },
    {
      key: 'peerport',
      title: 'PEER-PORT',
      align: 'right',
      value: row => (hasPeer(columns, row) ? columns.peerPort[row]! : null),
    },
    {
      key: 'pid',
      title: 'PID',
      value: row => [...new Set(facts.processes(row).map(one => one.pid))].join(',') || null,
    },
    {
      key: 'command',
      title: 'COMMAND',
      truncate: 'middle',
      value: row => mapped(first(row), one => facts.command(one)),
    },
    {
      key: 'cwd',
      title: 'CWD',
      truncate: 'middle',
      value: row => mapped(first(row), one => (one.cwd.known ? one.cwd.value : null)),
    },
    { key: 'user', title: 'USER', value: row => userText(table, row) },
    { key: 'uid', title: 'UID', align: 'right', value: row => told(columns.uid[row]!) },
    { key: 'unit', title: 'UNIT', value: row => first(row)?.unit ?? facts.group(row)?.unit ?? null },
    { key: 'container', title: 'CONTAINER', value: row => containerText(table, row) },
    {
      key: 'netns',
      title: 'NETNS',
      value: row => facts.namespace(columns.netns[row]!)?.name ?? columns.netns[row]!,
    },
    { key: 'inode', title: 'INODE', align: 'right', value: row => columns.inode[row]! },
    { key: 'cookie', title: 'COOKIE', align: 'right', value: row => String(columns.cookie[row]!) },
    { key: 'drops', title: 'DROPS', align: 'right', value: row => told(columns.drops[row]!) },
  ]
}

/** Fields whose values have to be fetched, and what for. */
export const FIELD_NEEDS = {
  command: { owners: true, commands: true },
  user: { userNames: true },
  unit: { owners: true, groups: true },
  container: { owners: true, groups: true },
  netns: { namespaces: true },
} as const

const mapped = <T>(value: T | undefined, to: (value: T) => string | null): string | null =>
  value === undefined ? null : to(value)

/** `812/node,990/sleep`, or why there is nobody to name. */
function processText({ owners, columns, facts }: SocketTable, row: number, asked: boolean): string | null {
  if (!asked || owners === null) return null
  const reason = facts.noOwner(row)
  if (reason !== null) return `(${NO_OWNER_WORDS[reason]})`
  const pids = new Set(owners.of(columns.inode[row]!).map(owner => owner.pid))
  return [...pids].map(pid => `${pid}/${facts.process(pid)?.name ?? '(gone)'}`).join(',')
}

function userText({ columns, facts }: SocketTable, row: number): string | number | null {
  const uid = columns.uid[row]!
  return uid === UNTOLD ? null : (facts.userName(uid) ?? uid)
}

function containerText({ facts }: SocketTable, row: number): string | null {
  const container = facts.processes(row)[0]?.container ?? facts.group(row)?.container
  return container === undefined ? null : `${container.runtime}/${container.id.slice(0, 12)}`
}

const UNIX = familyCode('unix')
