/**
 * Linux source NAT: which share of new connections is dropped before the ports are really used up.
 *
 * The kernel keeps the source port if it is free; else it tries at random 128 ports, then 64, 32, 16 and 8 from new
 * places, and gives up: 248 in all. Ranges of at most 128 ports are searched whole. Source: `nf_nat_l4proto_unique_tuple`
 * in net/netfilter/nf_nat_core.c. Nothing is told to the sender, whose SYN is dropped.
 */
export const SNAT_PROBES = 128 + 64 + 32 + 16 + 8
const WHOLE_SEARCH = 128

/** Share of connections that find no port when `used` of `ports` are taken, 0 to 1, if those lie at random. */
export function snatMissShare(used: number, ports: number): number {
  if (used >= ports) return 1
  return ports <= WHOLE_SEARCH ? 0 : (used / ports) ** SNAT_PROBES
}

/** How many of `ports` may be taken until the share of misses reaches `most`. */
export const snatUsable = (ports: number, most: number): number =>
  ports <= WHOLE_SEARCH ? ports : Math.floor(ports * most ** (1 / SNAT_PROBES))
