/** Side by side with ip(8): the same routes, rules and interfaces, in a namespace with every sort of them. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Known } from '../../src/model/known.ts'
import type { NextHop, RoutingTables } from '../../src/model/route.ts'
import type { FilterViews } from '../../src/os/os.ts'
import { whyNoStage } from '../kernel/stage/stage.ts'

interface IpRoute {
  readonly type?: string
  readonly dst: string
  readonly from?: string
  readonly gateway?: string
  readonly via?: { readonly host: string }
  readonly dev?: string
  readonly table?: string
  readonly metric?: number
  readonly prefsrc?: string
  readonly nexthops?: readonly { readonly gateway?: string; readonly dev: string; readonly weight: number }[]
}
type IpRule = Readonly<Record<string, string | number | null>>
interface Scene {
  readonly routes: Known<RoutingTables>
  readonly outside: FilterViews['outside'] | null
  readonly peer: {
    readonly routes: readonly IpRoute[]
    readonly rules: readonly IpRule[]
    readonly rules6: readonly IpRule[]
    readonly links: readonly {
      readonly ifname: string
      readonly ifindex: number
      readonly mtu: number
      readonly group: string
      readonly master?: string
      readonly link_type: string
      readonly address: string
      readonly flags: readonly string[]
      readonly linkinfo?: {
        readonly info_kind?: string
        readonly info_data?: Readonly<Record<string, unknown>>
        readonly info_slave_kind?: string
        readonly info_slave_data?: Readonly<Record<string, unknown>>
      }
    }[]
    readonly neighbours: readonly {
      readonly dst: string
      readonly dev: string
      readonly lladdr?: string
      readonly state: readonly string[]
    }[]
    readonly bridgeEntries: readonly {
      readonly mac: string
      readonly ifname: string
      readonly master?: string
      readonly state: string
      readonly flags: readonly string[]
    }[]
  }
}

const TABLES: Readonly<Record<string, number>> = { main: 254, local: 255, default: 253 }
const TYPES = [
  '',
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
]

/** `-N` has ip write numbers (include/uapi/linux/fib_rules.h). */
const ACTIONS: Readonly<Record<string, string>> = { 6: 'blackhole', 7: 'unreachable', 8: 'prohibit' }

const withLength = (text: string): string =>
  text === 'default' ? 'default' : text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`
const hopText = (dev: string | undefined, gateway: string | undefined, weight: number): string =>
  `${dev ?? ''} ${gateway ?? ''} ${weight}`

/** The kernel lists refusing IPv6 routes with lo, which ip shows as well. */
const ofIp = (route: IpRoute): string =>
  [
    route.type ?? 'unicast',
    withLength(route.dst),
    `from ${route.from ?? ''}`,
    `table ${TABLES[route.table ?? 'main'] ?? Number(route.table)}`,
    `metric ${route.metric ?? 0}`,
    `src ${route.prefsrc ?? ''}`,
    ...(route.nexthops?.map(hop => hopText(hop.dev, hop.gateway, hop.weight)) ??
      (route.dev === undefined ? [] : [hopText(route.dev, route.gateway ?? route.via?.host, 1)])),
  ].join(', ')

const ofOurs = (route: RoutingTables['routes'][number]): string =>
  [
    TYPES[route.type],
    route.destination.endsWith('/0') ? 'default' : route.destination,
    `from ${route.source ?? ''}`,
    `table ${route.table}`,
    `metric ${route.metric}`,
    `src ${route.preferredSource ?? ''}`,
    ...route.nexthops.map((hop: NextHop) => hopText(hop.interface, hop.gateway, hop.weight)),
  ].join(', ')

const ruleOfOurs = (rule: RoutingTables['rules'][number]): string =>
  JSON.stringify({
    priority: rule.priority,
    not: rule.inverted,
    src: rule.source ?? 'all',
    dst: rule.destination ?? null,
    iif: rule.inputInterface ?? null,
    oif: rule.outputInterface ?? null,
    mark: rule.mark === undefined ? null : [rule.mark.value, rule.mark.mask],
    users: rule.users ?? null,
    protocol: rule.protocol ?? null,
    dport: rule.destinationPorts ?? null,
    suppress: rule.suppressPrefixLength ?? null,
    action:
      rule.action === 'goto' ? `goto ${rule.target}` : rule.action === 'table' ? rule.table : rule.action,
  })

function ruleOfIp(rule: IpRule): string {
  const range = (low: unknown, high: unknown) =>
    low === undefined ? null : { low: Number(low), high: Number(high ?? low) }
  return JSON.stringify({
    priority: rule.priority,
    not: 'not' in rule,
    src: rule.src === 'all' ? 'all' : `${rule.src}/${rule.srclen ?? 32}`,
    dst: rule.dst === undefined ? null : `${rule.dst}/${rule.dstlen ?? 32}`,
    iif: rule.iif ?? null,
    oif: rule.oif ?? null,
    mark: rule.fwmark === undefined ? null : [Number(rule.fwmark), Number(rule.fwmask ?? 0xffffffff)],
    users: range(rule.uid_start, rule.uid_end),
    protocol: rule.ipproto === undefined ? null : Number(String(rule.ipproto).replace('ipproto-', '')),
    dport: range(rule.dport_start, rule.dport_end),
    suppress: rule.suppress_prefixlen ?? null,
    action:
      rule.goto === undefined
        ? (ACTIONS[rule.action ?? ''] ?? TABLES[rule.table!] ?? Number(rule.table))
        : `goto ${rule.goto}`,
  })
}

const skip = whyNoStage() ?? false
const scene = skip === false ? play() : undefined

function play(): Scene {
  const file = fileURLToPath(new URL('./route-scene.ts', import.meta.url))
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', process.execPath, file], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout) as Scene
}

function ours(): RoutingTables {
  assert.ok(scene?.routes.known, JSON.stringify(scene?.routes))
  return scene.routes.value
}

test('the same routes of all tables as ip', { skip }, () => {
  assert.deepEqual(ours().routes.map(ofOurs).toSorted(), scene!.peer.routes.map(ofIp).toSorted())
})

for (const [family, field] of [
  ['ipv4', 'rules'],
  ['ipv6', 'rules6'],
] as const) {
  test(`the same rules of ${family} as ip, in the same order`, { skip }, () => {
    assert.deepEqual(
      ours()
        .rules.filter(rule => rule.family === family)
        .map(ruleOfOurs),
      scene!.peer[field].map(ruleOfIp),
    )
  })
}

test('the same interfaces as ip', { skip }, () => {
  const { links } = scene!.peer
  const types: Readonly<Record<string, number>> = { loopback: 772, ether: 1 }
  assert.deepEqual(
    ours().interfaces.filter(({ name }) => types[links.find(l => l.ifname === name)?.link_type ?? '']),
    links
      .filter(({ link_type }) => link_type in types)
      .map(link => ({
        name: link.ifname,
        index: link.ifindex,
        type: types[link.link_type],
        up: link.flags.includes('UP'),
        // Of what is down ip tells no carrier; the kernel's bit is still as it was made.
        carrier: !link.flags.includes('NO-CARRIER'),
        mtu: link.mtu,
        group: link.group === 'default' ? 0 : Number(link.group),
        ...(link.linkinfo?.info_kind === undefined ? {} : { kind: link.linkinfo.info_kind }),
        ...(link.master === undefined ? {} : { master: links.find(l => l.ifname === link.master)!.ifindex }),
        hardware: link.address,
        ...bridgeOf(link.linkinfo),
      })),
  )
})

const isSet = (value: unknown): boolean => value === true || value === 1

function bridgeOf(info: Scene['peer']['links'][number]['linkinfo'] = {}): object {
  const { info_kind, info_data = {}, info_slave_kind, info_slave_data = {} } = info
  return {
    ...(info_kind === 'bridge'
      ? {
          bridge: {
            filtersVlans: isSet(info_data.vlan_filtering),
            lends: { ipv4: isSet(info_data.nf_call_iptables), ipv6: isSet(info_data.nf_call_ip6tables) },
          },
        }
      : {}),
    ...(info_slave_kind === 'bridge'
      ? { port: { hairpin: isSet(info_slave_data.hairpin), isolated: isSet(info_slave_data.isolated) } }
      : {}),
  }
}

test('the same neighbours as ip', { skip }, () => {
  const wanted = scene!.peer.neighbours
    .filter(({ lladdr }) => lladdr !== undefined)
    .map(({ dst, dev, lladdr }) => `${dst} ${dev} ${lladdr}`)
  const told = (ours().neighbours ?? []).map(one => `${one.address} ${one.interface} ${one.hardware}`)
  // The kernel lists what needs no neighbour (multicast, loopback) to whom asks for all; ip hides it.
  assert.deepEqual(told.filter(one => wanted.includes(one)).toSorted(), wanted.toSorted())
  assert.ok(
    wanted.some(one => one.startsWith('10.0.0.77')) && wanted.some(one => one.startsWith('2001:db8::77')),
  )
})

test('the same addresses behind bridges as bridge(8)', { skip }, () => {
  const wanted = scene!.peer.bridgeEntries
    .filter(({ master }) => master !== undefined)
    .map(({ mac, ifname, master, state }) => `${master} ${mac} ${state === 'permanent' ? master : ifname}`)
  const told = (ours().bridgeEntries ?? []).map(one => `${one.bridge} ${one.hardware} ${one.port}`)
  assert.deepEqual(told.toSorted(), wanted.toSorted())
  assert.ok(wanted.includes('br0 02:00:00:00:00:79 v1'))
})

test('a filter of tc is told with its interface and direction', { skip }, () => {
  assert.deepEqual(scene!.outside?.tc, {
    known: true,
    value: [{ kind: 'tc', place: 'v0', direction: 'ingress', says: 'bpf' }],
  })
  assert.deepEqual(scene!.outside?.xdp, { known: true, value: [] })
})
