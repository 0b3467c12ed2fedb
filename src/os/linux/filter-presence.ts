/**
 * Whether any packet filter has tables in our own network namespace, or a program decides besides: a question of a few
 * milliseconds, before the long ones.
 */
import { type Known, known, unknown } from '../../model/known.ts'
import { countTables, encodeTablesRequest } from '../../wire/nftables-tables.ts'
import { textOr } from './file-tree.ts'
import { isDecidedOutside } from './outside-filters.ts'
import type { NetlinkSource, Sources } from './sources.ts'

const EPERM = 1
/** Older iptables: the names of tables that were ever used. */
const LEGACY = ['/proc/net/ip_tables_names', '/proc/net/ip6_tables_names'] as const

/** Denied without CAP_NET_ADMIN, as nft itself would be. */
export function hasFilters(sources: Sources, route: NetlinkSource | null): Known<boolean> {
  const { netlink, files } = sources
  if (LEGACY.some(path => textOr(files, path).trim() !== '')) return known(true)
  const socket = netlink('netfilter')
  if ('why' in socket) return unknown('unsupported')
  try {
    let tables = 0
    const { errno } = socket.dump(encodeTablesRequest(), (views, length) =>
      countTables(views, length, count => {
        tables += count
      }),
    )
    if (errno === EPERM) return unknown('denied')
    // Any other refusal: the kernel has no nftables, and so no tables of it.
    return tables > 0 ? known(true) : isDecidedOutside(sources, route)
  } finally {
    socket.close()
  }
}
