/** What is wrong with this host itself, on a described machine: each row makes one thing wrong, or two. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { parsePrefix } from '../../model/prefix.ts'
import type { Neighbour, NetworkInterface, Route, RoutingRule, RoutingTables } from '../../model/route.ts'
import type { RouteAnswer } from '../../os/os.ts'
import { frame, type Script, type ScriptedAttempt, scriptedHost } from './scripted-host.cases.ts'
import { type WhyOptions, why } from './why.ts'

const US = parseAddress('198.51.100.2')
const GATEWAY = parseAddress('198.51.100.1')
const TARGET = parseAddress('192.0.2.1')

const eth0: NetworkInterface = { name: 'eth0', index: 2, type: 1, up: true, group: 0, carrier: true }
const lo: NetworkInterface = { name: 'lo', index: 1, type: 772, up: true, group: 0 }
const route = (destination: string, type = 1, gateway?: string): Route => ({
  family: 'ipv4',
  table: 254,
  type,
  destination: parsePrefix(destination),
  tos: 0,
  metric: 0,
  nexthops:
    type === 1
      ? [
          {
            interface: 'eth0',
            index: 2,
            weight: 1,
            ...(gateway === undefined ? {} : { gateway: parseAddress(gateway) }),
          },
        ]
      : [],
})
const rule = (priority: number, more: Partial<RoutingRule> = {}): RoutingRule => ({
  family: 'ipv4',
  priority,
  action: 'table',
  table: 254,
  inverted: false,
  tos: 0,
  ...more,
})
const LOCAL = rule(0, { table: 255 })
const neighbour = (state: Neighbour['state'], hardware?: string): Neighbour => ({
  interface: 'eth0',
  address: GATEWAY,
  state,
  ...(hardware === undefined ? {} : { hardware }),
})
const ROUTES = [
  { ...route('198.51.100.2/32', 2), table: 255 },
  route('198.51.100.0/24'),
  route('0.0.0.0/0', 1, '198.51.100.1'),
]
const tables = (more: Partial<RoutingTables> = {}): RoutingTables => ({
  routes: ROUTES,
  rules: [LOCAL, rule(32_766)],
  interfaces: [lo, eth0],
  neighbours: [neighbour('reachable', '02:00:00:00:00:01')],
  ...more,
})

const beyond: RouteAnswer = { kind: 'unicast', device: 'eth0', gateway: GATEWAY, source: US }
const refused = (code: string): Partial<Script> => ({
  route: () => ({ kind: 'refused', code }),
  attempts: { '*': { ends: code, atOnce: true } },
})
const ADDRESSES = ['lo 127.0.0.1/8', 'eth0 198.51.100.2/24']

interface Row {
  readonly name: string
  readonly routing?: Partial<RoutingTables>
  readonly machine?: Script['machine']
  readonly script?: Partial<Script>
  readonly attempt?: ScriptedAttempt
  readonly options?: WhyOptions
  /** `192.0.2.1:80` */
  readonly target?: string
  /** The first causes, with certainty and where; as many as are written. */
  readonly causes: readonly string[]
}

const NOTHING_LEFT: ScriptedAttempt = { ends: 'silent', frames: [] }

/** As nft 1.0.6 lists a chain with one rule. */
const filtered = (hook: string, expr: object[]): Script['machine'] => ({
  filter: {
    views: {
      'nft-json': JSON.stringify({
        nftables: [
          { metainfo: { version: '1.0.6', json_schema_version: 1 } },
          { table: { family: 'inet', name: 'guard', handle: 1 } },
          {
            chain: {
              family: 'inet',
              table: 'guard',
              name: 'at',
              handle: 1,
              type: 'filter',
              hook,
              prio: 0,
              policy: 'accept',
            },
          },
          { rule: { family: 'inet', table: 'guard', chain: 'at', handle: 2, expr } },
        ],
      }),
    },
  },
})
const port = (field: 'dport' | 'sport', right: number) => ({
  match: { op: '==', left: { payload: { protocol: 'tcp', field } }, right },
})

const ROWS: readonly Row[] = [
  {
    name: 'a route that forbids',
    routing: { routes: [...ROUTES, route('192.0.2.0/24', 8)] },
    script: refused('EACCES'),
    causes: ['route-prohibit proven this host, routing: prohibit 192.0.2.0/24 (table main)'],
  },
  {
    name: 'a rule that says unreachable',
    routing: {
      rules: [
        LOCAL,
        rule(100, { action: 'unreachable', destination: parsePrefix('192.0.2.0/24') }),
        rule(32_766),
      ],
    },
    script: refused('EHOSTUNREACH'),
    causes: ['route-unreachable proven this host, routing: rule 100: from all to 192.0.2.0/24 unreachable'],
  },
  {
    name: 'a black hole',
    routing: { routes: [...ROUTES, route('192.0.2.1/32', 6)] },
    script: refused('EINVAL'),
    causes: ['route-blackhole proven this host, routing: blackhole 192.0.2.1/32 (table main)'],
  },
  {
    name: 'no route at all',
    routing: { routes: ROUTES.slice(0, 2) },
    script: refused('ENETUNREACH'),
    causes: ['no-route proven this host, routing'],
  },
  {
    name: 'no route, since the only interface is down',
    routing: { routes: [], interfaces: [lo, { ...eth0, up: false }] },
    script: refused('ENETUNREACH'),
    causes: ['interface-down proven this host, routing'],
  },
  {
    name: 'no route for IPv6, since the only interface is down and has lost its addresses',
    target: '[2001:db8::1]:80',
    routing: { routes: [], interfaces: [lo, { ...eth0, up: false }] },
    script: refused('ENETUNREACH'),
    causes: ['interface-down likely this host, routing', 'no-route'],
  },
  {
    name: 'an interface that is down, and another with IPv4: nobody knows which would have had IPv6',
    target: '[2001:db8::1]:80',
    routing: { interfaces: [lo, eth0, { ...eth0, name: 'eth1', index: 3, up: false }] },
    script: refused('ENETUNREACH'),
    causes: ['no-route proven this host, routing'],
  },
  {
    name: 'IPv6 is switched off on the interface',
    target: '[2001:db8::1]:80',
    machine: { tunables: { 'net.ipv6.conf.eth0.disable_ipv6': '1' } },
    script: refused('ENETUNREACH'),
    causes: ['ipv6-disabled proven this host, routing'],
  },
  {
    name: 'IPv6 is switched off everywhere',
    target: '[2001:db8::1]:80',
    machine: {
      tunables: { 'net.ipv6.conf.all.disable_ipv6': '1', 'net.ipv6.conf.eth0.disable_ipv6': '1' },
    },
    script: refused('ENETUNREACH'),
    causes: ['ipv6-disabled proven this host, routing'],
  },
  {
    name: 'IPv6 is on, and has no route',
    target: '[2001:db8::1]:80',
    machine: {
      tunables: { 'net.ipv6.conf.all.disable_ipv6': '0', 'net.ipv6.conf.eth0.disable_ipv6': '0' },
    },
    script: refused('ENETUNREACH'),
    causes: ['no-route proven this host, routing'],
  },
  {
    name: 'EACCES, and no route says so',
    script: { attempts: { '*': { ends: 'EACCES', atOnce: true } } },
    causes: ['sandbox-denied likely this host'],
  },
  {
    name: 'EACCES, and a rule that looks at ports may say so',
    routing: {
      rules: [
        LOCAL,
        rule(100, { action: 'prohibit', destinationPorts: { low: 80, high: 80 } }),
        rule(32_766),
      ],
    },
    script: { attempts: { '*': { ends: 'EACCES', atOnce: true } } },
    causes: ['route-prohibit possible', 'sandbox-denied possible'],
  },
  {
    name: 'no carrier',
    routing: { interfaces: [lo, { ...eth0, carrier: false }], neighbours: [neighbour('failed')] },
    attempt: NOTHING_LEFT,
    causes: ['no-carrier proven this host'],
  },
  {
    name: 'a gateway that does not answer',
    routing: { neighbours: [neighbour('incomplete')] },
    attempt: NOTHING_LEFT,
    causes: ['gateway-silent proven this host, neighbour'],
  },
  {
    name: 'a gateway that somebody has fixed is no more than possible',
    routing: { neighbours: [neighbour('permanent', '02:00:00:00:00:99')] },
    attempt: { ends: 'silent' },
    causes: [],
  },
  {
    name: 'a source that is not ours',
    attempt: { ends: 'EADDRNOTAVAIL', atOnce: true },
    options: { source: parseAddress('203.0.113.5') },
    causes: ['source-not-ours proven this host'],
  },
  {
    name: 'out by the loopback interface, to another host',
    script: { route: () => ({ kind: 'unicast', device: 'lo' }) },
    options: { device: 'lo' },
    causes: ['no-route proven this host, routing'],
  },
  {
    name: 'out by an interface that no route leads there by',
    routing: {
      interfaces: [lo, eth0, { ...eth0, name: 'eth1', index: 3 }],
      neighbours: [{ interface: 'eth1', address: TARGET, state: 'failed' }],
    },
    script: { route: () => ({ kind: 'unicast', device: 'eth1' }) },
    attempt: NOTHING_LEFT,
    options: { device: 'eth1' },
    causes: ['no-route proven this host, routing', 'neighbour-silent proven this host, neighbour'],
  },
  {
    name: 'no port is left',
    machine: {
      tunables: { 'net.ipv4.ip_local_port_range': '40000 40001' },
      sockets: [40_000, 40_001].map(local => ({
        established: `tcp 198.51.100.2:${local} > 192.0.2.1:80`,
        inode: 0,
      })),
    },
    attempt: { ends: 'EADDRNOTAVAIL', atOnce: true },
    causes: ['ephemeral-exhausted proven this host'],
  },
  {
    name: 'a port is left, as far as can be seen',
    machine: { tunables: { 'net.ipv4.ip_local_port_range': '40000 40001' } },
    attempt: { ends: 'EADDRNOTAVAIL', atOnce: true },
    causes: ['ephemeral-exhausted likely this host'],
  },
  {
    name: 'our own rule drops it',
    machine: filtered('output', [port('dport', 80), { drop: null }]),
    attempt: NOTHING_LEFT,
    causes: ['filter-drop proven this host, output: inet guard at handle 2: tcp dport 80 drop'],
  },
  {
    name: 'our own rule would drop it, but a frame was seen to leave',
    machine: filtered('output', [port('dport', 80), { drop: null }]),
    attempt: { ends: 'silent', frames: [frame('out', TARGET, 'S')] },
    // Not even the first router is heard of.
    causes: ['forwarding-off possible on the way', 'filter-drop possible on the way'],
  },
  {
    name: 'our own rule drops the answer, which came',
    machine: filtered('input', [port('sport', 80), { drop: null }]),
    attempt: { ends: 'silent', frames: [frame('out', TARGET, 'S'), frame('in', TARGET, 'SA')] },
    causes: ['filter-drop proven this host, input: inet guard at handle 2: tcp sport 80 drop'],
  },
  {
    name: 'our own rule drops the answer, which never came',
    machine: filtered('input', [port('sport', 80), { drop: null }]),
    attempt: { ends: 'silent', frames: [frame('out', TARGET, 'S')] },
    // Not even the first router is heard of.
    causes: ['forwarding-off possible on the way', 'filter-drop possible on the way'],
  },
  {
    name: 'two at once: the rule on the way out blocks before the one on the way in',
    machine: filtered('output', [port('dport', 80), { drop: null }]),
    routing: { neighbours: [neighbour('incomplete')] },
    attempt: NOTHING_LEFT,
    causes: ['filter-drop proven this host, output', 'gateway-silent proven this host, neighbour'],
  },
  {
    name: 'macOS and its own link',
    script: { platform: 'darwin', route: () => ({ kind: 'unicast', device: 'eth0', source: US }) },
    machine: { addresses: ['lo0 127.0.0.1/8', 'en0 192.0.2.7/24'] },
    attempt: { ends: 'EHOSTUNREACH', unseen: true },
    causes: ['local-network-permission possible this host'],
  },
]

for (const { name, routing, machine, script, attempt, options, target, causes } of ROWS)
  test(name, { timeout: 20_000 }, async () => {
    const os = scriptedHost({
      machine: { addresses: ADDRESSES, routing: tables(routing), ...machine },
      attempts: { '*': attempt ?? { ends: 'silent' } },
      route: () => beyond,
      ...script,
    })
    const diagnosis = await why(os, target ?? '192.0.2.1:80', options)
    assert.equal(diagnosis.verdict, 'unreachable')
    const told = diagnosis.causes.map(
      ({ code, certainty, where: { host, stage, rule: by } }) =>
        `${code} ${certainty} ${host}${stage === undefined ? '' : `, ${stage}`}${by === undefined ? '' : `: ${by}`}`,
    )
    for (const [at, cause] of causes.entries())
      assert.ok(told[at]?.startsWith(cause), `${told.join('\n')}\nand not ${cause}`)
    if (causes.length === 0) assert.ok(diagnosis.causes.every(({ certainty }) => certainty === 'possible'))
    if (diagnosis.causes[0]?.certainty === 'proven') assert.equal(diagnosis.next, undefined)
    assert.equal(os.open(), 0)
  })

test('an interface that isn’t there is no question: the fault names those that are', async () => {
  const os = scriptedHost({ machine: { addresses: ADDRESSES, routing: tables() }, route: () => beyond })
  await assert.rejects(why(os, '192.0.2.1:80', { device: 'nope0' }), {
    code: 'E_WHY_TARGET',
    message: /no interface nope0 to send it by; it has lo, eth0/,
  })
  assert.equal(os.asked.length, 0)
})

const NO_DNS = [
  { match: { op: '==', left: { payload: { protocol: 'udp', field: 'dport' } }, right: 53 } },
  { reject: { type: 'icmp', expr: 'port-unreachable' } },
]
const NAMING: readonly (readonly [name: string, machine: Script['machine'], causes: readonly string[]])[] = [
  [
    'our own rule rejects questions to the resolver',
    filtered('output', NO_DNS),
    ['filter-reject proven this host, output'],
  ],
  [
    'something here refuses questions to the resolver, and no rule does',
    {},
    ['filter-drop likely this host'],
  ],
]
for (const [name, machine, causes] of NAMING)
  test(name, { timeout: 20_000 }, async () => {
    const os = scriptedHost({
      machine: {
        addresses: ADDRESSES,
        routing: tables(),
        ...machine,
        naming: { resolvers: 'nameserver 192.0.2.53\n' },
      },
      attempts: { '192.0.2.53:53': { ends: 'EPERM', atOnce: true } },
      route: () => beyond,
    })
    // As getaddrinfo(3) says it where nobody could be asked.
    const resolve = async () => ({ kind: 'failed', code: 'EAI_AGAIN' }) as const
    const host = { ...os, reach: { ...os.reach, resolve } }
    const { verdict, causes: told } = await why(host, 'db.example:80')
    assert.equal(verdict, 'unreachable')
    const first = told.map(
      ({ code, certainty, where: { host, stage } }) => `${code} ${certainty} ${host}, ${stage}`,
    )
    for (const [at, cause] of causes.entries()) assert.ok(first[at]?.startsWith(cause), first.join('\n'))
    assert.ok(told.every(({ code }) => code !== 'resolver-silent'))
  })
