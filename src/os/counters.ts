/**
 * What a host has counted since it started, and limits that are counted against: of the network stack, of tracked
 * connections, of open files.
 *
 * Names are the system's own with their group in front: `TcpExt.ListenOverflows`, `Tcp.ActiveOpens`, `TCP.tw`.
 */
import { type Known, type UnknownReason, unknown } from '../model/known.ts'

export interface CounterQuery {
  /** Processes whose descriptors are wanted. */
  readonly pids?: readonly number[]
}

export interface Counters {
  /**
   * Of protocols, in our own network namespace: `Tcp`, `TcpExt`, `Udp`, `Ip`, `IpExt`, `Icmp`, `Ip6`, `Icmp6`, `Xfrm` …; of the
   * whole machine, and told in its first namespace alone, `Arp` and `Ndisc`.
   */
  readonly protocols: Known<ReadonlyMap<string, number>>
  /** Of the interfaces of our own network namespace, by name. */
  readonly devices: Known<ReadonlyMap<string, DeviceCounters>>
  /** Sockets by kind: `TCP.inuse`, `TCP.tw`, `TCP.orphan`, `UDP6.inuse`. Orphans are counted on the whole machine. */
  readonly sockets: Known<ReadonlyMap<string, number>>
  /** Tracked connections of our own network namespace. */
  readonly conntrack: Known<ConntrackCounters>
  /** Open files of the whole machine. */
  readonly files: Known<FilesInUse>
  /** Open files of each process that was asked for. `limit` is the soft one, `Infinity` for none. */
  readonly descriptors: ReadonlyMap<number, Known<FilesInUse>>
}

/** What an interface has passed on to the system, and what it was given to send. */
export interface DeviceCounters {
  readonly received: { readonly packets: number; readonly errors: number; readonly drops: number }
  /** `carrier`: losses of the link while it was sending. */
  readonly sent: {
    readonly packets: number
    readonly errors: number
    readonly drops: number
    readonly carrier: number
  }
  /** Dropped by its queueing disciplines before it got them (tc(8)). */
  readonly queueDrops: Known<number>
}

export interface ConntrackCounters {
  readonly entries: number
  /** For each network namespace. */
  readonly limit: number
  /** Packets dropped because there was no room, or no free tuple; entries thrown out early to make room. */
  readonly drop: Known<number>
  readonly insertFailed: Known<number>
  readonly earlyDrop: Known<number>
}

export interface FilesInUse {
  readonly open: number
  readonly limit: number
}

/** The answer of a host that can tell none of it. */
export const noCounters = (reason: UnknownReason, { pids = [] }: CounterQuery = {}): Counters => ({
  protocols: unknown(reason),
  devices: unknown(reason),
  sockets: unknown(reason),
  conntrack: unknown(reason),
  files: unknown(reason),
  descriptors: new Map(pids.map(pid => [pid, unknown(reason)])),
})
