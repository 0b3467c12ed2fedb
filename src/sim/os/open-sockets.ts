/** The sockets that a host is described with: listeners that take connections, and datagram sockets. Unix sockets are only told of. */

import { type Endpoint, isHostAddress, parseEndpoint } from '../../model/endpoint.ts'
import type { MachineDescription, SocketDescription } from '../../os/memory/memory.ts'
import { refused } from '../host/host.ts'
import {
  ACCEPTABLE,
  FAILED,
  READABLE,
  type SocketOwner,
  type TcpSocket,
  type Transport,
} from '../transport/transport.ts'

/** Of a machine's sockets those that no network has to do with. */
export const isStill = (one: SocketDescription): boolean => /^(?:unix|raw) /.test(textOf(one) ?? '')

const textOf = (one: SocketDescription): string | undefined =>
  one.listen ?? one.bound ?? one.unconnected ?? one.connected

const BACKLOG = 511
const READ_SIZE = 65_536
/** Characters of a request that are kept. */
const MOST_HEARD = 16_384

/** Throws `E_SIM_NETWORK` for one that can't be. */
export function openSockets(
  host: string,
  transport: Transport,
  { sockets = [], pages }: Pick<MachineDescription, 'sockets' | 'pages'>,
  ownerOf: (pid: number) => SocketOwner,
): void {
  for (const one of sockets) {
    if (isStill(one)) continue
    const wrong = (why: string) =>
      refused(`host ${host}: the socket "${textOf(one) ?? Object.values(one)[0]}" ${why}`)
    const [, protocol, ends = ''] = /^(\w+) (.+)$/.exec(textOf(one) ?? '') ?? []
    if ((protocol !== 'tcp' || one.listen === undefined) && (protocol !== 'udp' || one.bound === undefined))
      throw wrong('can’t be: a host opens { listen: "tcp …" }, { bound: "udp …" } and unix sockets')
    const { address, port } = readEnd(ends, wrong)
    const by = typeof one.by === 'number' ? one.by : one.by?.[0]
    const holder = ownerOf(typeof by === 'object' ? by.pid : (by ?? 1))
    // Whoever holds a low port without being root had it bound before he gave up his rights.
    const owner = port > 0 && port < transport.settings.ports.floor ? { ...holder, uid: 0 } : holder
    const family = address.includes(':') ? 'ipv6' : 'ipv4'
    const socket = protocol === 'tcp' ? transport.stream(family, owner) : transport.datagram(family, owner)
    if (one.options?.reuseAddress === true || protocol === 'tcp') socket.set('reuseAddress', true)
    if (one.options?.reusePort === true) socket.set('reusePort', true)
    if (one.v6only === true) socket.set('v6only', true)
    const errno = socket.bind(address, port)
    if (errno !== 'OK') throw wrong(`can’t be bound: ${errno}`)
    if ('listen' in socket) {
      const said = socket.listen(one.acceptQueue?.limit ?? BACKLOG)
      if (said !== 'OK') throw wrong(`can’t listen: ${said}`)
      serve(socket, pages)
    }
  }
}

function readEnd(text: string, wrong: (why: string) => Error): Endpoint {
  const { host, port } = parseEndpoint(text)
  if (host === undefined || !isHostAddress(host))
    throw wrong('needs an address before its port, as in 0.0.0.0:80')
  return { address: host, port }
}

/** A program that takes every connection, answers GET where there are pages, and closes when its peer does. */
function serve(listener: TcpSocket, pages: MachineDescription['pages']): void {
  listener.notify = events => {
    if ((events & ACCEPTABLE) === 0) return
    for (let one = listener.accept(); typeof one !== 'string'; one = listener.accept()) converse(one, pages)
  }
}

function converse(taken: TcpSocket, pages: MachineDescription['pages']): void {
  let heard = ''
  const read = (): void => {
    for (let told = taken.read(READ_SIZE); ; told = taken.read(READ_SIZE)) {
      if (!(told instanceof Uint8Array)) {
        taken.close()
        return
      }
      if (told.length === 0) return
      if (pages === undefined) continue
      heard = (heard + new TextDecoder().decode(told)).slice(-MOST_HEARD)
      const answer = answerTo(heard, pages)
      if (answer === undefined) continue
      taken.write(new TextEncoder().encode(answer))
      taken.close()
      return
    }
  }
  taken.notify = events => {
    if ((events & (READABLE | FAILED)) !== 0) read()
  }
  read()
}

/** Once the whole of a request's head is there. */
function answerTo(heard: string, pages: Readonly<Record<string, number>>): string | undefined {
  if (!heard.includes('\r\n\r\n')) return undefined
  const path = /^[A-Z]+ (\S+) HTTP/.exec(heard)?.[1] ?? '/'
  const host = /\r\nhost: *(\S+)/i.exec(heard)?.[1] ?? ''
  const status = pages[`http://${host}${path}`] ?? pages[path] ?? 404
  return `HTTP/1.1 ${status} \r\ncontent-length: 0\r\nconnection: close\r\n\r\n`
}
