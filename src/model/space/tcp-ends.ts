/** The ends of a TCP conversation as they come to be: the caller's by connect(), the listener's by the handshake. */
import { exactKey, type LocalAddress, localV4, localV6 } from './local-address.ts'
import type { Outcome } from './program.ts'
import { newSocket, type RemoteEnd, type SpaceSocket } from './space-socket.ts'
import { isTimeWait, type TcpEndings } from './tcp-endings.ts'
import type { TcpTable } from './tcp-table.ts'

/** From where to where connect() goes. */
export interface Departure {
  readonly source: string
  /** Named by its mapped form. */
  readonly mapped: boolean
  readonly remote: RemoteEnd
}

/** connect() takes its address and port, and the place of a TIME_WAIT that had them; false where there is no port. */
export function departed(
  table: TcpTable,
  endings: TcpEndings,
  socket: SpaceSocket,
  { errno, local }: Outcome,
  { source, mapped, remote }: Departure,
): boolean {
  if (mapped) socket.spokeV4 = true
  const own = localOf(socket, source, mapped)
  if (errno === 'EADDRNOTAVAIL') {
    // The route's source was taken before the search for a port.
    if (exactKey(own) !== exactKey(socket.local)) table.move(socket, own)
    endings.finish(socket)
    endings.forgetAddress(socket)
    return false
  }
  if (socket.num === 0) {
    socket.local = own
    socket.connectBind = true
    table.hold(socket, local!.port, true)
  } else if (exactKey(own) !== exactKey(socket.local)) table.move(socket, own)
  socket.sport = socket.num
  socket.counts = true
  const old = table.busy(socket, source, socket.num, remote)
  if (old !== null && isTimeWait(old)) endings.end(old)
  return true
}

/** What a listener lends to a conversation that begins at it (`inet_csk_clone_lock`, `__inet_inherit_port`). */
export function newChild(listener: SpaceSocket, own: RemoteEnd, remote: RemoteEnd): SpaceSocket {
  const child = newSocket(-1, 'tcp', listener.family, listener.uid)
  const { reuseAddress, reusePort, v6only, device, range, addressLock, noPort } = listener
  Object.assign(child, { reuseAddress, reusePort, v6only, device, range, addressLock, noPort })
  child.local = localOf(listener, own.address, !own.address.includes(':'))
  child.spokeV4 = child.family === 'ipv6' && !own.address.includes(':')
  child.state = 'established'
  child.counts = true
  child.progress = 'connected'
  child.remote = remote
  child.sport = own.port
  return child
}

/** The address as a socket of this family keeps it. */
function localOf({ family }: SpaceSocket, address: string, mapped: boolean): LocalAddress {
  if (family === 'ipv4') return localV4(address as never)
  return localV6((mapped ? `::ffff:${address}` : address) as never)
}
