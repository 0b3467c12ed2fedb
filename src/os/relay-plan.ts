/** Passing on what comes to ports of ours: connections and datagrams, to somebody else. */
import type { Endpoint } from '../model/endpoint.ts'
import type { Prefix } from '../model/prefix.ts'
import type { Cancellable } from './os.ts'
import type { Tried } from './reach.ts'

export interface RelayPlan {
  readonly rules: readonly RelayRule[]
  /** Who may come: with any in it, only those. Who may not comes first. */
  readonly allow: readonly Prefix[]
  readonly deny: readonly Prefix[]
  /** Connections and conversations by datagrams at the same time, in all. */
  readonly atMost: number
  /** Bytes kept for one direction of one connection before its sender has to wait. */
  readonly bufferBytes: number
  /** Without a byte in either direction for so long it ends, milliseconds; 0 for never. */
  readonly tcpIdleMs: number
  readonly udpIdleMs: number
  readonly connectTimeoutMs: number
}

export interface RelayRule {
  readonly protocol: 'tcp' | 'udp'
  /** One or more, all of the same port; where that is 0 the host chooses one for all of them. `::` takes IPv4, too. */
  readonly listen: readonly Endpoint[]
  /** A name is looked up for each connection. */
  readonly to: { readonly host: string; readonly port: number }
}

export type RelayOutcome =
  | { readonly kind: 'running'; readonly relay: Relay }
  /** None of the rules runs: this one could not listen there. */
  | { readonly kind: 'failed'; readonly rule: RelayRule; readonly at: Endpoint; readonly tried: Tried }
  | { readonly kind: 'unsupported'; readonly says: string }

export interface Relay {
  /** Where each rule listens, in the order of the rules, ports chosen. */
  readonly listening: readonly (readonly Endpoint[])[]
  /** For one reader. Ends when the relay has. Of a reader that is slow events are lost, never connections. */
  readonly events: AsyncIterable<RelayEvent>
  /** Takes nobody new and waits for those who are there, until the signal: then they are cut. */
  drain(options?: Cancellable): Promise<void>
}

/** Ids are counted up from 1, of connections and conversations alike. `atMs`: milliseconds since 1970. */
export type RelayEvent =
  | {
      readonly kind: 'opened'
      readonly id: number
      readonly rule: number
      readonly from: Endpoint
      /** Whom it is passed on to, and who we are to them. */
      readonly to: Endpoint
      readonly as: Endpoint
      readonly atMs: number
    }
  | {
      readonly kind: 'refused'
      readonly rule: number
      readonly from: Endpoint
      readonly because: 'denied' | 'full'
      readonly atMs: number
    }
  /** Nobody took it. A conversation by datagrams is told to have failed once, and goes on: the next may get through. */
  | {
      readonly kind: 'failed'
      readonly id: number
      readonly rule: number
      readonly from: Endpoint
      readonly tried: Tried
      readonly atMs: number
    }
  | {
      readonly kind: 'closed'
      readonly id: number
      readonly rule: number
      readonly from: Endpoint
      /** Bytes from whom came to whom it was passed on, and back. */
      readonly forth: number
      readonly back: number
      /** Datagrams that could not be passed on; absent for a connection. */
      readonly dropped?: number
      readonly ms: number
      readonly because: 'ended' | 'reset' | 'idle' | 'cut'
      readonly atMs: number
    }
  /** A listener of ours could not take what came: a limit of this host. */
  | { readonly kind: 'troubled'; readonly rule: number; readonly tried: Tried; readonly atMs: number }
  /** So many events were not kept, as nobody read them in time. */
  | { readonly kind: 'lost'; readonly count: number; readonly atMs: number }
