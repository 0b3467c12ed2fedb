/** What a simulated host finds when it tries: names of its network, connections and pages over it. */
import type { Address } from '../../model/address.ts'
import type { OS } from '../../os/os.ts'
import {
  type DialTarget,
  noTrials,
  type Reach,
  type Tried,
  type TryOptions,
  triedOf,
} from '../../os/reach.ts'
import type { Engine } from '../engine/engine.ts'
import type { SimHost } from '../host/host.ts'
import {
  CONNECTED,
  FAILED,
  READABLE,
  type SocketOwner,
  type TcpSocket,
  type Transport,
} from '../transport/transport.ts'

import { attemptOver } from './attempt-over.ts'
import { openDatagrams } from './datagrams-over.ts'
import { pingOver } from './ping-over.ts'
import { resolveOver } from './resolve-over.ts'

export interface ReachHost {
  readonly engine: Engine
  readonly transport: Transport
  /** Addresses of the hosts of the network, by name. */
  readonly lookup: (name: string) => readonly Address[]
  readonly still: OS
  readonly owner: SocketOwner
  readonly sourceFor: (destination: Address) => Address | undefined
  readonly host: SimHost
}

const TIMED_OUT: Tried = { kind: 'timed-out', code: 'ETIMEDOUT' }
const READ_SIZE = 65_536

export function reachOver(host: ReachHost): Reach {
  const { reach } = host.still
  return {
    resolve: (name, options) => resolveOver(host, name, options?.signal),
    dial(to, options) {
      if ('path' in to) return reach.dial(to, options)
      return tried(host, to, options, (_, done) => done({ kind: 'yes' }))
    },
    get({ url, address }, options) {
      const { protocol, port, pathname, search, host: name } = new URL(url)
      if (protocol !== 'http:') return Promise.resolve(triedOf('EPROTONOSUPPORT'))
      const to = { address, port: port === '' ? 80 : Number(port) }
      return tried(host, to, options, (socket, done) => {
        let answer = ''
        socket.notify = events => {
          if ((events & (READABLE | FAILED)) === 0) return
          const bytes = socket.read(READ_SIZE)
          if (bytes === 'end') done(triedOf('ECONNRESET'))
          else if (!(bytes instanceof Uint8Array)) done(triedOf(bytes.errno))
          else {
            answer += new TextDecoder().decode(bytes)
            const status = Number(/^HTTP\/\d\.\d (\d{3})/.exec(answer)?.[1])
            if (status > 0) done({ kind: status < 400 ? 'yes' : 'broken', status } as Tried)
            else if (answer.length > MOST_HEARD || (answer.includes('\n') && !answer.startsWith('HTTP/')))
              done(triedOf('EPROTO'))
          }
        }
        socket.write(
          new TextEncoder().encode(
            `GET ${pathname}${search} HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`,
          ),
        )
      })
    },
    file: path => reach.file(path),
    ...noTrials(),
    attempt: (request, options) => attemptOver(host, request, options),
    ping: (request, options) => pingOver(host, request, options),
    datagrams: async request => openDatagrams(host, request),
  }
}

/** Characters of what should be a status line. */
const MOST_HEARD = 4096

type Then = (socket: TcpSocket, done: (tried: Tried) => void) => void

/** Connects, does what there is to do, and hangs up; whatever comes first of that, the time and the signal. */
function tried(
  { engine, transport, owner }: ReachHost,
  { address, port }: Extract<DialTarget, { readonly port: number }>,
  { timeoutMs, signal }: TryOptions,
  then: Then,
): Promise<Tried> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const socket = transport.stream(address.includes(':') ? 'ipv6' : 'ipv4', owner)
    const end = (say: () => void): void => {
      timer.cancel()
      signal?.removeEventListener('abort', stop)
      socket.close()
      engine.tell()
      say()
    }
    const done = (came: Tried): void => end(() => resolve(came))
    const stop = (): void => end(() => reject(signal?.reason))
    const timer = engine.schedule(timeoutMs, () => done(TIMED_OUT))
    signal?.addEventListener('abort', stop, { once: true })
    socket.notify = events => {
      if ((events & FAILED) !== 0) done(triedOf(socket.takeError() ?? undefined))
      else if ((events & CONNECTED) !== 0) then(socket, done)
    }
    const errno = socket.connect(address, port)
    if (errno !== 'EINPROGRESS' && errno !== 'OK') done(triedOf(errno))
  })
}
