/**
 * What a transport stands on: the network layer of one simulated host, its clock and its chance. Whoever builds hosts
 * implements it; the transport asks for nothing else, and never for the clock or the chance of the machine that it runs on.
 */
import type { Address } from '../../model/address.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'

export interface Below {
  /** Milliseconds of the simulated clock, with fractions; never goes back. */
  now(): number
  /** From 0 up to and without 1, the same for the same seed. */
  random(): number
  /** Runs it once, after so many milliseconds of the simulated clock (0: at this instant, after what is queued already). */
  schedule(afterMs: number, run: () => void): Timer
  /**
   * Hands a packet to the network layer: its rules for output, routes and links. It never calls `receive` back before it
   * returns, not even for the host's own addresses. `device`: the only one that it may leave by; a packet to one of the host's
   * own addresses arrives on the device that has the address, but with `lo` here on that.
   */
  send(datagram: Datagram, device?: string): Sent
  /** The address that a packet to there starts from; undefined where no route leads there. */
  sourceFor(destination: Address, port?: number): Address | undefined
  /** Why no route leads there, as who connects or sends is told (`fib_props`, net/ipv4/fib_semantics.c); null where one does. */
  refusal?(destination: Address): string | null
  /** The host's own addresses, those of loopback among them. The list may change while it runs. */
  addresses(): readonly HostAddress[]
  /** Bytes of the largest packet that the first link towards there takes; 1500 when left out. */
  mtuTo?(destination: Address): number
  /** Counts what happens, as the host tells it. */
  readonly tally?: Counting
  /** A program on Node's event loop was told something: it has its turn before time goes on. */
  tell?(): void
}

/** What a transport counts, by what it is. */
export interface Counting {
  ip(
    what:
      | 'datagramForNobody'
      | 'datagramTaken'
      | 'datagramSent'
      | 'bufferFull'
      | 'notTaken'
      | 'unreachableHeard'
      | 'noRouteOut',
    family: IpFamily,
  ): void
  tcp(what: 'segmentHeard' | 'queueFull' | 'synDropped'): void
}

export interface HostAddress {
  readonly device: string
  readonly address: Address
}

/** `filtered`: the host's own rules dropped it (EPERM to a sender of datagrams, silence to TCP, which tries again). */
export type Sent = 'sent' | 'no-route' | 'filtered'

export interface Timer {
  /** Without effect once it has run. */
  cancel(): void
}
