/**
 * What a host does when it is told to: end a process, cut a connection, stop what would start a process again.
 *
 * Each is a whole act that checks for itself, at the last moment, that what it was told to end is still what it was when
 * somebody looked. Nothing here asks whether it should be done: that is the caller's business. What a host can't do, or
 * may not, it says in the outcome.
 */
import type { Known } from '../model/known.ts'
import type { Service } from '../model/service.ts'
import type { Socket } from '../model/socket.ts'
import type { FilterActs } from './filter-acts.ts'
import { noFilterActs } from './no-filter-acts.ts'
import type { Cancellable } from './os.ts'

export type * from './filter-acts.ts'

export interface Acts {
  /** Pid of the process that asks, if it runs on that host; null where it doesn't. */
  readonly self: number | null
  /**
   * Sends a signal to a process that is still the same, and waits for its end. The check comes after a hold on the
   * process has been taken, where the host has such a thing, so that no other can have its pid by then.
   */
  stopProcess(request: StopRequest, options?: Cancellable): Promise<StopOutcome>
  /** Ends one connection: both sides see it break. Never a listener, whose port would stay taken. */
  destroySocket(socket: Socket): Promise<DestroyOutcome>
  /** The container with an id, or the one that has a port published. */
  container(query: ContainerQuery, options?: ToolOptions): Promise<Known<ContainerFacts>>
  /** Runs the command of `stopCommand` and waits for it. */
  stopService(service: Service, options?: ToolOptions): Promise<ServiceOutcome>
  /** Changes of our table of the packet filter. */
  readonly filter: FilterActs
}

export const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGKILL'] as const
export type StopSignal = (typeof STOP_SIGNALS)[number]

export interface StopRequest {
  readonly pid: number
  /** As `Process.startedAt` told it: together with the pid it says which process. */
  readonly startedAt: number
  /** It must still hold one of these sockets, by inode; not looked at when left out. */
  readonly inodes?: readonly number[]
  readonly signal: StopSignal
  /** How long to wait for its end, milliseconds; 0 doesn't wait. */
  readonly waitMs: number
}

/**
 * | outcome | the process |
 * |---|---|
 * | ended | got the signal and is gone |
 * | running | got the signal and still runs |
 * | gone | had ended before; nothing was sent |
 * | another | another one has the pid by now; nothing was sent |
 * | let-go | no longer holds the socket; nothing was sent |
 * | denied | may not be signalled, or may not be checked, by us; nothing was sent |
 * | unsupported | can't be ended here at all |
 */
export type StopOutcome =
  | { readonly kind: 'ended' | 'running'; readonly through: 'pidfd' | 'kill' }
  | { readonly kind: 'gone' | 'another' | 'let-go' }
  | Refused

/** `says`: the reason as the system gave it. */
export interface Refused {
  readonly kind: 'denied' | 'unsupported'
  readonly says: string
}

/** `gone`: there is no such socket any more, which its cookie tells. */
export type DestroyOutcome = { readonly kind: 'destroyed' | 'gone' } | Refused

export type ContainerQuery =
  | { readonly id: string }
  | { readonly published: number; readonly protocol: 'tcp' | 'udp' | 'sctp' }

export interface ContainerFacts {
  readonly id: string
  readonly name: string
  readonly compose?: { readonly project: string; readonly service: string }
}

export interface ToolOptions extends Cancellable {
  /** Folders to look for programs in, as in PATH; the system's own when left out. */
  readonly path?: string
  /** How long a program may take. */
  readonly timeoutMs?: number
}

export type ServiceOutcome =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed' | 'missing'; readonly says: string }
  | Refused

/** A host that can't do anything, for the reason given: a recording, a model of a network. */
export function noActs(says: string): Acts {
  const refused = async (): Promise<Refused> => ({ kind: 'unsupported', says })
  return {
    self: null,
    stopProcess: refused,
    destroySocket: refused,
    container: async () => ({ known: false, reason: 'unsupported' }),
    stopService: refused,
    filter: noFilterActs(says),
  }
}
