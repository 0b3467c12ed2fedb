/** How a simulated host is described: what is left out has a plain default. */
import type { MachineDescription } from '../../os/memory/memory.ts'

export interface HostOptions {
  /** Device, address and prefix length: `eth0 192.0.2.10/24`. Without a device it is `eth0`. Loopback is there without being said. */
  readonly addresses?: readonly string[]
  /** Where packets for elsewhere go: one for each family at most. */
  readonly gateway?: string | readonly string[]
  /**
   * As ip-route(8) has them: `10.0.0.0/8 via 192.0.2.1`, `default dev eth1 metric 50`, `blackhole 203.0.113.0/24`,
   * `10.1.0.0/16 via 192.0.2.9 table 100`. Networks of the own addresses are there without being said.
   */
  readonly routes?: readonly string[]
  /** As ip-rule(8) has them: `from 10.0.0.0/8 lookup 100`, `fwmark 1 iif eth1 lookup 100 priority 50`. */
  readonly rules?: readonly string[]
  /** Neighbours that are set by hand and never asked for, as ip-neighbour(8) has them: `192.0.2.9 lladdr 02:00:00:00:00:09 dev eth0`. */
  readonly neighbours?: readonly string[]
  /** Devices that are set down: their routes are gone, and their addresses of IPv6. */
  readonly down?: readonly string[]
  /** By device, bytes of the largest packet that goes out by it, where that is less than its link takes. */
  readonly mtu?: Readonly<Record<string, number>>
  /** Pass on what is for others. A router does, a host doesn't. */
  readonly forward?: boolean
  /** Packet filter and NAT, in nft's language (nft(8)). */
  readonly nft?: string
  /** Refuse packets whose source isn't behind the device that they came by (`rp_filter`, RFC 3704). `off`. */
  readonly reversePath?: 'off' | 'loose' | 'strict'
  /** Time to live of what is made here. 64. */
  readonly hopLimit?: number
  /** Milliseconds that a packet takes inside. 0. */
  readonly processingMs?: number
  /** What else there is: processes, users, settings, files, names. */
  readonly machine?: Omit<
    MachineDescription,
    'hostname' | 'addresses' | 'routing' | 'filter' | 'netns' | 'now'
  >
}
