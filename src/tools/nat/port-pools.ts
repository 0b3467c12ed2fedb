/**
 * How much of the ports is used that translated sources share: towards one destination each external address has its own
 * pool, since Linux gives one port to many destinations (nf_nat_used_tuple). Who uses how much of it is told by inside
 * address.
 */
import type { Address } from '../../model/address.ts'
import { CONNECTION_STATUS } from '../../model/nat/tracked-connection.ts'
import type { NatEntry } from './nat-entry.ts'
import type { TranslationRule } from './translation-rules.ts'

/** 1024 to 65535: what a source port from there is replaced by (nf_nat_l4proto_unique_tuple). */
export const USUAL_PORTS = 64_512

export interface PortPool {
  readonly protocol: number
  readonly external: Address
  readonly destination: NatEntry['connection']['reply']['source']
  /** Different external ports. */
  readonly used: number
  /** How many there are. */
  readonly ports: number
  /** The rule that narrows it, if one does. */
  readonly rule?: TranslationRule
}

export interface SourceUse {
  readonly address: Address
  /** Connections whose source is translated. */
  readonly entries: number
  /** Its share of the pool of which it uses most, 0 to 1. */
  readonly share: number
  readonly pool: PortPool
}

interface Group {
  readonly entry: NatEntry
  readonly ports: Set<number>
  readonly bySource: Map<Address, Set<number>>
}

/** Fullest first; sources with the largest share first. */
export function portPools(
  entries: readonly NatEntry[],
  rules: readonly TranslationRule[],
): { readonly pools: readonly PortPool[]; readonly sources: readonly SourceUse[] } {
  const groups = new Map<string, Group>()
  const counts = new Map<Address, number>()
  for (const entry of entries) {
    const { status, protocol, reply, original } = entry.connection
    const port = reply.destination.port
    if ((status & CONNECTION_STATUS.sourceTranslated) === 0 || port === undefined) continue
    const key = `${protocol} ${reply.destination.address} ${reply.source.address} ${reply.source.port}`
    let group = groups.get(key)
    if (group === undefined) {
      group = { entry, ports: new Set(), bySource: new Map() }
      groups.set(key, group)
    }
    group.ports.add(port)
    const inside = original.source.address
    const own = group.bySource.get(inside)
    if (own === undefined) group.bySource.set(inside, new Set([port]))
    else own.add(port)
    counts.set(inside, (counts.get(inside) ?? 0) + 1)
  }
  const best = new Map<Address, { share: number; pool: PortPool }>()
  const pools: PortPool[] = []
  for (const { entry, ports, bySource } of groups.values()) {
    const pool = poolOf(entry, ports.size, rules)
    pools.push(pool)
    for (const [address, own] of bySource) {
      const share = own.size / pool.ports
      if (share > (best.get(address)?.share ?? -1)) best.set(address, { share, pool })
    }
  }
  const sources = [...best].map(([address, { share, pool }]) => ({
    address,
    entries: counts.get(address)!,
    share,
    pool,
  }))
  return {
    pools: pools.toSorted((a, b) => b.used / b.ports - a.used / a.ports),
    sources: sources.toSorted(
      (a, b) => b.share - a.share || b.entries - a.entries || (a.address < b.address ? -1 : 1),
    ),
  }
}

function poolOf(entry: NatEntry, used: number, rules: readonly TranslationRule[]): PortPool {
  const { protocol, reply } = entry.connection
  const rule = rules.find(
    one =>
      (one.kind === 'snat' || one.kind === 'masquerade') &&
      'rules' in entry.proof &&
      entry.proof.rules.some(
        made =>
          made.family === one.rule.family &&
          made.table === one.rule.table &&
          made.chain === one.rule.chain &&
          made.index === one.rule.index,
      ),
  )
  const ports = rule?.translate.port
  const range =
    ports?.kind === 'range'
      ? Number(ports.high) - Number(ports.low) + 1
      : ports?.kind === 'value'
        ? 1
        : undefined
  return {
    protocol,
    external: reply.destination.address,
    destination: reply.source,
    used,
    ports: range ?? USUAL_PORTS,
    ...(rule === undefined || range === undefined ? {} : { rule }),
  }
}
