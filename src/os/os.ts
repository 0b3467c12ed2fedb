/**
 * The seam: everything the tools ask of a host, as interfaces.
 *
 * A host is the running kernel, a simulated machine, a recording, or another machine behind an agent. The
 * questions are whole ones, asynchronous and cancellable; large answers come as column batches with the
 * filter pushed down. A host that can't answer says so in the answer (`Known`, `notes`, `coverage`); it
 * throws a Fault only when the question makes no sense. `conformance.ts` is the suite that every host passes.
 */
import type { Address } from '../model/address.ts'
import type { Known } from '../model/known.ts'
import type { Process } from '../model/owner.ts'
import type { Family, SocketProtocol } from '../model/protocol.ts'
import type { RoutingTables } from '../model/route.ts'
import type { SocketState } from '../model/socket.ts'
import type { SocketColumns } from '../model/socket-columns.ts'
import type { Acts } from './acts.ts'
import type { BecomeRequest } from './become.ts'
import type { BindOutcome, BindRequest } from './bind-request.ts'
import type { Can } from './can.ts'
import type { ClaimStore } from './claim-store.ts'
import type { ConnectionChange, ConnectionQuery, ConnectionTable } from './connections.ts'
import type { CounterQuery, Counters } from './counters.ts'
import type { FilterViewQuery, FilterViews } from './filter-views.ts'
import type { ListenOutcome, ListenRequest } from './listening.ts'
import type { Naming } from './naming.ts'
import type { Probe } from './probe-plan.ts'
import type { Reach } from './reach.ts'
import type { RelayOutcome, RelayPlan } from './relay-plan.ts'
import type { RouteAnswer, RouteQuestion } from './route-answer.ts'
import type { SocketHolder, SocketOptions } from './socket-options.ts'

export type * from './become.ts'
export type * from './bind-request.ts'
export type * from './claim-store.ts'
export type * from './connections.ts'
export type * from './counters.ts'
export type * from './filter-views.ts'
export type * from './listening.ts'
export type * from './naming.ts'
export type * from './probe-plan.ts'
export type * from './relay-plan.ts'
export type * from './route-answer.ts'
export type * from './socket-options.ts'

export interface OS {
  /** `linux`, `darwin`, `win32` …; `memory` and `replay` say what they imitate in `platform`, too. */
  readonly platform: string
  readonly hostname: string
  /** Inode of the network namespace that we are in; 0 where there is only one. */
  readonly netns: number
  /** What this process may do here, and for each no, why not. */
  can(): Promise<Can>
  /** The socket table, in batches, in no particular order. A socket is in it at most once. */
  sockets(query: SocketQuery, options?: Cancellable): AsyncIterable<SocketColumns>
  /**
   * Who holds descriptors of sockets: every holder of each. Ask before iterating `sockets`, and await after:
   * a host may look at both at the same time.
   */
  owners(query?: OwnerQuery, options?: Cancellable): Promise<Ownership>
  /** Processes by pid; one that has exited is `vanished`. */
  processes(pids: readonly number[]): Promise<ReadonlyMap<number, Known<Process>>>
  /** The network namespaces that processes live in, our own first. */
  namespaces(): Promise<readonly NetworkNamespace[]>
  /** The namespace that a process lives in, if there is such a process. */
  namespaceOf(pid: number): Promise<NetworkNamespace | undefined>
  /** Addresses of the interfaces of a namespace (our own without one). */
  addresses(netns?: number): Promise<readonly InterfaceAddress[]>
  /** Names of user ids, for those that have one. */
  userNames(uids: readonly number[]): Promise<ReadonlyMap<number, string>>
  /** The unit and container a control group id belongs to. */
  controlGroups(ids: readonly bigint[]): Promise<ReadonlyMap<bigint, Known<ControlGroup>>>
  /** Settings by the system's own name, `net.ipv4.ip_local_port_range`. */
  tunables(names: readonly string[]): Promise<ReadonlyMap<string, Known<string>>>
  /** What the network stack has counted, and how many files processes have open: each known, or why not. */
  counters(query?: CounterQuery): Promise<Counters>
  /** Whether any packet filter has tables in our own network namespace, or a program at its devices or its own decides on packets. */
  filtered(): Promise<Known<boolean>>
  /** The listings of the packet filters of our own network namespace, and what decides outside of them. */
  ruleset(query?: FilterViewQuery): Promise<FilterViews>
  /** The routes, rules, interfaces and neighbours of our own network namespace. */
  routes(): Promise<Known<RoutingTables>>
  /** Which way it would send something. */
  routeTo(question: RouteQuestion): Promise<Known<RouteAnswer>>
  /** Where it looks names up. */
  naming(): Promise<Naming>
  /** The connections that are tracked in our own network namespace, translated ones among them. */
  connections(query?: ConnectionQuery, options?: Cancellable): Promise<ConnectionTable>
  /** What changes among them, in batches, until the signal. */
  connectionEvents(options: { readonly signal: AbortSignal }): AsyncIterable<readonly ConnectionChange[]>
  /** Sockets as they are destroyed, until the signal; ends at once with a note where the system can't tell. */
  endings(options: { readonly signal: AbortSignal }): AsyncIterable<SocketColumns>
  /** Tries to bind, never listening. Throws `E_BIND_UNSUPPORTED` where nothing can be tried. */
  bind(request: BindRequest): Promise<BindOutcome>
  /** What is set on sockets that processes hold, in the order of the holders. */
  socketOptions(holders: readonly SocketHolder[]): Promise<readonly Known<SocketOptions>[]>
  /** The claims on ports of this machine. Throws `E_LEASE_UNSUPPORTED`, or `E_LEASE_STORE` for one that is of no use. */
  claims(): Promise<ClaimStore>
  /** Becomes another program and never comes back. Throws `E_PROGRAM`, when nothing has changed yet. */
  become(request: BecomeRequest): Promise<never>
  /** What it does when it is told to. */
  readonly acts: Acts
  /** What it finds when it tries: connections, pages, names, files. */
  readonly reach: Reach
  /** Asks many ports whether they answer. */
  readonly probe: Probe
  /** Passes on what comes to ports of ours. */
  relay(plan: RelayPlan): Promise<RelayOutcome>
  /** Listens, and tells who comes. */
  listen(request: ListenRequest): Promise<ListenOutcome>
  readonly clock: Clock
  /** Gives back descriptors and workers. The host is of no use afterwards. */
  close(): Promise<void>
}

export interface Cancellable {
  readonly signal?: AbortSignal
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonic(): number
  /** Resolves after that many milliseconds, or at once with a rejection when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Which sockets. A field left out asks for all. */
export interface SocketQuery {
  readonly protocols?: readonly SocketProtocol[]
  readonly families?: readonly Family[]
  readonly states?: readonly SocketState[]
  readonly localPort?: number
  readonly peerPort?: number
  /** Inodes of namespaces; our own when left out. */
  readonly netns?: readonly number[]
  /** `queues`: drops of listeners and datagram sockets. `tcp`: the numbers of `TcpNumbers`. Both cost time. */
  readonly details?: readonly ('queues' | 'tcp')[]
}

export interface OwnerQuery {
  /** Only holders of these sockets are wanted; all of them when left out. */
  readonly inodes?: ReadonlySet<number>
  /** Also look for descriptors that belong to one thread only (`unshare(CLONE_FILES)`); slow, so off. */
  readonly threads?: boolean
}

/** Pairs of socket and holder, as columns. */
export interface Ownership {
  readonly length: number
  readonly inode: Uint32Array
  readonly pid: Uint32Array
  readonly fd: Uint32Array
  readonly coverage: Coverage
}

/** How much of the machine's processes could be looked at. */
export interface Coverage {
  /** Processes that exist and could hold sockets. */
  readonly processes: number
  /** Those whose descriptors we may not read. */
  readonly refused: readonly number[]
  /** Processes exist that we can't even see: `/proc` is mounted with hidepid. */
  readonly hidden: boolean
  /** We are in a pid namespace of our own: holders outside it can't be seen. */
  readonly confined: boolean
  /** We have every right there is: what is refused even so, the system refuses to root. */
  readonly privileged: boolean
  /** The host has no way to tell owners at all. */
  readonly unsupported: boolean
}

export interface NetworkNamespace {
  readonly inode: number
  readonly self: boolean
  /** Its name (`ip netns`), or null. */
  readonly name: string | null
  /** Some processes that live in it; empty where only a mount keeps it alive. */
  readonly pids: readonly number[]
  /** Whether its sockets can be read, or why not. */
  readonly readable: Known<true>
}

export interface InterfaceAddress {
  readonly interface: string
  readonly index: number
  readonly address: Address
  /** Prefix length, bits. */
  readonly prefix: number
}

export interface ControlGroup {
  readonly path: string
  readonly unit?: string
  readonly container?: { readonly runtime: string; readonly id: string }
}
