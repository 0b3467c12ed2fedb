/** How a connection is asked for, in Node's words. */
import type { OwnedOptions } from './node-host.ts'

/** Of Node's options those that mean something here; whatever else an agent of Node's hands over is let be. */
export interface ConnectOptions extends OwnedOptions {
  readonly port?: number | string | null | undefined
  /** A name or an address; `localhost` when left out. */
  readonly host?: string | null | undefined
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
  readonly family?: number | undefined
  readonly allowHalfOpen?: boolean | undefined
  readonly noDelay?: boolean | undefined
  readonly keepAlive?: boolean | undefined
  readonly keepAliveInitialDelay?: number | undefined
  /** Simulated milliseconds without activity until `timeout`. */
  readonly timeout?: number | undefined
}

/** A number, or digits; nothing is corrected. */
export function portOf(given: ConnectOptions['port']): number {
  const port = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw Object.assign(
    new RangeError(
      `Port should be >= 0 and < 65536. Received ${typeof given === 'string' ? `'${given}'` : given}.`,
    ),
    { code: 'ERR_SOCKET_BAD_PORT' },
  )
}
