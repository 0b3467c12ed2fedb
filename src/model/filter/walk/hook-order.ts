/**
 * What runs at a hook, in its order: the base chains of all tables of the packet's family and of `inet`, by priority, and
 * all NAT chains together at the place where the kernel translates, whatever their own priority.
 */
import type { IpFamily } from '../../protocol.ts'
import { NAT_PLACE } from '../hook-places.ts'
import { type BaseChain, type Chain, HOOKS, type Hook, type Ruleset, type Table } from '../ruleset.ts'

export interface Entry {
  readonly priority: number
  /** One, but for NAT: there several share the place, by their own priorities. */
  readonly chains: readonly BaseEntry[]
  readonly nat: boolean
}

export interface BaseEntry {
  readonly table: Table
  readonly chain: Chain
  readonly base: BaseChain
}

/** Entries of one priority are together, in the order of the listing. */
export type Order = readonly (readonly Entry[])[]

/** Of a rule set: by device, then by hook, IPv4's before IPv6's and a bridge's. It is asked for each packet at each hook. */
const orders = new WeakMap<Ruleset, Map<string | null, (Order | undefined)[]>>()

/** `device` of `netdev` chains and ingress: those of other devices are left out. `bridge`: the chains of a bridge. */
export function hookOrder(
  ruleset: Ruleset,
  hook: Hook,
  family: IpFamily | 'bridge',
  device: string | null,
): Order {
  const ofRuleset = orders.get(ruleset) ?? new Map<string | null, (Order | undefined)[]>()
  if (ofRuleset.size === 0) orders.set(ruleset, ofRuleset)
  const ofDevice = ofRuleset.get(device) ?? []
  if (ofDevice.length === 0) ofRuleset.set(device, ofDevice)
  const at = HOOKS.indexOf(hook) * 3 + (family === 'ipv4' ? 0 : family === 'ipv6' ? 1 : 2)
  const order = ofDevice[at] ?? build(ruleset, hook, family, device)
  ofDevice[at] = order
  return order
}

function build(ruleset: Ruleset, hook: Hook, family: IpFamily | 'bridge', device: string | null): Order {
  const plain: Entry[] = []
  const nat: BaseEntry[] = []
  let translates = false
  for (const table of ruleset.tables) {
    if (table.dormant || !isOf(table, hook, family)) continue
    for (const chain of table.chains) {
      const { base } = chain
      // With one NAT chain anywhere, translations are carried out at all four places.
      if (base?.type === 'nat') translates = true
      if (base?.hook !== hook || !isOn(base, device)) continue
      if (base.type === 'nat') nat.push({ table, chain, base })
      else plain.push({ priority: base.priority, chains: [{ table, chain, base }], nat: false })
    }
  }
  const place = NAT_PLACE[hook]
  if (translates && place !== undefined) {
    const chains = nat.toSorted((a, b) => a.base.priority - b.base.priority)
    plain.push({ priority: place, chains, nat: true })
  }
  return [...Map.groupBy(plain, entry => entry.priority)]
    .sort(([a], [b]) => a - b)
    .map(([, entries]) => entries)
}

function isOf({ family }: Table, hook: Hook, of: IpFamily | 'bridge'): boolean {
  const atDevice = hook === 'ingress' || hook === 'egress'
  if (of === 'bridge') return family === 'bridge'
  if (family === 'inet') return true
  if (atDevice) return family === 'netdev'
  return family === (of === 'ipv4' ? 'ip' : 'ip6')
}

const isOn = ({ hook, devices }: BaseChain, device: string | null): boolean =>
  (hook !== 'ingress' && hook !== 'egress') ||
  devices.length === 0 ||
  (device !== null && devices.includes(device))
