/**
 * A host from which evidence is gathered, and what was read of it: each thing once, when it is first asked for.
 *
 * What is read here is as it stood before or during the attempt; counters, which are compared, are read anew each time.
 */
import type { Known } from '../../model/known.ts'
import type { RoutingTables } from '../../model/route.ts'
import type { InterfaceAddress, OS } from '../../os/os.ts'
import type { Judged, ReadHost } from '../firewall/live.ts'

export const ROLES = ['client', 'between', 'target'] as const
export type Role = (typeof ROLES)[number]

export interface View {
  readonly role: Role
  /** What it is called in an answer. */
  readonly label: string
  readonly os: OS
}

/** The host that `why` runs on. */
export const THIS_HOST = 'this host'

export interface ReadView extends View {
  routes(): Promise<Known<RoutingTables>>
  addresses(): Promise<readonly InterfaceAddress[]>
  /** What its routing depends on; its rules aren't read for that. */
  host(): Promise<Known<ReadHost>>
  /** Rules, with the host that they stand on, where it tells its routes. */
  rules(): Promise<ReadRules>
}

export interface ReadRules {
  readonly judged: Judged
  /** All that could decide was read. */
  readonly complete: boolean
  /** Why not: a sentence each. */
  readonly missing: readonly string[]
}

export function readView(view: View, signal?: AbortSignal): ReadView {
  const { os } = view
  const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
    let reading: Promise<T> | undefined
    return () => {
      reading ??= read()
      return reading
    }
  }
  const host = once(async () => (await import('../firewall/read-host.ts')).readHost(os))
  return {
    ...view,
    host,
    routes: once(() => os.routes()),
    addresses: once(() => os.addresses()),
    rules: once(() => readRules(os, host, signal)),
  }
}

/** Where the kernel says that nothing filters, no program is run. */
async function readRules(os: OS, hostOf: ReadView['host'], signal?: AbortSignal): Promise<ReadRules> {
  const [filtered, host] = await Promise.all([os.filtered(), hostOf()])
  const on = host.known ? { host: host.value } : {}
  const unrouted = host.known ? [] : [`routes could not be read (${host.reason})`]
  if (filtered.known && !filtered.value)
    return { judged: { ruleset: { tables: [] }, ...on }, complete: host.known, missing: unrouted }
  const { readRuleset, unreadParts } = await import('../firewall/live.ts')
  const live = await readRuleset(os, signal === undefined ? {} : { signal })
  const outside = Object.values(live.outside).flatMap(told => (told.known ? told.value : []))
  const missing = [...unreadParts(live).map(({ says }) => says), ...unrouted]
  return { judged: { ruleset: live.ruleset, outside, ...on }, complete: missing.length === 0, missing }
}
