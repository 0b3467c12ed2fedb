/**
 * A connection as a host's tracking has it: what the first packet said, what the answers say, state and time left. Where
 * the two differ in more than direction, it is translated.
 *
 * Follows the kernel's `struct nf_conn`, as ctnetlink tells it.
 */
import type { Address } from '../address.ts'
import type { IpFamily } from '../protocol.ts'

export interface TrackedEnd {
  readonly address: Address
  /** Absent of protocols without ports. */
  readonly port?: number
}

export interface TrackedTuple {
  readonly source: TrackedEnd
  readonly destination: TrackedEnd
  /** Of ICMP and ICMPv6, which have no ports: what stands in for them. */
  readonly icmp?: { readonly type: number; readonly code: number; readonly id: number }
}

export interface TrackedConnection {
  readonly family: IpFamily
  /** IANA's number. */
  readonly protocol: number
  readonly original: TrackedTuple
  /** What answers look like when they come in: from here the translation is read. */
  readonly reply: TrackedTuple
  /** Bits of `enum ip_conntrack_status`, see `CONNECTION_STATUS`. */
  readonly status: number
  /** Of TCP, SCTP and DCCP, in lower case: `established`, `time-wait`. */
  readonly state?: string
  /** Until it is forgotten, if nothing more comes. Absent of one that has ended. */
  readonly timeoutSeconds?: number
  readonly mark: number
  readonly zone: number
  /** The kernel's number of the entry, 32 bits. */
  readonly id: number
  /** Only counted where `net.netfilter.nf_conntrack_acct` is set. Exact up to 2⁵³. */
  readonly counters?: { readonly original: Traffic; readonly reply: Traffic }
  /** Milliseconds since 1970; only where `net.netfilter.nf_conntrack_timestamp` is set. */
  readonly startedAt?: number
}

export interface Traffic {
  readonly packets: number
  readonly bytes: number
}

/** `enum ip_conntrack_status` (include/uapi/linux/netfilter/nf_conntrack_common.h). */
export const CONNECTION_STATUS = {
  expected: 1,
  seenReply: 2,
  assured: 4,
  confirmed: 8,
  sourceTranslated: 16,
  destinationTranslated: 32,
  dying: 512,
  offloaded: 16384,
} as const

export const isTranslated = (status: number): boolean =>
  (status & (CONNECTION_STATUS.sourceTranslated | CONNECTION_STATUS.destinationTranslated)) !== 0

/** By IANA's number, the kernel's states in its order (`enum tcp_conntrack`, `sctp_conntrack`, `ct_dccp_states`). */
export const TRACKING_STATES: ReadonlyMap<number, readonly string[]> = new Map([
  [
    6,
    [
      'none',
      'syn-sent',
      'syn-received',
      'established',
      'fin-wait',
      'close-wait',
      'last-ack',
      'time-wait',
      'close',
      'syn-sent-2',
    ],
  ],
  [
    33,
    [
      'none',
      'request',
      'respond',
      'part-open',
      'open',
      'close-request',
      'closing',
      'time-wait',
      'ignore',
      'invalid',
    ],
  ],
  [
    132,
    [
      'none',
      'closed',
      'cookie-wait',
      'cookie-echoed',
      'established',
      'shutdown-sent',
      'shutdown-received',
      'shutdown-ack-sent',
      'heartbeat-sent',
    ],
  ],
])

/** Protocols whose tuples have ports: TCP, UDP, DCCP, SCTP, UDP-Lite, and GRE with its keys. */
export const hasTrackedPorts = (protocol: number): boolean =>
  protocol === 6 ||
  protocol === 17 ||
  protocol === 33 ||
  protocol === 47 ||
  protocol === 132 ||
  protocol === 136

export const isTrackedIcmp = (protocol: number): boolean => protocol === 1 || protocol === 58
