/** What is found on a machine that is made up: its listeners answer, all else refuses. */
import {
  LOOPBACK_V4,
  LOOPBACK_V6,
  parseAddress,
  UNSPECIFIED_V4,
  UNSPECIFIED_V6,
  unmap,
} from '../../model/address.ts'
import { isUnixName, type Socket } from '../../model/socket.ts'
import { type DialTarget, type Reach, type Tried, triedOf } from '../reach.ts'
import { attemptOn, handshakeOn, pingOn } from './attempts.ts'
import { MachineDatagrams } from './datagrams.ts'
import type { Machine } from './machine.ts'

export function reachOf(machine: Machine): Reach {
  const datagrams = new MachineDatagrams(machine)
  const dial = (to: DialTarget): Tried => {
    if ('path' in to && !machine.files.has(to.path) && !listens(machine, to)) return triedOf('ENOENT')
    return listens(machine, to) ? { kind: 'yes' } : triedOf('ECONNREFUSED')
  }
  return {
    async resolve(name, options) {
      options?.signal?.throwIfAborted()
      const told = machine.description.names?.[name]
      if (told !== undefined) return { kind: 'found', addresses: told.map(parseAddress) }
      if (name === 'localhost') return { kind: 'found', addresses: [LOOPBACK_V6, LOOPBACK_V4] }
      return { kind: 'failed', code: 'ENOTFOUND' }
    },
    async dial(to, { signal }) {
      signal?.throwIfAborted()
      return dial(to)
    },
    async get({ url, address }, { signal }) {
      signal?.throwIfAborted()
      const { port, protocol } = new URL(url)
      const tried = dial({ address, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) })
      if (tried.kind !== 'yes') return tried
      const status = machine.pages.get(url) ?? 404
      return { kind: status >= 200 && status < 400 ? 'yes' : 'broken', status }
    },
    datagrams: async request => datagrams.open(request),
    async attempt(request, options) {
      options.signal?.throwIfAborted()
      // Nobody is asked whether a datagram socket may be connected.
      const { protocol, to } = request
      return attemptOn(machine.description, request, options, protocol === 'udp' ? { kind: 'yes' } : dial(to))
    },
    async ping(request, { signal }) {
      signal?.throwIfAborted()
      return pingOn(machine.description, request)
    },
    async tls(request, { signal }) {
      signal?.throwIfAborted()
      return handshakeOn(machine.description, request, dial(request.to))
    },
    file: async path => (machine.files.has(path) ? { kind: 'yes' } : triedOf('ENOENT')),
  }
}

/** Whether a socket of the machine takes connections there. */
export function listens(machine: Machine, to: DialTarget): boolean {
  return [...machine.sockets].some(({ socket }) => {
    if (socket.state !== 'listen') return false
    const { local } = socket
    if ('path' in to) return isUnixName(local) && local.path === to.path
    return !isUnixName(local) && local.port === to.port && takes(socket, local.address, to.address)
  })
}

function takes(socket: Socket, bound: string, asked: DialTargetAddress): boolean {
  const wanted = unmap(asked)
  if (bound === wanted) return true
  if (bound === UNSPECIFIED_V4) return !wanted.includes(':')
  return bound === UNSPECIFIED_V6 && (wanted.includes(':') || socket.v6only !== true)
}

type DialTargetAddress = Extract<DialTarget, { readonly port: number }>['address']
