/** The columns of socket listings, by the name that `--fields` takes. */
import type { NoOwnerReason, Process } from '../../../model/owner.ts'
import { SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { SOCKET_STATES } from '../../../model/socket.ts'
import { familyCode, UNTOLD } from '../../../model/socket-columns.ts'
import { NO_OWNER_WORDS, type SocketTable } from '../../../tools/sockets/sockets.ts'
import type { Column } from '../render/column.ts'
import { endpointText } from './endpoint-text.ts'
import { reachText } from './reach.ts'
import { hasPeer } from './socket-lines.ts'

export interface ColumnOptions {
  /** Turns numbers of endpoints into names, for `-r`. */
  readonly resolved?: (row: number, end: 'local' | 'peer') => string
}

/** What a listing shows when no fields are named. The same in table, plain and CSV. */
export const DEFAULT = ['proto', 'state', 'recvq', 'sendq', 'local', 'peer', 'reach', 'process']

/** Those, without the process where owners were not asked for. */
export function defaultColumns(
  table: SocketTable,
  { owners }: { readonly owners: boolean },
): Column<number>[] {
  const all = allColumns(table, {})
  return DEFAULT.filter(key => owners || key !== 'process').map(key => all.find(one => one.key === key)!)
}

export function allColumns(table: SocketTable, { resolved }: ColumnOptions): Column<number>[] {
  const { columns, facts } = table
  const end = resolved ?? ((row: number, which: 'local' | 'peer') => endpointText(table, row, which))
  // A path may be shortened; half an address is a wrong one.
  const path = { truncate: 'middle', whole: (row: number) => columns.family[row] !== UNIX } as const
  const told = (value: number) => (value === UNTOLD ? null : value)
  return [
    { key: 'proto', title: 'PROTO', value: row => SOCKET_PROTOCOLS[columns.protocol[row]!]! },
    { key: 'state', title: 'STATE', priority: 2, value: row => SOCKET_STATES[columns.state[row]!]! },
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
    { key: 'local', title: 'LOCAL', value: row => end(row, 'local'), ...path },
    {
      key: 'peer',
      title: 'PEER',
      priority: 3,
      value: row => (hasPeer(columns, row) ? end(row, 'peer') : null),
      ...path,
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
      truncate: 'middle',
      least: 16,
      value: row => unowned(table, row) ?? processText(table, row),
    },
    {
      key: 'port',
      title: 'PORT',
      align: 'right',
      value: row => (columns.family[row] === UNIX ? null : columns.localPort[row]!),
    },
    {
      key: 'peerport',
      title: 'PEER-PORT',
      align: 'right',
      value: row => (columns.family[row] !== UNIX && hasPeer(columns, row) ? columns.peerPort[row]! : null),
    },
    { key: 'pid', title: 'PID', value: row => unowned(table, row) ?? pidsOf(table, row).join(',') },
    {
      key: 'command',
      title: 'COMMAND',
      truncate: 'middle',
      value: row => ofFirst(table, row, one => facts.command(one)),
    },
    {
      key: 'cwd',
      title: 'CWD',
      truncate: 'middle',
      value: row =>
        ofFirst(table, row, ({ cwd }) => (cwd.known ? cwd.value : `(${NO_OWNER_WORDS[cwd.reason]})`)),
    },
    { key: 'user', title: 'USER', value: row => userText(table, row) },
    { key: 'uid', title: 'UID', align: 'right', value: row => told(columns.uid[row]!) ?? UNTOLD_TEXT },
    {
      key: 'unit',
      title: 'UNIT',
      value: row => withinText(table, row, one => one.unit),
    },
    {
      key: 'container',
      title: 'CONTAINER',
      value: row =>
        withinText(table, row, ({ container }) =>
          container === undefined ? undefined : `${container.runtime}/${container.id.slice(0, 12)}`,
        ),
    },
    {
      key: 'netns',
      title: 'NETNS',
      value: row => facts.namespace(columns.netns[row]!)?.name ?? columns.netns[row]!,
    },
    { key: 'inode', title: 'INODE', align: 'right', value: row => columns.inode[row]! },
    {
      key: 'cookie',
      title: 'COOKIE',
      align: 'right',
      value: row => (columns.cookie[row] === 0n ? UNTOLD_TEXT : String(columns.cookie[row])),
    },
    { key: 'drops', title: 'DROPS', align: 'right', value: row => told(columns.drops[row]!) },
  ]
}

/** Fields whose values have to be fetched, and what for. */
export const FIELD_NEEDS = {
  command: { owners: true, commands: true },
  cwd: { owners: true },
  user: { userNames: true },
  unit: { owners: true, groups: true },
  container: { owners: true, groups: true },
  netns: { namespaces: true },
} as const

const UNTOLD_TEXT = `(${NO_OWNER_WORDS.unsupported})`

/** Why there is nobody to name, in parentheses; null where there is somebody. */
function unowned({ facts }: SocketTable, row: number): string | null {
  const reason = facts.noOwner(row)
  return reason === null ? null : `(${NO_OWNER_WORDS[reason]})`
}

const pidsOf = ({ owners, columns }: SocketTable, row: number): readonly number[] => [
  ...new Set(owners?.of(columns.inode[row]!).map(owner => owner.pid)),
]

/** `812/node,990/sleep`. */
const processText = (table: SocketTable, row: number): string =>
  pidsOf(table, row)
    .map(pid => `${pid}/${table.facts.process(pid)?.name ?? '(gone)'}`)
    .join(',')

/** Of the first holder, or why there is none to ask. */
function ofFirst(table: SocketTable, row: number, fact: (process: Process) => string): string {
  const [first] = table.facts.processes(row)
  return first === undefined ? (unowned(table, row) ?? '(gone)') : fact(first)
}

function userText({ columns, facts }: SocketTable, row: number): string | number | null {
  const uid = columns.uid[row]!
  return uid === UNTOLD ? UNTOLD_TEXT : (facts.userName(uid) ?? uid)
}

/** The unit or container of the first holder; of a hidden one as the socket's control group tells. */
function withinText(
  table: SocketTable,
  row: number,
  of: (within: Pick<Process, 'unit' | 'container'>) => string | undefined,
): string | null {
  const within = table.facts.processes(row)[0] ?? table.facts.group(row)
  if (within !== undefined && within !== null) return of(within) ?? null
  const reason = table.facts.noOwner(row)
  return reason !== null && SOMEBODY.has(reason) ? `(${NO_OWNER_WORDS[reason]})` : null
}

/** Reasons for which there is somebody, who can't be named. */
const SOMEBODY: ReadonlySet<NoOwnerReason> = new Set([
  'denied',
  'other-namespace',
  'unsupported',
  'not-asked',
])

const UNIX = familyCode('unix')
