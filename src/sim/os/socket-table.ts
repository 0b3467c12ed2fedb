/** The socket table of a simulated host: what its transport holds, and the unix sockets that it was described with. */
import { known, unknown } from '../../model/known.ts'
import { appendSocket } from '../../model/socket-append.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { narrow } from '../../os/narrow.ts'
import type { OS } from '../../os/os.ts'
import type { SocketRow, Transport } from '../transport/transport.ts'

export interface TableHost {
  readonly netns: number
  readonly transport: Transport
  /** Index of a device by its name; 0 for none. */
  readonly indexOf: (device: string) => number
  /** What is told of sockets that no network has to do with. */
  readonly still: OS
}

type Table = Pick<OS, 'sockets' | 'owners' | 'socketOptions'>

/** Descriptors 0 to 2 are taken. */
const FIRST_DESCRIPTOR = 3

export function socketTable({ netns, transport, indexOf, still }: TableHost): Table {
  const rows = (): SocketRow[] => [...transport.rows(indexOf)]
  const descriptors = new Map<number, number>()
  const next = new Map<number, number>()
  const descriptorOf = (inode: number, pid: number): number => {
    const fd = descriptors.get(inode) ?? next.get(pid) ?? FIRST_DESCRIPTOR
    if (!descriptors.has(inode)) next.set(pid, fd + 1)
    descriptors.set(inode, fd)
    return fd
  }
  return {
    async *sockets(query, options) {
      for await (const columns of still.sockets(query, options)) yield columns
      if (query.netns !== undefined && !query.netns.includes(netns)) return
      const columns = new SocketColumns()
      const details = new Set(query.details)
      for (const { socket } of rows()) {
        const { tcp, drops, acceptQueue, ...rest } = socket
        const { drops: missed, ...queue } = acceptQueue ?? { length: 0 }
        appendSocket(columns, {
          ...rest,
          netns,
          ...(acceptQueue === undefined
            ? {}
            : {
                acceptQueue:
                  details.has('queues') && missed !== undefined ? { ...queue, drops: missed } : queue,
              }),
          ...(details.has('queues') && drops !== undefined ? { drops } : {}),
          ...(details.has('tcp') && tcp !== undefined ? { tcp } : {}),
        })
      }
      narrow(columns, 0, query)
      yield columns
    },
    async owners(query = {}, options) {
      const told = await still.owners(query, options)
      const held = rows().flatMap(({ socket: { inode }, owner }) =>
        owner === null ||
        query.inodes?.has(inode) === false ||
        told.coverage.unsupported ||
        told.coverage.refused.includes(owner.pid)
          ? []
          : [{ inode, pid: owner.pid, fd: descriptorOf(inode, owner.pid) }],
      )
      const all = (field: 'inode' | 'pid' | 'fd') =>
        Uint32Array.from([...told[field].subarray(0, told.length), ...held.map(one => one[field])])
      return {
        ...told,
        length: told.length + held.length,
        inode: all('inode'),
        pid: all('pid'),
        fd: all('fd'),
      }
    },
    async socketOptions(holders) {
      const others = await still.socketOptions(holders)
      return holders.map(({ inode }, i) => {
        const found = socketOf(transport, inode)
        if (found === undefined) return others[i] ?? unknown('vanished')
        const { reuseAddress, reusePort, v6only, family } = found.space
        // Simulated sockets have neither filters of their own nor patience for first bytes.
        const none = { filtered: false, deferAccept: 0 }
        return known({ reuseAddress, reusePort, v6only: family === 'ipv6' ? v6only : null, ...none })
      })
    },
  }
}

function socketOf({ tcp, udp }: Transport, inode: number) {
  for (const one of [...tcp.sockets, ...udp.sockets]) if (one.inode === inode) return one
  return undefined
}
