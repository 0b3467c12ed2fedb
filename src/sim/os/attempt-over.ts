/** Attempts from a simulated host over its own transport: real segments and datagrams, and what is seen of them. */
import { type Address, familyOf, unmap } from '../../model/address.ts'
import type { Endpoint } from '../../model/endpoint.ts'
import { type Known, known, unknown } from '../../model/known.ts'
import type { Attempt, AttemptRequest } from '../../os/attempt.ts'
import { type Tried, type TryOptions, triedOf } from '../../os/reach.ts'
import { CONNECTED, FAILED, type TcpSocket, type UdpSocket } from '../transport/transport.ts'
import { AttemptSight } from './attempt-sight.ts'
import { Conversing } from './attempt-talk.ts'
import type { ReachHost } from './reach-over.ts'
import { routeOn } from './route-on.ts'

export async function attemptOver(
  host: ReachHost,
  asked: AttemptRequest,
  options: TryOptions,
): Promise<Attempt> {
  options.signal?.throwIfAborted()
  const request = { ...asked, to: { ...asked.to, address: unmap(asked.to.address) } }
  const { protocol, to, hops } = request
  const family = familyOf(to.address)
  const socket =
    protocol === 'tcp'
      ? host.transport.stream(family, host.owner)
      : host.transport.datagram(family, host.owner)
  socket.hopLimit = hops ?? null
  const sight = new AttemptSight(host, request.watch === true)
  const done = (outcome: Tried, atOnce: boolean, local: Known<Endpoint>): Attempt => {
    const ms = sight.read()
    return new Conversing(host.engine, socket, sight, { outcome, atOnce, ms, local })
  }
  const refused = prepare(host, socket, request)
  if (refused !== undefined) return done(triedOf(refused), true, unknown('vanished'))
  const errno = socket.connect(to.address, to.port)
  if (errno !== 'OK' && errno !== 'EINPROGRESS') return done(triedOf(errno), true, unknown('vanished'))
  const local = socket.localEnd as Endpoint
  sight.follow(protocol, local.address, local.port, to.address)
  if (!('tcb' in socket)) return done({ kind: 'yes' }, false, known(local))
  try {
    // What comes for a socket that has failed finds nobody to be told (tcp_v4_err).
    const outcome = await settled(host, socket, options, () => sight.hearNoMore())
    return done(outcome, false, known(local))
  } catch (error) {
    sight.close()
    socket.close()
    throw error
  }
}

/** The system's word where it says no before anything is sent. */
function prepare(
  { host, transport }: ReachHost,
  socket: TcpSocket | UdpSocket,
  { to, source, sourcePort = 0, device, segment }: AttemptRequest,
): string | undefined {
  if (segment !== undefined && 'tcb' in socket) {
    // TCP_MIN_MSS, MAX_TCP_WINDOW (do_tcp_setsockopt).
    if (segment < 88 || segment > 32_767) return 'EINVAL'
    socket.maxSegment = segment
  }
  if (device !== undefined) {
    if (device !== 'lo' && !host.devices.has(device)) return 'ENODEV'
    const said = socket.bindToDevice(device)
    if (said !== 'OK') return said
  }
  if (source !== undefined || sourcePort !== 0) {
    const any = (familyOf(to.address) === 'ipv4' ? '0.0.0.0' : '::') as Address
    const said = socket.bind(source ?? any, sourcePort)
    if (said !== 'OK') return said
  }
  const way = routeOn({ host, transport }, { to: to.address, ...(device === undefined ? {} : { device }) })
  if (way.kind === 'refused') return way.code
  // Of TCP nobody calls many (`tcp_v4_connect`).
  const isForMany = way.kind === 'broadcast' || way.kind === 'multicast'
  return isForMany && 'tcb' in socket ? 'ENETUNREACH' : undefined
}

function settled(
  { engine }: ReachHost,
  socket: TcpSocket,
  { timeoutMs, signal }: TryOptions,
  failed: () => void,
): Promise<Tried> {
  return new Promise((resolve, reject) => {
    const end = (say: () => void): void => {
      timer.cancel()
      socket.notify = null
      signal?.removeEventListener('abort', stop)
      engine.tell()
      say()
    }
    const stop = (): void => end(() => reject(signal?.reason))
    const timer = engine.schedule(timeoutMs, () => end(() => resolve({ kind: 'timed-out' })))
    signal?.addEventListener('abort', stop, { once: true })
    socket.notify = events => {
      if ((events & FAILED) !== 0) {
        failed()
        const code = socket.takeError() ?? undefined
        end(() => resolve(triedOf(code)))
      } else if ((events & CONNECTED) !== 0) end(() => resolve({ kind: 'yes' }))
    }
  })
}
