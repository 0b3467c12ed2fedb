/**
 * How a NAT behaves, by the terms of RFC 4787, RFC 5382 and RFC 5508: what decides which external endpoint a flow gets
 * (mapping), what comes in through it (filtering), how the port is chosen, how long it is kept.
 */

/** What a mapping, or the right to come in through it, depends on beside the inside endpoint (RFC 4787 sections 4.1 and 5). */
export const DEPENDENCES = [
  'endpoint-independent',
  'address-dependent',
  'address-and-port-dependent',
] as const
export type Dependence = (typeof DEPENDENCES)[number]

export interface NatBehaviour {
  readonly mapping: Dependence
  readonly filtering: Dependence
  /** Try the inside port first (RFC 4787 section 4.2.1). */
  readonly preservesPort: boolean
  /**
   * Two inside endpoints may have the same external one at a time, if their peers differ (RFC 4787 section 4.2.1, REQ-3,
   * forbids it; RFC 7857 section 3 allows it to dependent mappings).
   */
  readonly overloads: boolean
  /** Even ports are mapped to even ones, odd to odd (RFC 4787 section 4.2.2). */
  readonly keepsParity: boolean
  /** The port after a mapped one is kept for the inside port after it (RFC 4787 section 4.2.3). */
  readonly contiguous: boolean
  /** An inside host always has the same external address (RFC 4787 section 4.1, REQ-2: paired). */
  readonly pooling: 'paired' | 'arbitrary'
  /**
   * Inside hosts reach each other by their external endpoints, and see this source (RFC 4787 section 6): the external one,
   * the inside one, or they don't.
   */
  readonly hairpin: 'external-source' | 'internal-source' | 'none'
  /** Packets from outside keep a mapping alive, too (RFC 4787 section 4.3, REQ-6a). Those from inside always do. */
  readonly inboundRefresh: boolean
  /** What the sender gets for whom no port is left: RFC 5508 REQ-8 says 3/13, RFC 6888 REQ-11 says 3/1. */
  readonly whenFull: 'silence' | { readonly type: number; readonly code: number }
  readonly timers: NatTimers
  readonly ports: PortPool
  /** Mappings of each protocol that one inside host may have (RFC 6888 REQ-4); no limit when absent. */
  readonly mappingsPerHost?: number
  /** Milliseconds that a port rests after its mapping's end (RFC 6888 REQ-8). 0: none. */
  readonly holdDown: number
  /** Ports are given to inside hosts in blocks (RFC 6888 REQ-14); one by one when absent. */
  readonly blocks?: { readonly size: number; readonly perHost: number }
}

/** Milliseconds without a packet until a mapping ends. */
export interface NatTimers {
  /** RFC 4787 REQ-5: at least two minutes, better five. */
  readonly udp: number
  /** RFC 5508 REQ-2: at least a minute. */
  readonly icmp: number
  /** RFC 5382 REQ-5: at least 2 h 4 min. */
  readonly tcpEstablished: number
  /** Opening or closing; RFC 5382 REQ-5: at least 4 min. */
  readonly tcpTransitory: number
}

/** The lowest and highest external port, and whether ports below 1024 stay among themselves (RFC 4787 REQ-3). */
export interface PortPool {
  readonly low: number
  readonly high: number
  readonly keepsClass: boolean
}
