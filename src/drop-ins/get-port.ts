/**
 * The interface of the npm package get-port, with leases behind it: `import getPort, { portNumbers } from 'portolan/get-port'`.
 *
 * What differs: the port stays this process's until it ends, against every program of the machine that asks, so
 * `reserve` is always on and `clearLockedPorts` does nothing; a port is free on all addresses, whatever `host` says; and
 * where none was preferred it is never from the ephemeral range. Where leases can't be had (not Linux) it is only free.
 */
import { freePort, isFault, leasePort, type OS, parsePort } from '../index.ts'

export interface Options {
  /** Preferred ports, the first that can be had; any other when none can. */
  readonly port?: number | Iterable<number>
  readonly exclude?: Iterable<number>
  readonly reserve?: boolean
  readonly host?: string
  /** Not of get-port: another host than this machine, for tests. */
  readonly os?: OS
}

/** Throws `E_PORT_SYNTAX` for what is no port. */
export default async function getPort(options: Options = {}): Promise<number> {
  const { port = [], exclude = [], os } = options
  const on = os === undefined ? {} : { os }
  const unwanted = new Set(exclude)
  for (const preferred of typeof port === 'number' ? [port] : port) {
    const wanted = parsePort(String(preferred))
    if (wanted === 0 || unwanted.has(wanted)) continue
    const got = await orNull(leasePort({ ...on, port: wanted }))
    if (got !== null) return got
  }
  for (;;) {
    const got = await leased(on)
    if (!unwanted.has(got)) return got
  }
}

const leased = (on: { readonly os?: OS }): Promise<number> =>
  leasePort(on).catch(error => {
    if (isFault(error) && error.code === 'E_LEASE_UNSUPPORTED') return freePort()
    throw error
  })

/** Null when somebody else has it. */
const orNull = (port: Promise<number>): Promise<number | null> =>
  port.catch(error => {
    if (isFault(error) && error.code === 'E_NO_FREE_PORT') return null
    throw error
  })

/** All ports from one to another. Throws a RangeError as get-port does. */
export function portNumbers(from: number, to: number): Iterable<number> {
  if (!Number.isInteger(from) || !Number.isInteger(to))
    throw new TypeError('`from` and `to` must be integer numbers')
  for (const [name, value] of Object.entries({ from, to }))
    if (value < 1024 || value > 65535) throw new RangeError(`'${name}' must be between 1024 and 65535`)
  if (from > to) throw new RangeError('`to` must be greater than or equal to `from`')
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** Leases end with their process. */
export function clearLockedPorts(): void {}
