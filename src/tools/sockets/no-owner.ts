/**
 * Why a socket has no owner to name. One answer for each reason, never an empty cell.
 *
 * The states in which the kernel keeps a socket without a process follow net/ipv4/tcp_input.c and
 * inet_timewait_sock.c: TIME_WAIT and late FIN_WAIT_2 are mini-sockets, FIN_WAIT_1, CLOSING and LAST_ACK are
 * orphans once closed, SYN_RECV is a request of its listener, and an established connection without a
 * descriptor waits in the accept queue.
 */
import type { NoOwnerReason } from '../../model/owner.ts'
import { SOCKET_STATES, type SocketState, TIMER_KINDS } from '../../model/socket.ts'
import type { SocketColumns } from '../../model/socket-columns.ts'
import type { Coverage } from '../../os/os.ts'

/** For a row that has no holder. `coverage` is null where owners were not asked for. */
export function whyNoOwner(columns: SocketColumns, row: number, coverage: Coverage | null): NoOwnerReason {
  if (columns.inode[row] === 0) return withoutDescriptor(columns, row)
  if (coverage === null) return 'not-asked'
  if (coverage.unsupported) return 'unsupported'
  if (coverage.refused.length > 0 || coverage.hidden) return 'denied'
  return coverage.confined ? 'other-namespace' : 'kernel'
}

function withoutDescriptor(columns: SocketColumns, row: number): NoOwnerReason {
  const state = SOCKET_STATES[columns.state[row]!]!
  if (TIMER_KINDS[columns.timer[row]!] === 'time-wait') return 'time-wait'
  // A listener or bound socket loses its descriptor only while it is being closed.
  return BY_STATE[state] ?? 'vanished'
}

const BY_STATE: Readonly<Partial<Record<SocketState, NoOwnerReason>>> = {
  'time-wait': 'time-wait',
  'fin-wait-1': 'orphaned',
  'fin-wait-2': 'orphaned',
  closing: 'orphaned',
  'last-ack': 'orphaned',
  'syn-recv': 'half-open',
  'syn-sent': 'orphaned',
  established: 'not-accepted',
  connected: 'not-accepted',
  'close-wait': 'not-accepted',
}

/** A few words for a table's cell. */
export const NO_OWNER_WORDS: Readonly<Record<NoOwnerReason, string>> = Object.freeze({
  'time-wait': 'time-wait',
  orphaned: 'closed, kernel finishes',
  'half-open': 'half-open',
  'not-accepted': 'not accepted yet',
  kernel: 'kernel',
  denied: 'hidden',
  'other-namespace': 'in another container',
  vanished: 'just gone',
  unsupported: 'not told here',
  'not-asked': 'not asked',
})

/** A sentence that explains it. */
export const NO_OWNER_SAYS: Readonly<Record<NoOwnerReason, string>> = Object.freeze({
  'time-wait':
    'nobody owns it any more: the connection is closed, and the port pair waits for late segments until the timer ends',
  orphaned: 'its process has closed it, and the kernel finishes the conversation with the peer',
  'half-open': 'a handshake in progress, which belongs to the listener on the same port',
  'not-accepted': 'the connection is established, but the listening program has not accepted it yet',
  kernel:
    'no process holds it, and all processes could be read: it belongs to the kernel (NFS, WireGuard, VXLAN …), or its descriptor is on the way from one process to another',
  denied: 'a process holds it that this user may not look into',
  'other-namespace': 'its process is outside this container’s view: look from the host',
  vanished: 'it was closed while it was looked up',
  unsupported: 'this system does not tell owners',
  'not-asked': 'owners were not asked for',
})
