/**
 * How a machine is described: what is said is so, and all the rest has a plain default.
 */
import type { Trial, TrialEnd } from '../../model/filter/trial.ts'
import type { Unknown, UnknownReason } from '../../model/known.ts'
import type { Container } from '../../model/owner.ts'
import type { Protocol } from '../../model/protocol.ts'
import type { RoutingTables } from '../../model/route.ts'
import type { Socket, SocketState } from '../../model/socket.ts'
import type { ContainerFacts, StopSignal } from '../acts.ts'
import type { Can } from '../can.ts'
import type { Decider, DeciderKind, FilterViewName } from '../filter-views.ts'
import type { ConntrackCounters, Coverage, DeviceCounters, FilesInUse, Naming, SocketOptions } from '../os.ts'
import type { TrialsDescription } from './attempts.ts'
import type { ConnectionDescription } from './connections.ts'
import type { DatagramPeer } from './datagrams.ts'

export interface MachineDescription extends TrialsDescription {
  /** `harbour`. */
  readonly hostname?: string
  /** `linux`. */
  readonly platform?: string
  /** Milliseconds since 1970 when the clock is first read: 2026-01-02 03:04:05 UTC. */
  readonly now?: number
  /** Inode of our own network namespace, 4026531840 as on most machines. */
  readonly netns?: number
  /** Interface, address and prefix length: `eth0 192.0.2.10/24`. Without any, `lo` with 127.0.0.1 and ::1. */
  readonly addresses?: readonly string[]
  /** Others than our own. */
  readonly namespaces?: readonly NamespaceDescription[]
  /** Process 1 is there without being described. */
  readonly processes?: readonly ProcessDescription[]
  readonly sockets?: readonly SocketDescription[]
  /** Names by user id; `root` is there without being described. */
  readonly users?: Readonly<Record<number, string>>
  /** Settings by name. */
  readonly tunables?: Readonly<Record<string, string | Unknown>>
  /** Protocols, and families, that the kernel was built without: none. */
  readonly lacks?: readonly (Protocol | 'ipv6')[]
  /** Connections that are tracked, or why they can't be told. None. */
  readonly tracked?: readonly ConnectionDescription[] | Unknown
  /** Who answers datagrams from beyond the machine. */
  readonly peers?: readonly DatagramPeer[]
  /** What the stack has counted; what is left out is unsupported. */
  readonly counters?: CountersDescription
  /** Listings of packet filters by view; what is left out is empty. What decides outside is nothing, unless described. */
  readonly filter?: FilterDescription
  /** Routing tables; not known when left out. */
  readonly routing?: RoutingTables
  readonly coverage?: Partial<Omit<Coverage, 'processes' | 'refused'>>
  /** Every right is there but those that are described otherwise. */
  readonly can?: Partial<Can>
  /** Pid of the process that asks: none of them. */
  readonly self?: number
  /** Paths at which there is something. */
  readonly files?: readonly string[]
  /** Statuses by URL; other pages are not found where somebody listens. */
  readonly pages?: Readonly<Record<string, number>>
  /** Addresses by name; `localhost` is there without being described. */
  readonly names?: Readonly<Record<string, readonly string[]>>
  /** The files that say where names are looked up; empty ones. */
  readonly naming?: Readonly<Partial<Record<keyof Naming, string | Unknown>>>
  /**
   * Ports of other machines, by endpoint or by address: their state, why, and milliseconds, `open syn-ack 3`. All else that isn't ours
   * is silent.
   */
  readonly elsewhere?: Readonly<Record<string, string>>
  /** Containers that docker knows, each with the ports that it has published. */
  readonly containers?: readonly (ContainerFacts & { readonly publishes?: readonly string[] })[]
}

export interface FilterDescription {
  /** As nft lists it; there is none. */
  readonly ownTable?: string
  readonly trial?: Trial
  readonly last?: TrialEnd
  /** A watchdog lives. */
  readonly watched?: boolean
  /** Another process has the lock, and keeps it: what it is about. */
  readonly busy?: string
  /** What nft says to a text that holds a line like this. */
  readonly refuses?: RegExp
  readonly systemd?: boolean
  readonly views?: Readonly<Partial<Record<FilterViewName, string | Unknown>>>
  readonly outside?: Readonly<Partial<Record<DeciderKind, readonly Decider[] | Unknown>>>
}

export interface CountersDescription {
  /** `{ 'TcpExt.ListenOverflows': 3 }`. */
  readonly protocols?: Readonly<Record<string, number>>
  /** By the interface's name. */
  readonly devices?: Readonly<Record<string, DeviceCounters>>
  /** `{ 'TCP.tw': 40, 'TCP.orphan': 0 }`. */
  readonly sockets?: Readonly<Record<string, number>>
  readonly conntrack?: ConntrackCounters
  readonly files?: FilesInUse
  /** By pid. */
  readonly descriptors?: Readonly<Record<number, FilesInUse>>
}

export interface NamespaceDescription {
  readonly inode: number
  readonly name?: string
  readonly addresses?: readonly string[]
  /** Why it can't be read, if it can't. */
  readonly unreadable?: UnknownReason
}

export interface ProcessDescription {
  readonly pid: number
  /** The command line, arguments with blanks between. Or `argv`, where they have blanks inside. */
  readonly run?: string
  readonly argv?: readonly string[]
  /** What a person would call it; made of the arguments. */
  readonly name?: string
  readonly comm?: string
  /** 1. */
  readonly parent?: number
  /** The terminal that controls it, `pts/3`. */
  readonly terminal?: string
  /** What sshd told it: `192.0.2.7 50000 192.0.2.1 22`. */
  readonly sshConnection?: string
  /** Its environment may not be read. */
  readonly environmentHidden?: boolean
  /** `/`. */
  readonly cwd?: string
  /** `/usr/bin/` and the program. */
  readonly exe?: string
  /** 0. */
  readonly uid?: number
  /** Milliseconds since 1970: one hour ago. */
  readonly startedAt?: number
  readonly unit?: string
  readonly container?: Container
  /** Name or inode of its network namespace: our own. */
  readonly netns?: string | number
  /** We may not see what it holds. */
  readonly hidden?: boolean
  /** Stopped by a signal: no. */
  readonly stopped?: boolean
  /** Signals that it goes on running after. */
  readonly ignores?: readonly StopSignal[]
  /** We may not send it any. */
  readonly untouchable?: boolean
  /** It exits between the look at descriptors and the look at processes. */
  readonly vanishes?: boolean
}

/**
 * A socket, by its state: `{ listen: 'tcp 0.0.0.0:3000' }`, `{ established: 'tcp 127.0.0.1:40000 > 127.0.0.1:3000' }`,
 * `{ bound: 'udp [::]:5353' }`, `{ listen: 'unix /run/db.sock' }`. Exactly one state is said.
 */
export type SocketDescription = { readonly [State in SocketState]?: string } & SocketDetails

type Told<Field extends keyof Socket> = NonNullable<Socket[Field]>

export interface SocketDetails {
  /** Who holds it: a pid, or several. Nobody, when left out. */
  readonly by?: number | readonly (number | HolderDescription)[]
  /** The next free number where somebody holds it or could, else 0. */
  readonly inode?: number
  /** The next free number. */
  readonly cookie?: bigint
  /** That of the first holder. */
  readonly uid?: number
  /** Name or inode of its namespace: our own. */
  readonly netns?: string | number
  /** SO_REUSEADDR and SO_REUSEPORT, where they can be told: denied when left out. */
  readonly options?: SocketOptions
  /** Name of the interface that it is bound to. */
  readonly interface?: string
  /** IPv6 wildcards: false. */
  readonly v6only?: boolean
  /** Unix sockets: stream. */
  readonly kind?: Told<'kind'>
  /** Unix sockets: inode of the socket at the other end. */
  readonly peerInode?: number
  /** Empty. */
  readonly queue?: Told<'queue'>
  /** Listeners of TCP: empty, with room for 511. */
  readonly acceptQueue?: Told<'acceptQueue'>
  readonly drops?: number
  readonly timer?: Told<'timer'>
  /** Path of its control group. */
  readonly cgroup?: string
  readonly tcp?: Told<'tcp'>
}

export interface HolderDescription {
  readonly pid: number
  /** The next free number of the process, from 3 on. */
  readonly fd?: number
  /** The descriptor belongs to one thread only, and is not found without looking at threads. */
  readonly thread?: boolean
}
