/**
 * What passing on and listening need of a host's sockets: streams, servers and datagrams in the form that Node gives them, of which
 * only what is used. Node's own are such doors, and a simulated host's; whatever is built on these runs on both.
 */
import type { Duplex } from 'node:stream'
import type { Resolved } from './reach.ts'

export interface StreamSocket extends Duplex {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
  /** With a reset, whatever is still to be sent. */
  resetAndDestroy(): unknown
}

export interface StreamServer {
  listen(options: { readonly host: string; readonly port: number; readonly backlog?: number }): unknown
  address(): unknown
  close(closed?: () => void): unknown
  once(event: 'listening', told: () => void): unknown
  on(event: 'error', told: (error: Error) => void): unknown
  removeAllListeners(event: 'error'): unknown
}

export interface StreamOptions {
  readonly allowHalfOpen: true
  readonly noDelay: true
  readonly keepAlive: true
  /** Bytes that are kept for a slow reader; absent: the host's own measure. */
  readonly highWaterMark?: number
}

export interface PacketSocket {
  bind(where: { readonly port: number; readonly address: string; readonly exclusive?: boolean }): unknown
  connect(port: number, address: string): void
  send(bytes: Uint8Array, done: (error: Error | null) => void): void
  send(bytes: Uint8Array, port: number, address: string, done: (error: Error | null) => void): void
  address(): { readonly address: string; readonly port: number }
  close(closed?: () => void): unknown
  once(event: 'listening' | 'connect', told: () => void): unknown
  on(event: 'error', told: (error: Error) => void): unknown
  on(event: 'message', told: (bytes: Uint8Array, from: PacketSource) => void): unknown
  removeAllListeners(event: 'error'): unknown
  /** Bytes that wait to be sent, where the host tells. */
  getSendQueueSize?(): number
}

export interface PacketSource {
  readonly address: string
  readonly port: number
}

export interface Doors {
  server(
    options: StreamOptions & { readonly pauseOnConnect: true },
    onConnection: (socket: StreamSocket) => void,
  ): StreamServer
  /** `connect` or `error` follows. */
  stream(options: StreamOptions & { readonly host: string; readonly port: number }): StreamSocket
  packets(options: { readonly type: 'udp4' | 'udp6'; readonly ipv6Only: boolean }): PacketSocket
  resolve(name: string): Promise<Resolved>
  /** Milliseconds since 1970, and from any start. */
  now(): number
  monotonic(): number
  /** Runs it after so many milliseconds, unless what it gives is called before. */
  after(ms: number, run: () => void): () => void
}

/** What went wrong, in the system's word. Where all addresses of a host failed Node collects the errors in one. */
export function codeOf(error: Error): string | undefined {
  const { code, errors } = error as NodeJS.ErrnoException & { errors?: readonly NodeJS.ErrnoException[] }
  return code ?? errors?.[0]?.code
}
