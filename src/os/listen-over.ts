/** A listener over a host's sockets: who comes, what they say, and what is answered. */
import type { Endpoint } from '../model/endpoint.ts'
import type { Arrival, Listening, ListenOutcome, ListenRequest } from './listening.ts'
import { endpointOf, localOf, openPackets, openServer, peerOf } from './open-doors.ts'
import { type Tried, triedOf } from './reach.ts'
import { codeOf, type Doors, type PacketSocket, type PacketSource, type StreamSocket } from './relay-doors.ts'
import { resetStream } from './reset-stream.ts'
import { ToldQueue } from './told-queue.ts'

const AT_MOST = 1024
/** After what we said, so long is waited for their end; a reset would take it from them (RFC 1122 section 4.2.2.13), milliseconds. */
const LINGER_MS = 2000

export async function listenOver(doors: Doors, request: ListenRequest): Promise<ListenOutcome> {
  return request.protocol === 'tcp' ? listenStreams(doors, request) : listenPackets(doors, request)
}

async function listenStreams(doors: Doors, request: ListenRequest): Promise<ListenOutcome> {
  const { at, backlog, atMost = AT_MOST } = request
  const there = new Set<StreamSocket>()
  const arrivals = new ToldQueue<Arrival>(atMost)
  const opened = await openServer(
    doors,
    { at, ...(backlog === undefined ? {} : { backlog }) },
    socket => {
      socket.on('error', () => {})
      const from = peerOf(socket)
      if (from === undefined || there.size >= atMost) {
        resetStream(socket)
        return
      }
      there.add(socket)
      socket.once('close', () => there.delete(socket))
      arrivals.tell(new StreamArrival(doors, socket, from))
    },
    // It goes on listening, and whoever could not be taken sees that himself.
    () => {},
  )
  if (opened.kind !== 'yes') return opened
  const listening: Listening = {
    local: opened.local,
    arrivals,
    close: () =>
      new Promise(resolve => {
        opened.socket.close(() => resolve())
        for (const socket of there) resetStream(socket)
        arrivals.end()
      }),
  }
  return { kind: 'yes', listening }
}

class StreamArrival implements Arrival {
  readonly from: Endpoint
  readonly to: Endpoint
  state: Arrival['state'] = 'open'
  readonly #doors: Doors
  readonly #socket: StreamSocket

  constructor(doors: Doors, socket: StreamSocket, from: Endpoint) {
    this.from = from
    this.to = localOf(socket)
    this.#doors = doors
    this.#socket = socket
    socket.on('end', () => {
      if (this.state === 'open') this.state = 'ended'
    })
    socket.on('error', () => {
      this.state = 'reset'
    })
  }

  get bytes(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => this.#read() }
  }

  async *#read(): AsyncIterator<Uint8Array> {
    try {
      for await (const chunk of this.#socket.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array
    } catch (error) {
      // Cut from either end: the state says so. Nothing else breaks a stream.
      if (codeOf(error as Error) === undefined) throw error
      this.state = 'reset'
    }
  }

  send(bytes: Uint8Array): Promise<Tried> {
    return new Promise(resolve => {
      this.#socket.write(bytes, error => resolve(error == null ? { kind: 'yes' } : triedOf(codeOf(error))))
    })
  }

  close(): Promise<void> {
    const socket = this.#socket
    if (socket.closed) return Promise.resolve()
    return new Promise(resolve => {
      const stop = this.#doors.after(LINGER_MS, () => socket.destroy())
      socket.once('close', () => {
        stop()
        resolve()
      })
      socket.end()
      socket.resume()
    })
  }
}

async function listenPackets(doors: Doors, { at, atMost = AT_MOST }: ListenRequest): Promise<ListenOutcome> {
  const arrivals = new ToldQueue<Arrival>(atMost)
  // An error of ICMP about an answer: its client has gone.
  const opened = await openPackets(doors, at, () => {})
  if (opened.kind !== 'yes') return opened
  const { socket, local } = opened
  let closed: Promise<void> | undefined
  socket.on('message', (bytes, source) => {
    // What is handed over is the reader's; the host may use its own again.
    arrivals.tell(new PacketArrival(socket, Uint8Array.from(bytes), source, local))
  })
  const close = (): Promise<void> => {
    closed ??= new Promise(resolve => {
      socket.close(() => resolve())
      arrivals.end()
    })
    return closed
  }
  return { kind: 'yes', listening: { local, arrivals, close } }
}

class PacketArrival implements Arrival {
  readonly from: Endpoint
  readonly to: Endpoint
  readonly state = 'ended'
  readonly #socket: PacketSocket
  readonly #bytes: Uint8Array
  readonly #source: PacketSource

  constructor(socket: PacketSocket, bytes: Uint8Array, source: PacketSource, to: Endpoint) {
    this.from = endpointOf(source)
    this.to = to
    this.#socket = socket
    this.#bytes = bytes
    this.#source = source
  }

  get bytes(): AsyncIterable<Uint8Array> {
    const bytes = this.#bytes
    return (async function* () {
      yield bytes
    })()
  }

  send(bytes: Uint8Array): Promise<Tried> {
    const { address, port } = this.#source
    return new Promise(resolve => {
      this.#socket.send(bytes, port, address, error =>
        resolve(error === null ? { kind: 'yes' } : triedOf(codeOf(error))),
      )
    })
  }

  async close(): Promise<void> {}
}
