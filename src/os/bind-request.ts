/** What is asked of a host to have a socket bound, and what comes of it. Interfaces only. */
import type { Address } from '../model/address.ts'
import type { Protocol } from '../model/protocol.ts'

export interface BindRequest {
  /** SCTP: a one-to-one socket. Asking for SCTP or DCCP makes Linux load the module, where there is one. */
  readonly protocol: Protocol
  /** A zone names the interface of a link-local address, by name or number. */
  readonly address: Address
  /** 0: the system chooses. */
  readonly port: number
  /** SO_REUSEADDR. Not set unless asked for. */
  readonly reuseAddress?: boolean
  /** SO_REUSEPORT. */
  readonly reusePort?: boolean
  /** IPV6_V6ONLY; what the system presets where nothing is said. Means nothing for IPv4. */
  readonly v6only?: boolean
  /** SO_BINDTODEVICE: name of an interface. */
  readonly device?: string
  /** Keep the socket, bound and not listening, until it is closed. Without it the socket is closed at once. */
  readonly keep?: boolean
}

/** `errno` is the system's name for the refusal: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL` …, and where it lacks the protocol. */
export type BindOutcome =
  | { readonly errno: string; readonly port: number }
  | {
      readonly errno: null
      /** The port that it got. */
      readonly port: number
      /** Present when it was kept. */
      readonly kept?: KeptSocket
    }

export interface KeptSocket {
  /** Number of the descriptor in this process; null where the system has none to tell. */
  readonly fd: number | null
  close(): Promise<void>
}
