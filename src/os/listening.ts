/** A listener of our own, for trying whether anybody gets through to here. */
import type { Endpoint } from '../model/endpoint.ts'
import type { Cancellable } from './os.ts'
import type { Tried } from './reach.ts'

export interface ListenRequest {
  readonly protocol: 'tcp' | 'udp'
  readonly at: Endpoint
  readonly backlog?: number
}

export type ListenOutcome =
  | { readonly kind: 'yes'; readonly listening: Listening }
  | (Tried & { readonly kind: Exclude<Tried['kind'], 'yes'> })

export interface Listening {
  readonly local: Endpoint
  /** Who comes, in order, until it is closed. */
  readonly arrivals: AsyncIterable<Arrival>
  close(options?: Cancellable): Promise<void>
}

/** A connection, or a datagram. */
export interface Arrival {
  readonly from: Endpoint
  readonly to: Endpoint
  /** What they say: once for a datagram, until their end for a connection. */
  readonly bytes: AsyncIterable<Uint8Array>
  send(bytes: Uint8Array): Promise<Tried>
  /** After what was sent. */
  close(): Promise<void>
}
