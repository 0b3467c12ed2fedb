/**
 * What a host finds when it tries: an address of a name, somebody who takes a connection, an answer to a request, a file.
 *
 * A connection that is refused is an answer. What is tried leaves nothing behind: a connection is closed as soon as it
 * stands, and of an answer only the status is read.
 */
import type { Address } from '../model/address.ts'
import {
  type Attempt,
  type AttemptRequest,
  noAttempt,
  type Pinged,
  type PingRequest,
  type TlsRequest,
  type TlsTried,
} from './attempt.ts'
import type { DatagramRequest, OpenedDatagrams } from './datagrams.ts'
import type { Cancellable } from './os.ts'

export type * from './attempt.ts'
export type * from './datagrams.ts'

export interface Reach {
  /** The addresses of a name in the order in which the system gives them. */
  resolve(name: string, options?: Cancellable): Promise<Resolved>
  /** Connects by TCP, or to a unix socket, and hangs up. */
  dial(to: DialTarget, options: TryOptions): Promise<Tried>
  /** Asks with GET for a page at one address. Certificates are not judged: nothing is said or believed. */
  get(request: PageRequest, options: TryOptions): Promise<Tried & { readonly status?: number }>
  /** Whether there is something at a path. */
  file(path: string): Promise<Tried>
  /** A UDP socket of our own, or why there is none. Who opens closes. */
  datagrams(request: DatagramRequest): Promise<OpenedDatagrams>
  /** Connects, and tells all that can be seen of it. Who attempts closes. */
  attempt(request: AttemptRequest, options: TryOptions): Promise<Attempt>
  /** An echo request (RFC 792, RFC 4443 section 4). */
  ping(request: PingRequest, options: TryOptions): Promise<Pinged>
  /** A handshake of TLS, after which we hang up. */
  tls(request: TlsRequest, options: TryOptions): Promise<TlsTried>
}

export interface TryOptions extends Cancellable {
  readonly timeoutMs: number
}

export type DialTarget = { readonly address: Address; readonly port: number } | { readonly path: string }

export interface PageRequest {
  readonly url: string
  /** Where the URL's host is to be asked. */
  readonly address: Address
}

export type Resolved =
  | { readonly kind: 'found'; readonly addresses: readonly Address[] }
  | { readonly kind: 'failed'; readonly code: string }

/**
 * | outcome | means |
 * |---|---|
 * | yes | it answers, it is there |
 * | refused | the host says that nobody takes connections there |
 * | timed-out | nothing came back in time |
 * | unreachable | there is no way to that address |
 * | absent | there is no such file |
 * | denied | this process may not look, or not connect |
 * | broken | something answers, but not as it should |
 */
export const TRIED = ['yes', 'refused', 'timed-out', 'unreachable', 'absent', 'denied', 'broken'] as const

export interface Tried {
  readonly kind: (typeof TRIED)[number]
  /** The system's word for it, where it has one: ECONNREFUSED. */
  readonly code?: string
}

/** What an error code of the system comes to (connect(2), open(2)). */
export function triedOf(code: string | undefined): Tried {
  const kind = (code !== undefined && Object.hasOwn(KINDS, code) && KINDS[code]) || 'broken'
  return code === undefined ? { kind } : { kind, code }
}

const KINDS: Readonly<Record<string, Tried['kind']>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timed-out',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENOENT: 'absent',
  ENOTDIR: 'absent',
  EACCES: 'denied',
  EPERM: 'denied',
}

/** A host from which nothing can be tried, for example a recording. */
export const noReach: Reach = {
  resolve: async () => ({ kind: 'failed', code: 'ENOSYS' }),
  dial: async () => triedOf('ENOSYS'),
  get: async () => triedOf('ENOSYS'),
  file: async () => triedOf('ENOSYS'),
  datagrams: async () => ({ kind: 'broken', code: 'ENOSYS' }),
  ...noTrials(),
}

/** The part of a host that can watch nothing it tries. */
export function noTrials(): Pick<Reach, 'attempt' | 'ping' | 'tls'> {
  return {
    attempt: async () => noAttempt(triedOf('ENOSYS')),
    ping: async () => triedOf('ENOSYS'),
    tls: async () => triedOf('ENOSYS'),
  }
}
