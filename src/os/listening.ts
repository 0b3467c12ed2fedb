/** A listener of our own, for trying whether anybody gets through to here. */
import type { Endpoint } from '../model/endpoint.ts'
import type { Tried } from './reach.ts'

export interface ListenRequest {
  readonly protocol: 'tcp' | 'udp'
  /** `::` takes IPv4, too. Port 0: the host's choice. */
  readonly at: Endpoint
  readonly backlog?: number
  /** Connections at the same time; more are reset as they come. Datagrams that wait: more are lost. */
  readonly atMost?: number
}

export type ListenOutcome =
  | { readonly kind: 'yes'; readonly listening: Listening }
  | (Tried & { readonly kind: Exclude<Tried['kind'], 'yes'> })

export interface Listening {
  readonly local: Endpoint
  /** Who comes, in order, until it is closed. For one reader. */
  readonly arrivals: AsyncIterable<Arrival>
  /** Takes nobody new, and cuts those who are there. */
  close(): Promise<void>
}

/** A connection, or a datagram. */
export interface Arrival {
  readonly from: Endpoint
  readonly to: Endpoint
  /** What they say: once for a datagram, until their end for a connection. For one reader, who slows them down. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** How it stands: they may still speak, have said that they won't, or have broken it off. */
  readonly state: 'open' | 'ended' | 'reset'
  /** Resolves once the host has taken it. */
  send(bytes: Uint8Array): Promise<Tried>
  /** After what was sent; then waits a little for their end. */
  close(): Promise<void>
}
