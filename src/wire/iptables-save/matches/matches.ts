/**
 * The matches of iptables-extensions(8) that have an exact equal among the expressions of nftables, by name.
 *
 * The others (bpf, cluster, eui64, ipv6header, ipvs, nfacct, osf, physdev, rateest, srh, string, u32 …) are kept in the rule as unsupported.
 */
import type { Extension } from '../extension.ts'
import { ADDRESS_MATCHES } from './address-matches.ts'
import { CONNTRACK_MATCHES } from './conntrack-matches.ts'
import { HEADER_MATCHES } from './header-matches.ts'
import { HOST_MATCHES } from './host-matches.ts'
import { MEMORY_MATCHES } from './memory-matches.ts'
import { PORT_MATCHES } from './port-matches.ts'

export { fragment } from './address-matches.ts'
export { DSCP_CLASSES } from './header-matches.ts'

export const MATCHES: ReadonlyMap<string, Extension> = new Map(
  Object.entries({
    ...PORT_MATCHES,
    ...CONNTRACK_MATCHES,
    ...ADDRESS_MATCHES,
    ...HEADER_MATCHES,
    ...HOST_MATCHES,
    ...MEMORY_MATCHES,
  }),
)
