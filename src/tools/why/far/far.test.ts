/**
 * A client, a router and a server of a simulated network: one thing is made wrong, and the first cause that is named must be that one,
 * at that host. What is expected follows from how hosts route and filter, not from what we answer; `test/kernel/why/` asks a kernel.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { OS } from '../../../os/os.ts'
import { createNetwork, type HostOptions, type Network } from '../../../sim/sim.ts'
import { why } from '../why.ts'

interface Row {
  readonly name: string
  readonly target?: string
  readonly client?: HostOptions
  readonly router?: HostOptions
  readonly server?: HostOptions
  /** Labels of the views that are given; the client is always one. */
  readonly at: readonly ('server' | 'router')[]
  readonly verdict?: string
  /** `code certainty host stage`, of the first cause; null where nothing is to be named. */
  readonly first: string | null
  /** What must not be named beside it. */
  readonly never?: readonly string[]
}

/** Of the second nobody knows what is spoken there, so that silence after the connection says nothing. */
const LISTENS = { sockets: [{ listen: 'tcp 0.0.0.0:80' }, { listen: 'tcp 0.0.0.0:59999' }] } as const
const table = (hook: string, rule: string, policy = 'accept', priority = 0): string =>
  `table inet t { chain c { type filter hook ${hook} priority ${priority}; policy ${policy}; ${rule}; } }`
const nat = (rule: string): string =>
  `table ip n { chain c { type nat hook prerouting priority -100; ${rule}; } }`

const MASQUERADE =
  'table ip n { chain p { type nat hook postrouting priority 100; oifname "eth1" masquerade; } }'

const BOTH = ['server', 'router'] as const
const rows: readonly Row[] = [
  { name: 'all is well', target: '10.0.2.2:59999', at: BOTH, verdict: 'reachable', first: null },
  {
    name: 'all is well, and only the target is seen',
    target: '10.0.2.2:59999',
    at: ['server'],
    verdict: 'reachable',
    first: null,
  },
  {
    name: 'the target’s input drops',
    at: ['server'],
    server: { machine: LISTENS, nft: table('input', 'tcp dport 80 drop') },
    first: 'filter-drop proven server input',
  },
  {
    name: 'the target’s policy drops',
    at: ['server'],
    server: { machine: LISTENS, nft: table('input', 'iif lo accept', 'drop') },
    first: 'filter-drop proven server input',
  },
  {
    name: 'the target drops before it tracks connections',
    at: ['server'],
    server: { machine: LISTENS, nft: table('prerouting', 'tcp dport 80 drop', 'accept', -300) },
    first: 'filter-drop proven server prerouting',
  },
  {
    name: 'the target drops its own answer',
    at: ['server'],
    server: { machine: LISTENS, nft: table('output', 'tcp sport 80 drop') },
    first: 'filter-drop proven server output',
  },
  {
    name: 'the target resets by a rule',
    at: ['server'],
    server: { machine: LISTENS, nft: table('input', 'tcp dport 80 reject with tcp reset') },
    first: 'filter-reject proven server input',
    never: ['nobody-listens'],
  },
  {
    name: 'the client is in a list of the target',
    at: ['server'],
    server: {
      machine: LISTENS,
      nft: 'table ip t { set banned { type ipv4_addr; elements = { 10.0.1.2 } } chain c { type filter hook input priority 0; ip saddr @banned drop; } }',
    },
    // Whether it comes there with that address, the router knows, and nobody sees it.
    first: 'filter-drop likely server input',
  },
  {
    name: 'the client is in a list of the target, and all between is seen',
    at: BOTH,
    server: {
      machine: LISTENS,
      nft: 'table ip t { set banned { type ipv4_addr; elements = { 10.0.1.2 } } chain c { type filter hook input priority 0; ip saddr @banned drop; } }',
    },
    first: 'filter-drop proven server input',
  },
  {
    name: 'the router drops',
    at: BOTH,
    router: { nft: table('forward', 'tcp dport 80 drop') },
    first: 'filter-drop proven router forward',
  },
  {
    name: 'the router lets the SYN through and not the answer',
    at: BOTH,
    router: { nft: table('forward', 'tcp dport 80 accept', 'drop') },
    first: 'filter-drop proven router forward',
  },
  {
    name: 'the router rejects',
    at: BOTH,
    router: { nft: table('forward', 'tcp dport 80 reject with icmp type admin-prohibited') },
    first: 'filter-reject proven router forward',
  },
  {
    name: 'nobody listens',
    at: ['server'],
    server: { machine: {} },
    first: 'nobody-listens proven server socket',
    never: ['filter-reject'],
  },
  {
    name: 'it listens on loopback',
    at: ['server'],
    server: { machine: { sockets: [{ listen: 'tcp 127.0.0.1:80' }] } },
    first: 'listener-loopback proven server socket',
  },
  {
    name: 'it listens for IPv6 only',
    at: ['server'],
    server: { machine: { sockets: [{ listen: 'tcp [::]:80', v6only: true }] } },
    first: 'listener-other-family proven server socket',
  },
  {
    name: 'it listens on another address',
    at: ['server'],
    server: {
      machine: { sockets: [{ listen: 'tcp 10.0.2.3:80' }] },
      addresses: ['10.0.2.2/24', '10.0.2.3/24'],
    },
    first: 'listener-other-address proven server socket',
  },
  {
    name: 'it listens to datagrams',
    at: ['server'],
    server: { machine: { sockets: [{ bound: 'udp 0.0.0.0:80' }] } },
    first: 'listener-other-protocol proven server socket',
  },
  {
    name: 'the target has no way back',
    at: ['server'],
    server: { machine: LISTENS, gateway: [] },
    first: 'no-return-route proven server routing',
  },
  {
    name: 'forwarded to a closed port',
    target: '10.0.1.1:8080',
    at: BOTH,
    router: { nft: nat('tcp dport 8080 dnat to 10.0.2.2:81') },
    first: 'nat-backend-closed proven server socket',
  },
  {
    name: 'forwarded to one who drops',
    target: '10.0.1.1:8080',
    at: BOTH,
    router: { nft: nat('tcp dport 8080 dnat to 10.0.2.2:80') },
    server: { machine: LISTENS, nft: table('input', 'tcp dport 80 drop') },
    first: 'filter-drop proven server input',
  },
  {
    name: 'the router takes it for itself',
    at: BOTH,
    router: {
      nft: nat('tcp dport 80 redirect to :9000'),
      machine: { sockets: [{ listen: 'tcp 0.0.0.0:9000' }] },
    },
    first: 'intercepted proven router dnat',
    verdict: 'unreachable',
  },
  {
    name: 'a router that nobody sees drops: the target doesn’t know who, and none of its own is named',
    at: ['server'],
    router: { nft: table('forward', 'tcp dport 80 drop') },
    first: 'filter-drop possible on the way',
    never: ['no-return-route', 'nat-backend-silent', 'accept-queue-full', 'host-down', 'reverse-path'],
  },
  {
    name: 'the router has a route that throws away',
    at: BOTH,
    router: { routes: ['blackhole 10.0.2.2/32'] },
    first: 'route-blackhole proven router routing',
  },
  {
    name: 'the router does not pass on',
    at: BOTH,
    router: { forward: false },
    first: 'forwarding-off proven router forward',
  },
  {
    name: 'the target is stopped',
    target: '10.0.2.2:59999',
    at: ['server'],
    server: {
      machine: {
        processes: [{ pid: 812, run: 'node server.js', stopped: true }],
        sockets: [{ listen: 'tcp 0.0.0.0:59999', by: 812 }],
      },
    },
    first: 'process-stopped proven server socket',
  },
  {
    name: 'the router lets handshakes through and nothing that says something',
    at: BOTH,
    router: { nft: table('forward', 'tcp dport 80 tcp flags psh / psh drop') },
    first: 'filter-drop proven router forward',
  },
  {
    name: 'only the router is seen, which hears the target on its link: the host is on',
    at: ['router'],
    server: { nft: table('input', 'drop') },
    first: 'filter-drop possible on the way',
    never: ['host-down'],
  },
  {
    name: 'of datagrams nobody has the port',
    target: 'udp/10.0.2.2:5300',
    at: ['server'],
    first: 'udp-closed proven server socket',
  },
  {
    name: 'datagrams are dropped at the target',
    target: 'udp/10.0.2.2:5300',
    at: ['server'],
    server: {
      machine: { sockets: [{ bound: 'udp 0.0.0.0:5300' }] },
      nft: table('input', 'udp dport 5300 drop'),
    },
    first: 'filter-drop proven server input',
  },
  {
    name: 'only the router is seen, and it drops the answer',
    at: ['router'],
    router: { nft: table('forward', 'tcp sport 80 drop') },
    first: 'filter-drop proven router forward',
  },
  {
    name: 'only the router is seen, and its policy lets through no answer',
    at: ['router'],
    router: { nft: table('forward', 'tcp dport 80 accept', 'drop') },
    first: 'filter-drop proven router forward',
  },
  {
    name: 'only the router is seen, and it lets all through that belongs to a connection',
    target: '10.0.2.2:59999',
    at: ['router'],
    router: { nft: table('forward', 'ct state established accept; tcp dport 59999 accept', 'drop') },
    verdict: 'reachable',
    first: null,
  },
  {
    name: 'datagrams wait unread at the target',
    target: 'udp/10.0.2.2:5300',
    at: ['server'],
    server: { machine: { sockets: [{ bound: 'udp 0.0.0.0:5300' }] } },
    first: 'silent proven server socket',
    never: ['filter-drop', 'way-drops'],
  },
  {
    name: 'a router that nobody sees translates: the target needs no route to us, and drops',
    target: '192.0.2.9:80',
    at: ['server'],
    router: { addresses: ['eth0 10.0.1.1/24', 'eth1 192.0.2.1/24'], nft: MASQUERADE },
    server: {
      machine: LISTENS,
      addresses: ['192.0.2.9/24'],
      gateway: [],
      nft: table('input', 'tcp dport 80 drop'),
    },
    first: 'filter-drop proven server input',
    never: ['no-return-route'],
  },
  {
    name: 'a router that nobody sees translates: what the rules of the target say of others is not said of us',
    target: '192.0.2.9:80',
    at: ['server'],
    router: {
      addresses: ['eth0 10.0.1.1/24', 'eth1 192.0.2.1/24'],
      nft: `${MASQUERADE}\n${table('forward', 'tcp dport 80 drop')}\n`,
    },
    server: {
      machine: LISTENS,
      addresses: ['192.0.2.9/24'],
      gateway: [],
      nft: table('input', 'ip saddr 10.0.0.0/8 drop'),
    },
    first: 'filter-drop possible 192.0.2.9',
  },
]

function streetOf({ client, router, server }: Row): Network {
  const network = createNetwork({ speed: Infinity })
  network.host('client', { addresses: ['10.0.1.2/24'], gateway: '10.0.1.1', ...client })
  network.router('router', { addresses: ['eth0 10.0.1.1/24', 'eth1 10.0.2.1/24'], ...router })
  network.host('server', { addresses: ['10.0.2.2/24'], gateway: '10.0.2.1', machine: LISTENS, ...server })
  network.link('client', 'router')
  network.link('router', 'server')
  return network
}

for (const row of rows)
  test(row.name, async () => {
    const network = streetOf(row)
    try {
      const told = await why(network.hosts.get('client')!.os, row.target ?? '10.0.2.2:80', {
        at: row.at.map(label => ({
          role: label === 'server' ? 'target' : 'between',
          label,
          os: network.hosts.get(label)!.os,
        })),
      })
      const [first] = told.causes
      const text =
        first === undefined
          ? null
          : [first.code, first.certainty, first.where.host, first.where.stage].join(' ').trim()
      assert.equal(text, row.first, JSON.stringify(told.steps, null, 1))
      assert.equal(told.verdict, row.verdict ?? 'unreachable')
      const codes: readonly string[] = told.causes.map(({ code }) => code)
      for (const code of row.never ?? []) assert.ok(!codes.includes(code), code)
    } finally {
      network.close()
    }
  })

const ASKED = [
  'addresses',
  'tunables',
  'routes',
  'routeTo',
  'ruleset',
  'filtered',
  'counters',
  'connections',
  'sockets',
  'owners',
] as const

/** A question that hangs at the target, or all of them. */
const SLOW: readonly (readonly [name: string, hangs: readonly (keyof OS)[]])[] = [
  ['all that it is asked', [...ASKED]],
  ['its rules', ['filtered']],
  ['its sockets', ['sockets']],
  ['its counters', ['counters']],
  ['its routes', ['routes']],
]
for (const [name, hangs] of SLOW)
  test(`a target that never answers for ${name}: the rest is told in time`, async () => {
    const network = streetOf({
      name,
      at: ['server'],
      router: { nft: table('forward', 'tcp dport 80 drop') },
      first: '',
    })
    const { clock } = network.hosts.get('client')!.os
    const hung = new Promise<never>(() => {})
    const server = new Proxy(network.hosts.get('server')!.os, {
      get(os, asked) {
        if (!hangs.includes(asked as keyof OS)) return Reflect.get(os, asked)
        return asked === 'sockets'
          ? () => ({ [Symbol.asyncIterator]: () => ({ next: () => hung }) })
          : () => hung
      },
    })
    try {
      const began = clock.monotonic()
      const told = await why(network.hosts.get('client')!.os, '10.0.2.2:80', {
        at: [
          { role: 'between', label: 'router', os: network.hosts.get('router')!.os },
          { label: 'server', os: server },
        ],
      })
      const took = clock.monotonic() - began
      assert.ok(took < 12_000, `${took} ms`)
      assert.equal(told.verdict, 'unreachable')
      // A way that can't be followed to its end proves nothing; what silence makes possible stays.
      assert.ok(
        told.causes.some(({ code }) => code === 'filter-drop'),
        JSON.stringify(told.causes),
      )
      assert.match(told.steps.map(({ says }) => says).join('; '), /server could not answer: nothing came in/)
    } finally {
      network.close()
    }
  })

test('a route that is missing here is proven, though the target never answers', async () => {
  const network = createNetwork({ speed: Infinity })
  network.host('client', { addresses: ['10.0.1.2/24'], gateway: [] })
  network.host('server', { addresses: ['10.0.2.2/24'], machine: LISTENS })
  const hung = new Proxy(network.hosts.get('server')!.os, {
    get: (os, asked) =>
      ASKED.includes(asked as (typeof ASKED)[number])
        ? () => new Promise<never>(() => {})
        : Reflect.get(os, asked),
  })
  try {
    const { causes } = await why(network.hosts.get('client')!.os, '10.0.2.2:80', {
      at: [{ role: 'target', label: 'server', os: hung }],
    })
    assert.deepEqual([causes[0]?.code, causes[0]?.certainty], ['no-route', 'proven'])
  } finally {
    network.close()
  }
})
