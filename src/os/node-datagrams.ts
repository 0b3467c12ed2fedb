/** UDP sockets through Node's own, on any system that it runs on. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { familyOf, parseAddress, withoutZone } from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import type { Port } from '../model/port.ts'
import type { DatagramRequest, DatagramSocket, OpenedDatagrams, ReceivedDatagram } from './datagrams.ts'
import { type Tried, triedOf } from './reach.ts'

export async function openDatagrams(request: DatagramRequest): Promise<OpenedDatagrams> {
  const { towards, port = 0 } = request
  const type = familyOf(towards.address) === 'ipv4' ? 'udp4' : 'udp6'
  try {
    const address = request.address ?? (await sourceTowards(towards, type))
    const socket = createSocket(type)
    try {
      await settled(socket, 'listening', () => socket.bind({ address, port, exclusive: true }))
    } catch (error) {
      socket.close()
      throw error
    }
    return { kind: 'yes', socket: new NodeDatagrams(socket) }
  } catch (error) {
    const tried = triedOf((error as NodeJS.ErrnoException).code)
    return { ...tried, kind: tried.kind === 'yes' ? 'broken' : tried.kind }
  }
}

/** What connect(2) of a datagram socket chooses; nothing is sent. */
async function sourceTowards({ address, port }: Endpoint, type: 'udp4' | 'udp6'): Promise<string> {
  const probe = createSocket(type)
  try {
    await settled(probe, 'connect', () => probe.connect(port, address))
    return probe.address().address
  } finally {
    probe.close()
  }
}

async function settled(socket: Socket, event: string, begin: () => void): Promise<void> {
  const done = once(socket, event)
  begin()
  await done
}

/** So many that nobody asked for are kept. */
const MOST_KEPT = 1024

class NodeDatagrams implements DatagramSocket {
  readonly local: Endpoint
  readonly #socket: Socket
  readonly #kept: ReceivedDatagram[] = []
  #wake = (): void => {}

  constructor(socket: Socket) {
    this.#socket = socket
    const { address, port } = socket.address()
    this.local = { address: parseAddress(address), port: port as Port }
    socket.on('message', (bytes, from) => {
      if (this.#kept.length >= MOST_KEPT) return
      const place = { address: withoutZone(parseAddress(from.address)), port: from.port as Port }
      this.#kept.push({ bytes: Uint8Array.from(bytes), from: place })
      this.#wake()
    })
    // An error of ICMP about something sent: whoever waits for an answer finds that none comes.
    socket.on('error', () => {})
  }

  send(bytes: Uint8Array, { address, port }: Endpoint): Promise<Tried> {
    return new Promise(resolve => {
      this.#socket.send(bytes, port, address, error =>
        resolve(error === null ? { kind: 'yes' } : triedOf((error as NodeJS.ErrnoException).code)),
      )
    })
  }

  async receive({
    timeoutMs,
    signal,
  }: Parameters<DatagramSocket['receive']>[0]): Promise<ReceivedDatagram | undefined> {
    signal?.throwIfAborted()
    if (this.#kept.length === 0)
      await new Promise<void>((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', abort)
          this.#wake = () => {}
        }
        const finish = (): void => {
          end()
          resolve()
        }
        const abort = (): void => {
          end()
          reject(signal?.reason)
        }
        const timer = setTimeout(finish, timeoutMs)
        signal?.addEventListener('abort', abort, { once: true })
        this.#wake = finish
      })
    return this.#kept.shift()
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }
}
