/** Opening what listens: a server or a datagram socket, or what the system says instead. */
import { type Address, familyOf, parseAddress, UNSPECIFIED_V6, unmap } from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import { ANY_PORT, type Port } from '../model/port.ts'
import { type Tried, triedOf } from './reach.ts'
import { codeOf, type Doors, type PacketSocket, type StreamServer, type StreamSocket } from './relay-doors.ts'

export type Opened<T> = { readonly kind: 'yes'; readonly socket: T; readonly local: Endpoint } | NotOpened
export type NotOpened = Tried & { readonly kind: Exclude<Tried['kind'], 'yes'> }

export interface ServerRequest {
  readonly at: Endpoint
  readonly backlog?: number
  readonly bufferBytes?: number
}

/** What comes later than the opening and isn't a connection: the host could not take one. */
export type Trouble = (tried: Tried) => void

const BACKLOG = 4096

export function openServer(
  doors: Doors,
  { at, backlog = BACKLOG, bufferBytes }: ServerRequest,
  onConnection: (socket: StreamSocket) => void,
  trouble: Trouble,
): Promise<Opened<StreamServer>> {
  const server = doors.server(
    {
      allowHalfOpen: true,
      pauseOnConnect: true,
      noDelay: true,
      keepAlive: true,
      ...(bufferBytes === undefined ? {} : { highWaterMark: bufferBytes }),
    },
    onConnection,
  )
  return opened(server, trouble, () => server.listen({ host: at.address, port: at.port, backlog }))
}

export function openPackets(doors: Doors, at: Endpoint, trouble: Trouble): Promise<Opened<PacketSocket>> {
  const type = familyOf(at.address) === 'ipv6' ? 'udp6' : 'udp4'
  const socket = doors.packets({ type, ipv6Only: type === 'udp6' && at.address !== UNSPECIFIED_V6 })
  return opened(socket, trouble, () => socket.bind({ port: at.port, address: at.address, exclusive: true }))
}

function opened<T extends StreamServer | PacketSocket>(
  socket: T,
  trouble: Trouble,
  begin: () => void,
): Promise<Opened<T>> {
  return new Promise(resolve => {
    socket.on('error', error => resolve(notOpened(error)))
    socket.once('listening', () => {
      socket.removeAllListeners('error')
      socket.on('error', error => trouble(triedOf(codeOf(error))))
      resolve({ kind: 'yes', socket, local: endpointOf(socket.address() as Place) })
    })
    begin()
  })
}

export function notOpened(error: Error): NotOpened {
  const tried = triedOf(codeOf(error))
  return { ...tried, kind: tried.kind === 'yes' ? 'broken' : tried.kind }
}

interface Place {
  readonly address?: string | undefined
  readonly port?: number | undefined
}

/** An IPv4 client of a socket for both families is an IPv4 client. */
export const endpointOf = ({ address, port }: Place): Endpoint => ({
  address: address === undefined ? UNSPECIFIED_V6 : ownAddress(address),
  port: (port ?? ANY_PORT) as Port,
})

/** Many come from few addresses, and reading one takes a fortieth of what a connection takes. */
const read = new Map<string, Address>()
const MOST_READ = 1024

function ownAddress(text: string): Address {
  const known = read.get(text)
  if (known !== undefined) return known
  if (read.size >= MOST_READ) read.clear()
  const address = unmap(parseAddress(text))
  read.set(text, address)
  return address
}

/** Both ends of a stream; absent once the other end has gone before anybody looked. */
export const peerOf = ({ remoteAddress, remotePort }: StreamSocket): Endpoint | undefined =>
  remoteAddress === undefined ? undefined : endpointOf({ address: remoteAddress, port: remotePort })

export const localOf = ({ localAddress, localPort }: StreamSocket): Endpoint =>
  endpointOf({ address: localAddress, port: localPort })
