/** For tests: hosts that break what they promise of packet filters and routes. */
import { known, unknown } from '../model/known.ts'
import { parsePrefix } from '../model/prefix.ts'
import type { Route, RoutingRule } from '../model/route.ts'
import type { Defect } from './defective-host.cases.ts'
import { FILTER_VIEWS } from './filter-views.ts'

const routeBy = (name: string): Route => ({
  family: 'ipv4',
  table: 254,
  type: 1,
  destination: parsePrefix('0.0.0.0/0'),
  tos: 0,
  metric: 0,
  nexthops: [{ interface: name, index: 9, weight: 1 }],
})
const ruleAt = (priority: number): RoutingRule => ({
  family: 'ipv4',
  priority,
  action: 'table',
  table: 254,
  inverted: false,
  tos: 0,
})

export const FILTER_DEFECTS: readonly Defect[] = [
  [
    'whether there is a packet filter agrees',
    'says that there is none',
    os => ({
      filtered: async () => known(false),
      async ruleset() {
        const { views, outside } = await os.ruleset()
        const text = known('{"nftables":[{"table":{"family":"ip","name":"t","handle":1}}]}')
        return { views: { ...views, 'nft-json': { text, says: 'nft' } }, outside }
      },
    }),
  ],
  [
    'each listing of the packet filter',
    'forgets one',
    os => ({
      async ruleset() {
        const { views, outside } = await os.ruleset()
        const { ipset: _, ...rest } = views
        return { views: rest as typeof views, outside }
      },
    }),
  ],
  [
    'each listing of the packet filter',
    'says nothing',
    os => ({
      async ruleset() {
        const { views, outside } = await os.ruleset()
        return { views: { ...views, 'nft-json': { text: unknown('denied'), says: '' } }, outside }
      },
    }),
  ],
  [
    'a listing that is not asked for',
    'tells all',
    os => ({ ruleset: query => os.ruleset({ ...query, views: FILTER_VIEWS }) }),
  ],
  [
    'what decides outside',
    'mixes up kinds',
    os => ({
      async ruleset() {
        const { views, outside } = await os.ruleset()
        return {
          views,
          outside: { ...outside, tc: known([{ kind: 'xdp', place: 'eth0', says: 'program 1' }]) },
        }
      },
    }),
  ],
  [
    'rejects the reading of the packet filter',
    'does not look at signals',
    os => ({ ruleset: () => os.ruleset() }),
  ],
  [
    'routes lead out by interfaces',
    'makes one up',
    () => ({ routes: async () => known({ routes: [routeBy('eth9')], rules: [], interfaces: [] }) }),
  ],
  [
    'neighbours are on interfaces',
    'makes an interface up',
    () => ({
      routes: async () =>
        known({
          routes: [],
          rules: [],
          interfaces: [],
          neighbours: [{ address: '192.0.2.9' as never, interface: 'eth9', state: 'stale' }],
        }),
    }),
  ],
  [
    'routes lead out by interfaces',
    'tells the last rule first',
    () => ({ routes: async () => known({ routes: [], rules: [ruleAt(32767), ruleAt(0)], interfaces: [] }) }),
  ],
]
