/**
 * An attempt through Node's own sockets, on any system that it runs on: how it ended and when, and nothing of what was on the
 * wire. What Node can't ask for (an interface, a number of hops, the size of segments) comes to ENOSYS.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { familyOf, parseAddress } from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import { type Known, known, unknown } from '../model/known.ts'
import type { Port } from '../model/port.ts'
import { type Attempt, type AttemptRequest, noAttempt, type Received } from './attempt.ts'
import { codeOf } from './first-outcome.ts'
import { type Tried, type TryOptions, triedOf } from './reach.ts'

export async function nodeAttempt(request: AttemptRequest, options: TryOptions): Promise<Attempt> {
  options.signal?.throwIfAborted()
  const { device, hops, segment } = request
  if (device !== undefined || hops !== undefined || segment !== undefined) return noAttempt(triedOf('ENOSYS'))
  return request.protocol === 'tcp' ? overTcp(request, options) : overUdp(request)
}

/** What came and was not asked for yet, in order. */
class Inbox {
  readonly #items: Received[] = []
  #wake = (): void => {}

  put(item: Received): void {
    this.#items.push(item)
    this.#wake()
  }

  async take({ timeoutMs, signal }: TryOptions): Promise<Received> {
    signal?.throwIfAborted()
    if (this.#items.length === 0)
      await new Promise<void>((resolve, reject) => {
        const end = (then: () => void): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', abort)
          this.#wake = () => {}
          then()
        }
        const abort = (): void => end(() => reject(signal?.reason))
        const timer = setTimeout(() => end(resolve), timeoutMs)
        signal?.addEventListener('abort', abort, { once: true })
        this.#wake = () => end(resolve)
      })
    const [item] = this.#items
    // The end and a failure stay what they are, however often one asks.
    if (item?.kind === 'bytes') this.#items.shift()
    return item ?? { kind: 'nothing' }
  }
}

async function overTcp(request: AttemptRequest, { timeoutMs, signal }: TryOptions): Promise<Attempt> {
  const { to, source, sourcePort } = request
  const start = performance.now()
  const inbox = new Inbox()
  const socket = connect({
    host: to.address as string,
    port: to.port,
    family: isIP(to.address),
    allowHalfOpen: true,
    ...(source === undefined ? {} : { localAddress: source as string }),
    ...(sourcePort === undefined ? {} : { localPort: sourcePort }),
  })
  let settle = (_: Tried): void => {}
  // What the call itself says comes before the loop goes round; a refusal over loopback is none of that (uv__tcp_connect).
  let [goesOn, atOnce] = [false, false]
  setImmediate(() => {
    goesOn = true
  })
  socket.on('data', bytes => inbox.put({ kind: 'bytes', bytes: Uint8Array.from(bytes) }))
  socket.on('end', () => inbox.put({ kind: 'end' }))
  socket.on('error', error => {
    const tried = triedOf(codeOf(error))
    atOnce = !goesOn && tried.kind !== 'refused'
    settle(tried)
    inbox.put({ kind: 'failed', tried })
  })
  const outcome = await new Promise<Tried>((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(signal?.reason)
    }
    settle = tried => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      resolve(tried)
    }
    const timer = setTimeout(() => settle({ kind: 'timed-out' }), timeoutMs)
    signal?.addEventListener('abort', abort, { once: true })
    // A call from the very port that it goes to opens a connection with itself (RFC 9293 section 3.5): nobody is there.
    socket.once('connect', () => settle(isSelf(socket) ? triedOf('ECONNREFUSED') : { kind: 'yes' }))
  })
  const ms = performance.now() - start
  const local = localOf(socket)
  if (outcome.kind !== 'yes') socket.destroy()
  return {
    outcome,
    atOnce: atOnce && outcome.kind !== 'yes',
    ms,
    local,
    ...blind,
    ...talking(socket, inbox, outcome),
  }
}

const isSelf = ({ localAddress, localPort, remoteAddress, remotePort }: Socket): boolean =>
  localPort === remotePort && localAddress === remoteAddress

const blind: Pick<Attempt, 'seen'> = {
  seen: async () => ({
    icmp: unknown('unsupported'),
    frames: unknown('unsupported'),
    tcp: unknown('unsupported'),
  }),
}

function localOf({ localAddress, localPort }: Socket): Known<Endpoint> {
  if (localAddress === undefined || localPort === undefined) return unknown('vanished')
  return known({ address: parseAddress(localAddress), port: localPort as Port })
}

function talking(socket: Socket, inbox: Inbox, outcome: Tried) {
  return {
    send: async (bytes: Uint8Array): Promise<Tried> =>
      outcome.kind !== 'yes'
        ? outcome
        : new Promise(resolve =>
            socket.write(bytes, error => resolve(error ? triedOf(codeOf(error)) : { kind: 'yes' })),
          ),
    receive: async (options: TryOptions): Promise<Received> =>
      outcome.kind === 'yes' ? inbox.take(options) : { kind: 'failed', tried: outcome },
    finish: async (): Promise<void> => void socket.end(),
    async close(): Promise<void> {
      if (socket.closed) return
      const closed = once(socket, 'close')
      socket.destroy()
      await closed
    },
  }
}

async function overUdp({ to, source, sourcePort = 0 }: AttemptRequest): Promise<Attempt> {
  const start = performance.now()
  const inbox = new Inbox()
  const socket = createSocket(familyOf(to.address) === 'ipv4' ? 'udp4' : 'udp6')
  let open = true
  socket.on('message', bytes => inbox.put({ kind: 'bytes', bytes: Uint8Array.from(bytes) }))
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    const closed = once(socket, 'close')
    socket.close()
    await closed
  }
  let outcome: Tried = { kind: 'yes' }
  try {
    const bound = once(socket, 'listening')
    socket.bind({ port: sourcePort, exclusive: true, ...(source === undefined ? {} : { address: source }) })
    await bound
    const connected = once(socket, 'connect')
    socket.connect(to.port, to.address as string)
    await connected
  } catch (error) {
    outcome = triedOf(codeOf(error))
  }
  socket.on('error', error => inbox.put({ kind: 'failed', tried: triedOf(codeOf(error)) }))
  const ms = performance.now() - start
  if (outcome.kind !== 'yes') {
    await close()
    return { ...noAttempt(outcome), ms }
  }
  const { address, port } = socket.address()
  return {
    outcome,
    atOnce: false,
    ms,
    local: known({ address: parseAddress(address), port: port as Port }),
    ...blind,
    send: bytes =>
      new Promise(resolve => {
        if (!open) resolve(triedOf('EBADF'))
        else socket.send(bytes, error => resolve(error === null ? { kind: 'yes' } : triedOf(codeOf(error))))
      }),
    receive: options => inbox.take(options),
    finish: async () => undefined,
    close,
  }
}
