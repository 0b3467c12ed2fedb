/** What the doors to Node need of a simulated host. */
import { type Address, isAddress, parseAddress } from '../../model/address.ts'
import type { Below, SocketOwner, Transport } from '../transport/transport.ts'
import { notFound } from './node-error.ts'

export interface NodeHost {
  readonly transport: Transport
  readonly below: Pick<Below, 'now' | 'schedule' | 'tell'>
  /** The address that a name of the simulated network stands for, of that family if one is asked for. */
  lookup?(name: string, family?: 4 | 6): Address | undefined
}

/** Who holds a socket, for those that care. */
export interface OwnedOptions {
  readonly owner?: SocketOwner | undefined
}

/** An address as it is, `localhost` as loopback, another name as the network knows it; or the error that Node would give. */
export function resolve(host: NodeHost, name: string, family?: 4 | 6): Address | Error {
  if (isAddress(name)) return parseAddress(name)
  const found = host.lookup?.(name, family)
  if (found !== undefined) return found
  if (name === 'localhost') return (family === 6 ? '::1' : '127.0.0.1') as Address
  return notFound(name)
}

/** As what Node hears of from the system: in a later turn of the loop. */
export function later(host: NodeHost, run: () => void): void {
  host.below.tell?.()
  setImmediate(run)
}

/** A callback of Node's has its turn before simulated time goes on. */
export function soon(host: NodeHost, run: () => void): void {
  host.below.tell?.()
  process.nextTick(run)
}
