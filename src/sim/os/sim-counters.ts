/** What a simulated host counts: its sockets, what its rules remember, descriptors. What it was described with comes first. */
import { type Known, known } from '../../model/known.ts'
import type { LinuxRouter } from '../../model/path/linux-router.ts'
import type { ConntrackCounters, Counters, FilesInUse } from '../../os/os.ts'
import type { SocketRow } from '../transport/transport.ts'

/** Soft limit of open files, as Linux presets it. */
const FILE_LIMIT = 1024

export function simCounters(
  told: Counters,
  rows: readonly SocketRow[],
  router: LinuxRouter | undefined,
  counted: ReadonlyMap<string, number>,
): Counters {
  return {
    ...told,
    protocols: told.protocols.known ? told.protocols : known(counted),
    sockets: told.sockets.known ? told.sockets : known(countSockets(rows)),
    conntrack: told.conntrack.known || router === undefined ? told.conntrack : known(tracked(router)),
    descriptors: new Map(
      [...told.descriptors].map(([pid, one]): [number, Known<FilesInUse>] => [
        pid,
        one.known || one.reason !== 'unsupported'
          ? one
          : known({ open: 3 + rows.filter(({ owner }) => owner?.pid === pid).length, limit: FILE_LIMIT }),
      ]),
    ),
  }
}

/** As /proc/net/sockstat has them. */
function countSockets(rows: readonly SocketRow[]): ReadonlyMap<string, number> {
  const count = (holds: (row: SocketRow) => boolean): number => rows.filter(holds).length
  const isTcp = ({ socket }: SocketRow): boolean => socket.protocol === 'tcp'
  const waits = ({ socket }: SocketRow): boolean => socket.state === 'time-wait'
  return new Map([
    ['TCP.inuse', count(row => isTcp(row) && !waits(row))],
    [
      'TCP.orphan',
      count(row => isTcp(row) && !waits(row) && row.socket.inode === 0 && row.socket.state !== 'syn-recv'),
    ],
    ['TCP.tw', count(row => isTcp(row) && waits(row))],
    ['UDP.inuse', count(({ socket }) => socket.protocol === 'udp')],
  ])
}

function tracked({ table }: LinuxRouter): ConntrackCounters {
  const { drop, insertFailed, earlyDrop } = table.counters
  return {
    entries: table.size,
    limit: table.settings.max,
    drop: known(drop),
    insertFailed: known(insertFailed),
    earlyDrop: known(earlyDrop),
  }
}
