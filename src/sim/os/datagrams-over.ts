/** UDP sockets that a tool opens on a simulated host. */
import type { Address } from '../../model/address.ts'
import type { Endpoint } from '../../model/endpoint.ts'
import type {
  DatagramRequest,
  DatagramSocket,
  OpenedDatagrams,
  ReceivedDatagram,
} from '../../os/datagrams.ts'
import { triedOf } from '../../os/reach.ts'
import type { Engine } from '../engine/engine.ts'
import type { SocketOwner, Transport, UdpSocket } from '../transport/transport.ts'

export interface DatagramHost {
  readonly engine: Engine
  readonly transport: Transport
  readonly sourceFor: (destination: Address) => Address | undefined
  readonly owner: SocketOwner
}

export function openDatagrams(host: DatagramHost, request: DatagramRequest): OpenedDatagrams {
  const { towards, port = 0 } = request
  const address = request.address ?? host.sourceFor(towards.address)
  if (address === undefined) return { kind: 'unreachable', code: 'ENETUNREACH' }
  const socket = host.transport.datagram(address.includes(':') ? 'ipv6' : 'ipv4', host.owner)
  const errno = socket.bind(address, port)
  if (errno === 'OK') return { kind: 'yes', socket: datagramSocket(host.engine, socket) }
  socket.close()
  const told = triedOf(errno)
  return { ...told, kind: told.kind === 'yes' ? 'broken' : told.kind }
}

function datagramSocket(engine: Engine, socket: UdpSocket): DatagramSocket {
  const next = (): ReceivedDatagram | undefined => {
    // An error of an earlier datagram is taken away: who asked is told by the lack of an answer.
    for (let told = socket.receive(); told !== null; told = socket.receive())
      if ('data' in told) return { bytes: told.data, from: told.from as Endpoint }
    return undefined
  }
  return {
    local: socket.localEnd as Endpoint,
    async send(bytes, to) {
      const errno = socket.send(bytes.slice(), to as Endpoint & { address: Address })
      return errno === 'OK' ? { kind: 'yes' } : triedOf(errno)
    },
    receive: ({ timeoutMs, signal }) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason)
          return
        }
        const there = next()
        if (there !== undefined) {
          resolve(there)
          return
        }
        const end = (say: () => void): void => {
          timer.cancel()
          socket.notify = null
          signal?.removeEventListener('abort', stop)
          engine.tell()
          say()
        }
        const stop = (): void => end(() => reject(signal?.reason))
        const timer = engine.schedule(timeoutMs, () => end(() => resolve(undefined)))
        signal?.addEventListener('abort', stop, { once: true })
        socket.notify = () => {
          const came = next()
          if (came !== undefined) end(() => resolve(came))
        }
      }),
    async close() {
      socket.close()
    },
  }
}
