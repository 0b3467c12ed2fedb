/** connect(): where to, from which address and port, and the first SYN (Linux `tcp_v4_connect`). */
import { type Address, familyOf, isMapped } from '../../model/address.ts'
import { exactKey } from '../../model/space/local-address.ts'
import { openConnection } from '../../model/space/open-connection.ts'
import { whyBusy } from '../../model/space/tcp.ts'
import { call } from './arrive.ts'
import { initialSequence, plus } from './sequence.ts'
import { newTcb, TIMESTAMP_BYTES } from './tcb.ts'
import type { TcpSocket } from './tcp-socket.ts'

/** Past a TIME_WAIT's numbers, so that nothing of the old conversation fits (`tcp_twsk_unique`). */
const PAST_TIME_WAIT = 65_537

/** Bytes of data that fit into the largest segment that the program allows. */
const limitOf = ({ maxSegment, host: { settings } }: TcpSocket): number =>
  maxSegment === null ? Infinity : maxSegment - (settings.timestamps ? TIMESTAMP_BYTES : 0)

export function connect(socket: TcpSocket, address: Address, port: number): string {
  const { host, space } = socket
  const why = whyBusy(space)
  if (why !== null) return why
  if (familyOf(address) !== space.family) return 'EAFNOSUPPORT'
  if (space.family === 'ipv6' && isMapped(address) && space.v6only) return 'ENETUNREACH'
  const target = host.space.target(space, { do: 'connect', id: space.id, address, port })
  const remote = target.address as Address
  const fixed = exactKey(space.local)
  const isFixed = fixed !== '0.0.0.0' && fixed !== '::'
  const source = isFixed ? fixed : host.below.sourceFor(remote, port)
  const refused = host.below.refusal?.(remote) ?? (source === undefined ? 'ENETUNREACH' : null)
  if (source === undefined || refused !== null) return refused ?? 'ENETUNREACH'
  const plan = openConnection(host.space.tcp, space, { ...target, source })
  const [errno = 'EADDRNOTAVAIL'] = plan.expectation.errnos
  const own = plan.expectation.drawn ?? 0
  const key = `${source} ${own} ${remote} ${port}`
  const older = errno === 'EINPROGRESS' ? host.waiting.taken(key) : undefined
  plan.commit({ errno, local: { address: source, port: own } })
  if (errno !== 'EINPROGRESS') return errno
  const now = host.below.now()
  const first =
    older?.timestamps === true
      ? plus(older.sendNext, PAST_TIME_WAIT)
      : (socket.sequence ?? initialSequence(key, host.secret, now))
  const ends = { local: source as Address, localPort: own, remote, remotePort: port }
  socket.error = null
  const segment = Math.min(host.segmentTo(remote), limitOf(socket))
  const tcb = newTcb('syn-sent', ends, host.settings, segment, first, now)
  socket.tcb = tcb
  host.flows.set(key, socket)
  host.step(socket, turn => call(tcb, turn))
  return errno
}
