/** What a row of ss and one of our items have in common, and what each calls it. */
import type { SocketItem } from '../../src/tools/sockets/item.ts'
import { look } from '../kernel/stage/views.ts'
import { readInternet, readUnix, type SsRow } from './ss-text.ts'

export interface Table {
  readonly name: string
  readonly letter: string
  /** Whether one of our items belongs to it, of those that ss can know. */
  readonly has: (item: SocketItem) => boolean
  readonly read: (text: string) => SsRow[]
  /** What stands for a socket in both: the cookie, or where ss shows none the inode. */
  readonly itemKey: (item: SocketItem) => string | undefined
  readonly rowKey: (row: SsRow) => string | undefined
}

/** Bound and neither listening nor connecting: `/proc/net/tcp` has none of them, ss since December 2023. */
export const isInactive = ({ protocol, state }: SocketItem): boolean =>
  protocol === 'tcp' && state === 'bound'

export async function canSeeBound(netns: string): Promise<boolean> {
  const { stdout, stderr } = await look(netns, 'root', ['ss', '--help'])
  return (stdout + stderr).includes('bound-inactive')
}

export function tablesFor(bound: boolean): readonly Table[] {
  const internet = (name: string, letter: string, protocol: string): Table => ({
    name,
    letter,
    has: item => item.protocol === protocol && (bound || !isInactive(item)),
    read: text => readInternet(text, name),
    itemKey: item => item.cookie ?? `inode ${item.inode}`,
    rowKey: row => row.cookie ?? `inode ${row.inode}`,
  })
  return [
    internet('tcp', 't', 'tcp'),
    internet('udp', 'u', 'udp'),
    {
      name: 'unix',
      letter: 'x',
      has: item => item.protocol === 'unix',
      read: readUnix,
      itemKey: item => `inode ${item.inode}`,
      rowKey: row => `inode ${row.inode}`,
    },
  ]
}

type Field = readonly [
  name: string,
  said: (row: SsRow, rows: readonly SsRow[]) => unknown,
  told: (item: SocketItem) => unknown,
]

export const FIELDS: readonly Field[] = [
  ['state', row => stateOf(row), item => item.state],
  [
    'receive queue',
    row => row.receiveQueue,
    ({ queue, acceptQueue }) => acceptQueue?.length ?? queue?.receive,
  ],
  [
    'send queue or backlog',
    row => row.sendQueue,
    ({ queue, acceptQueue }) => acceptQueue?.limit ?? queue?.send,
  ],
  ['local end', row => [ssAddress(row.local, row), row.port], item => endOf(item, item.local)],
  ['peer', peerOfRow, peerOf],
  ['interface', row => row.interface, item => item.interface],
  ['inode', row => row.inode, item => item.inode],
  // ss shows root where the kernel names nobody, and no user of unix sockets.
  ['user', row => row.uid, item => (item.protocol === 'unix' ? 0 : (item.uid ?? 0))],
  ['v6only', row => (row.local === '::' || row.local === '*' ? row.v6only : undefined), item => item.v6only],
  ['timer', row => row.timer && (TIMERS[row.timer] ?? row.timer), item => item.timer?.kind],
]

const TIMERS: Readonly<Record<string, string>> = {
  on: 'retransmit',
  keepalive: 'keepalive',
  timewait: 'time-wait',
  persist: 'probe',
  unknown: 'delayed-ack',
}

function stateOf({ table, state, peerPort }: SsRow): string {
  if (state === 'ESTAB' && table === 'tcp') return 'established'
  // The kernel calls a datagram socket connected that somebody connected to; it has no peer.
  if (table === 'u_dgr') return peerPort === '0' ? 'unconnected' : 'connected'
  if (state === 'ESTAB') return 'connected'
  if (state === 'UNCONN') return table.startsWith('u_') ? 'unconnected' : 'bound'
  return state.toLowerCase()
}

/** `*` is a wildcard that takes both families. */
const ssAddress = (address: string, { table }: SsRow): string =>
  address === '*' ? (table.startsWith('u_') ? '' : '::') : address

const hasPeer = ({ table, state, peerPort }: SsRow): boolean =>
  table.startsWith('u_') ? peerPort !== '0' : state !== 'LISTEN' && peerPort !== '*'

function endOf({ inode }: SocketItem, end: SocketItem['local']): readonly string[] {
  return 'path' in end ? [end.path, String(inode)] : [end.address.replace(/%.*/, ''), String(end.port)]
}

/** Of a unix peer ss tells the inode, and our items the name that it has. */
function peerOfRow(row: SsRow, rows: readonly SsRow[]): readonly string[] | null {
  if (!hasPeer(row)) return null
  if (!row.table.startsWith('u_')) return [ssAddress(row.peer, row), row.peerPort]
  const peer = rows.find(({ port }) => port === row.peerPort)
  return peer === undefined ? null : [ssAddress(peer.local, peer)]
}

function peerOf(item: SocketItem): readonly string[] | null {
  const { peer } = item
  if (peer === undefined) return null
  return 'path' in peer ? [peer.path] : endOf(item, peer)
}
