/**
 * A bridge as its frames see it: the ports, where hardware addresses are, and whether IP's hooks see what it passes on
 * (the kernel's `struct net_bridge`, br_netfilter).
 */
import type { IpFamily } from '../protocol.ts'

export interface Bridge {
  /** Interfaces that are its ports. */
  readonly ports: readonly string[]
  /** Hardware addresses and the port where each is; the bridge's own name for its own. Absent: not known. */
  readonly destinations?: ReadonlyMap<number, string>
  /** Whether packets that it passes on go through IP's chains, too (`bridge-nf-call-iptables`). Absent: not known. */
  readonly lends?: Readonly<Record<IpFamily, boolean>>
  /** Whether it tells VLANs apart (`vlan_filtering`). Absent: not known. */
  readonly filtersVlans?: boolean
  /** Ports that send back what came in by them (`hairpin`). */
  readonly hairpins?: readonly string[]
  /** Ports between which nothing passes (`isolated`). */
  readonly isolated?: readonly string[]
}

/** Whether what came in by one port may leave by the other (should_deliver). */
export const mayLeaveBy = (bridge: Bridge, port: string, from: string): boolean =>
  (port !== from || bridge.hairpins?.includes(port) === true) &&
  !(bridge.isolated?.includes(port) === true && bridge.isolated.includes(from))
