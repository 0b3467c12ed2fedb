/**
 * One attempt to reach a port, watched as closely as the host can: how the call ended, which ICMP errors came and from whom, what
 * was seen on the wire. It stays open, so that one can say something and hear what comes back.
 *
 * Each piece of evidence is `Known`: errors need IP_RECVERR (ip(7)), frames need AF_PACKET (packet(7)), which wants CAP_NET_RAW.
 */
import type { Address } from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import type { Known } from '../model/known.ts'
import type { Tried, TryOptions } from './reach.ts'

export interface AttemptRequest {
  readonly protocol: 'tcp' | 'udp'
  readonly to: Endpoint
  /** One of our own addresses; the one that the host would take. */
  readonly source?: Address
  /** 0, the host's choice. */
  readonly sourcePort?: number
  /** Out by this interface only (SO_BINDTODEVICE). */
  readonly device?: string
  /** Time to live or hop limit, 1 to 255; the host's own. */
  readonly hops?: number
  /** Of TCP: the largest segment that is announced and sent, 88 to 32767 bytes (TCP_MAXSEG, tcp(7)); the host's own. */
  readonly segment?: number
  /** Frames are looked at, too, where we may. */
  readonly watch?: boolean
}

/** Outcome of a TCP attempt: how connect(2) ended. Of UDP: whether the socket could be connected, which asks nobody. */
export interface Attempt {
  readonly outcome: Tried
  /** The call itself said no, before anything was waited for. */
  readonly atOnce: boolean
  /** From the call to its outcome, milliseconds. */
  readonly ms: number
  /** Our end, once it was chosen. */
  readonly local: Known<Endpoint>
  /** What has been seen up to now. */
  seen(): Promise<Seen>
  send(bytes: Uint8Array): Promise<Tried>
  receive(options: TryOptions): Promise<Received>
  /** Says that nothing more will be sent (shutdown(2)). */
  finish(): Promise<void>
  /** Gives everything back; nothing is seen after that. */
  close(): Promise<void>
}

export interface Seen {
  /** In the order in which they came. */
  readonly icmp: Known<readonly IcmpError[]>
  readonly frames: Known<readonly SeenFrame[]>
  /** Of TCP (`struct tcp_info`, linux/tcp.h). */
  readonly tcp: Known<TcpProgress>
}

/** An ICMP or ICMPv6 error about what we sent (`struct sock_extended_err`), or what our own host says in its place. */
export interface IcmpError {
  readonly type: number
  readonly code: number
  /** Who sent it: one of our own addresses where our host did. Absent: our own host, which sent no packet. */
  readonly from?: Address
  /** The system's word: EHOSTUNREACH. */
  readonly errno: string
  /** Of `fragmentation needed` and `packet too big`: the MTU, bytes. */
  readonly mtu?: number
  /** Since the attempt began, milliseconds. */
  readonly atMs: number
}

/** A packet of this attempt, or an ICMP error about it, at one of our interfaces. */
export interface SeenFrame {
  readonly way: 'out' | 'in'
  readonly device: string
  readonly atMs: number
  readonly source: Address
  readonly destination: Address
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6'
  /** Of TCP and UDP. */
  readonly sourcePort?: number
  readonly destinationPort?: number
  /** Time to live or hop limit as it was seen. */
  readonly hops: number
  /** Of TCP: letters of S A F R P U E C in this order, `SA`, `R`. */
  readonly flags?: string
  /** Bytes of payload after the transport's header. */
  readonly payload: number
  /** Maximum segment size that a SYN or SYN-ACK tells. */
  readonly mss?: number
  readonly icmp?: { readonly type: number; readonly code: number }
}

export interface TcpProgress {
  readonly state: string
  /** Segments sent again since the connection began. */
  readonly retransmits: number
  readonly unacked: number
  /** Bytes. */
  readonly pathMtu: number
  readonly sendMss: number
  /** Milliseconds; absent before anything was answered. */
  readonly rtt?: number
  readonly bytesAcked: number
  /** On Linux the other end's last word (FIN) counts as one more. */
  readonly bytesReceived: number
}

/**
 * | kind | what came |
 * |---|---|
 * | bytes | some |
 * | end | the other end says that nothing more will come |
 * | nothing | none in time |
 * | failed | the connection broke, or an error came for the datagram |
 */
export type Received =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failed'; readonly tried: Tried }

export interface PingRequest {
  readonly to: Address
  readonly source?: Address
  readonly device?: string
  readonly hops?: number
  /** Bytes of the whole IP packet, not to be fragmented; a small one that may be. */
  readonly size?: number
}

/** `denied` where this process may not send echo requests. `by` of an error: who sent it. */
export interface Pinged extends Tried {
  readonly ms?: number
  /** Time to live of the reply, where the host tells. */
  readonly hops?: number
  readonly icmp?: IcmpError
}

export interface TlsRequest {
  readonly to: Endpoint
  /** Server name that is asked for and judged (RFC 6066 section 3). Absent: none is sent. */
  readonly serverName?: string
  readonly source?: Address
  /** Protocols of the application that are offered (RFC 7301). */
  readonly protocols?: readonly string[]
}

/** `yes`: the handshake went through, whatever the certificate is worth. */
export interface TlsTried extends Tried {
  /** What the library said, where it failed. */
  readonly says?: string
  /** `TLSv1.3` */
  readonly version?: string
  readonly protocol?: string
  /** The certificate is trusted for that name, or why not: CERT_HAS_EXPIRED. Absent without a handshake. */
  readonly trusted?: { readonly yes: boolean; readonly code?: string }
  readonly certificate?: TlsCertificate
}

export interface TlsCertificate {
  readonly subject: string
  readonly issuer: string
  readonly names: readonly string[]
  /** Milliseconds since 1970. */
  readonly validFrom: number
  readonly validTo: number
}

/** An attempt that could not even begin. */
export function noAttempt(outcome: Tried): Attempt {
  const unsupported = { known: false, reason: 'unsupported' } as const
  return {
    outcome,
    atOnce: true,
    ms: 0,
    local: unsupported,
    seen: async () => ({ icmp: unsupported, frames: unsupported, tcp: unsupported }),
    send: async () => outcome,
    receive: async () => ({ kind: 'failed', tried: outcome }),
    finish: async () => undefined,
    close: async () => undefined,
  }
}
