/** UDP sockets of our own, as a host opens them for a tool that asks others. */
import type { Address } from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import type { Tried, TryOptions } from './reach.ts'

export interface DatagramRequest {
  /** Who will be asked: decides the family, and the address where none is said. */
  readonly towards: Endpoint
  /** One of our own addresses; the one that the host would take. */
  readonly address?: Address
  /** 0, the host's choice. */
  readonly port?: number
}

/** `kind` is `yes` with a socket; else why there is none. */
export type OpenedDatagrams =
  | { readonly kind: 'yes'; readonly socket: DatagramSocket }
  | (Tried & { readonly kind: Exclude<Tried['kind'], 'yes'> })

export interface DatagramSocket {
  /** Bound to one address, never to a wildcard. */
  readonly local: Endpoint
  /** Whether the host took it; whether it came anywhere nobody can tell. */
  send(bytes: Uint8Array, to: Endpoint): Promise<Tried>
  /** The next that came, in their order; undefined when none came in time. What came before it was asked for is kept. */
  receive(options: TryOptions): Promise<ReceivedDatagram | undefined>
  close(): Promise<void>
}

export interface ReceivedDatagram {
  readonly bytes: Uint8Array
  readonly from: Endpoint
}
