/**
 * Tracked connections of our own network namespace, through ctnetlink. The kernel tells them to whoever has
 * CAP_NET_ADMIN there (nfnetlink_rcv), and narrows the table where a query can be put as its filter.
 */
import { addressBytes, familyOf } from '../../model/address.ts'
import { known } from '../../model/known.ts'
import { TrackedColumns } from '../../model/nat/tracked-columns.ts'
import { hasTrackedPorts } from '../../model/nat/tracked-connection.ts'
import { type ConnectionQuery, trackedMatcher } from '../../model/nat/tracked-query.ts'
import {
  CONNTRACK_EVENT_GROUPS,
  type ConnectionFilter,
  decodeConnectionEvents,
  decodeConnections,
  decodeFill,
  encodeConnectionsRequest,
  encodeFillRequest,
  type PartialTuple,
} from '../../wire/ctnetlink.ts'
import { viewsOf } from '../../wire/netlink.ts'
import {
  type ConnectionChange,
  type ConnectionTable,
  noConnectionEvents,
  noConnections,
} from '../connections.ts'
import { type Libc, offHeap } from '../ffi.ts'
import { NETLINK_NETFILTER, NetlinkSocket } from './netlink-socket.ts'
import type { NetlinkSource, Sources } from './sources.ts'

const EPERM = 1
const ENOBUFS = 105
const DENIED = 'connections are told to who has CAP_NET_ADMIN: run with sudo'
const MISSING =
  'the kernel has no connection tracking over netlink: the module nf_conntrack_netlink is not there'
/** Rows of a batch: a little more when the last chunk goes over. */
const BATCH = 16_384
/** Dumps, each of which walks the whole table, that are still cheaper than to have all of it told. */
const MOST_DUMPS = 4
/** Entries that are sooner told than looked for: to walk the machine's table, which all namespaces share, takes longer. */
const FEW = 4096

export function readConnections({ netlink }: Sources, query: ConnectionQuery = {}): ConnectionTable {
  const socket = netlink('netfilter')
  if ('why' in socket) return noConnections('unsupported', socket.why)
  try {
    const filters = worthIt(filtersFor(query), entriesIn(socket))
    const batches = [new TrackedColumns()]
    const wanted = trackedMatcher(query)
    const keep = filters.length === 1 ? wanted : eachOnce(wanted)
    for (const filter of filters) {
      const { errno } = socket.dump(encodeConnectionsRequest(filter), (views, length) => {
        let batch = batches.at(-1)!
        if (batch.length >= BATCH) {
          batch = new TrackedColumns(BATCH + 1024)
          batches.push(batch)
        }
        return decodeConnections(views, length, batch, keep)
      })
      if (errno === EPERM) return noConnections('denied', DENIED)
      if (errno !== 0) return noConnections('unsupported', `${MISSING} (errno ${errno})`)
    }
    return { batches: known(batches), says: 'ctnetlink' }
  } finally {
    socket.close()
  }
}

/** How many there are in our namespace, which the kernel knows without looking through the table; null where it doesn't tell. */
function entriesIn(socket: NetlinkSource): number | null {
  let entries: number | null = null
  socket.dump(encodeFillRequest(), (views, length) =>
    decodeFill(views, length, fill => {
      entries = fill.entries
    }),
  )
  return entries
}

/** No dump of an empty table, and one of a small one. What a filter would have left out, the decoder does. */
function worthIt(filters: readonly ConnectionFilter[], entries: number | null): readonly ConnectionFilter[] {
  if (entries === 0) return []
  if (filters.length === 1 || entries === null || entries > FEW) return filters
  return [{}]
}

/**
 * The query as filters of the kernel: one for each family, protocol and end that it is about. Where that would be many,
 * all is asked for, and the decoder narrows.
 */
export function filtersFor(query: ConnectionQuery): readonly ConnectionFilter[] {
  const { address, port, mark, zone } = query
  const family = address === undefined ? query.family : familyOf(address)
  const rest = {
    ...(mark === undefined ? {} : { mark }),
    ...(zone === undefined ? {} : { zone }),
  }
  const whole: ConnectionFilter = { ...(family === undefined ? {} : { family: codeOf(family) }), ...rest }
  const protocols = query.protocols?.filter(one => port === undefined || hasTrackedPorts(one))
  const families = family === undefined ? ([4, 6] as const) : [codeOf(family)]
  const ends = endsOf(address === undefined ? undefined : addressBytes(address), port)
  // A port is nothing to the kernel without its protocol.
  if (protocols === undefined && (port !== undefined || address === undefined)) return [whole]
  const filters = families.flatMap(one =>
    (protocols ?? [undefined]).flatMap(protocol =>
      ends.map(({ side, part }): ConnectionFilter => {
        const tuple = { ...part, ...(protocol === undefined ? {} : { protocol }) }
        return { family: one, [side]: tuple, ...rest }
      }),
    ),
  )
  return filters.length > MOST_DUMPS || filters.length === 0 ? [whole] : filters
}

const codeOf = (family: 'ipv4' | 'ipv6'): 4 | 6 => (family === 'ipv4' ? 4 : 6)

interface EndFilter {
  readonly side: 'original' | 'reply'
  readonly part: PartialTuple
}

/** The four ends that an address or port may be at; without either, any. */
function endsOf(bytes: Uint8Array | undefined, port: number | undefined): readonly EndFilter[] {
  if (bytes === undefined && port === undefined) return [{ side: 'original', part: {} }]
  return (['original', 'reply'] as const).flatMap(side => [
    {
      side,
      part: {
        ...(bytes === undefined ? {} : { source: bytes }),
        ...(port === undefined ? {} : { sourcePort: port }),
      },
    },
    {
      side,
      part: {
        ...(bytes === undefined ? {} : { destination: bytes }),
        ...(port === undefined ? {} : { destinationPort: port }),
      },
    },
  ])
}

/** An entry that several dumps tell is kept once: by its number, and its first ports lest two share one. */
function eachOnce(
  wanted: ReturnType<typeof trackedMatcher>,
): (columns: TrackedColumns, row: number) => boolean {
  const seen = new Set<string>()
  return (columns, row) => {
    if (wanted?.(columns, row) === false) return false
    const key = `${columns.id[row]} ${columns.ports[row * 4]} ${columns.ports[row * 4 + 1]}`
    return seen.size !== seen.add(key).size
  }
}

const MSG_DONTWAIT = 0x40
const SOL_SOCKET = 1
const SO_RCVBUFFORCE = 33
/** Bytes: some 20,000 events between two looks. */
const ROOM = 8 * 1024 * 1024
const POLL_MS = 50
/** Told at once, lest a flood is read for ever. */
const MOST_CHANGES = 4096

/** Until the signal. The socket is polled, because a netlink descriptor can't be given to the event loop. */
export async function* readConnectionEvents(
  { ffi, clock }: Sources,
  signal: AbortSignal,
): AsyncGenerator<readonly ConnectionChange[]> {
  if ('missing' in ffi) {
    yield* noConnectionEvents('unsupported', ffi.missing)
    return
  }
  const { libc } = ffi
  const socket = join(libc)
  if (!(socket instanceof NetlinkSocket)) {
    yield* socket.errno === EPERM
      ? noConnectionEvents('denied', DENIED)
      : noConnectionEvents('unsupported', `${MISSING} (errno ${socket.errno})`)
    return
  }
  try {
    yield [{ kind: 'listening' }]
    const bytes = offHeap(64 * 1024)
    const views = viewsOf(bytes)
    while (!signal.aborted) {
      const changes: ConnectionChange[] = []
      while (changes.length < MOST_CHANGES) {
        const length = libc.recv(socket.fd, bytes, bytes.length, MSG_DONTWAIT)
        if (length > 0) changes.push(...decodeConnectionEvents(views, length))
        else if (length < 0 && libc.errno() === ENOBUFS) changes.push({ kind: 'lost' })
        else break
      }
      if (changes.length > 0) yield changes
      try {
        await clock.sleep(changes.length < MOST_CHANGES ? POLL_MS : 0, signal)
      } catch {
        return
      }
    }
  } finally {
    socket.close()
  }
}

function join(libc: Libc): NetlinkSocket | { readonly errno: number } {
  const socket = NetlinkSocket.open(libc, NETLINK_NETFILTER)
  if ('errno' in socket) return socket
  const address = offHeap(12).fill(0, 0, 12)
  address.writeUInt16LE(16, 0) // AF_NETLINK; host order, which is little endian wherever this runs
  address.writeUInt32LE(CONNTRACK_EVENT_GROUPS, 8)
  if (libc.bind(socket.fd, address, 12) < 0) {
    const errno = libc.errno()
    socket.close()
    return { errno }
  }
  const room = offHeap(4)
  room.writeUInt32LE(ROOM, 0)
  libc.setsockopt(socket.fd, SOL_SOCKET, SO_RCVBUFFORCE, room, 4)
  return socket
}
