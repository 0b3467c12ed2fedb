/**
 * A router that translates: what leaves masqueraded into ten ports, two services sent on, one of which nobody answers for.
 * The JSON is what nft 1.0.6 listed of these rules.
 */

import { parseAddress } from '../../src/model/address.ts'
import { known, unknown } from '../../src/model/known.ts'
import { parsePrefix } from '../../src/model/prefix.ts'
import type { RoutingTables } from '../../src/model/route.ts'
import type { MachineDescription } from '../../src/os/memory/memory.ts'

const LISTED = {
  nftables: [
    { metainfo: { version: '1.0.6', release_name: 'Lester Gooch #5', json_schema_version: 1 } },
    { table: { family: 'ip', name: 'nat', handle: 1 } },
    {
      chain: {
        family: 'ip',
        table: 'nat',
        name: 'prerouting',
        handle: 1,
        type: 'nat',
        hook: 'prerouting',
        prio: -100,
        policy: 'accept',
      },
    },
    {
      chain: {
        family: 'ip',
        table: 'nat',
        name: 'postrouting',
        handle: 2,
        type: 'nat',
        hook: 'postrouting',
        prio: 100,
        policy: 'accept',
      },
    },
    {
      chain: {
        family: 'ip',
        table: 'nat',
        name: 'output',
        handle: 3,
        type: 'nat',
        hook: 'output',
        prio: -100,
        policy: 'accept',
      },
    },
    {
      rule: {
        family: 'ip',
        table: 'nat',
        chain: 'prerouting',
        handle: 4,
        expr: [
          { match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'wan0' } },
          { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 443 } },
          { counter: { packets: 12, bytes: 720 } },
          { dnat: { addr: '192.168.1.5', port: 8443 } },
        ],
      },
    },
    {
      rule: {
        family: 'ip',
        table: 'nat',
        chain: 'prerouting',
        handle: 5,
        expr: [
          { match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'wan0' } },
          { match: { op: '==', left: { payload: { protocol: 'udp', field: 'dport' } }, right: 5060 } },
          { dnat: { addr: '192.168.1.6' } },
        ],
      },
    },
    {
      rule: {
        family: 'ip',
        table: 'nat',
        chain: 'postrouting',
        handle: 7,
        expr: [
          {
            match: {
              op: '==',
              left: { payload: { protocol: 'ip', field: 'saddr' } },
              right: { prefix: { addr: '192.168.1.0', len: 24 } },
            },
          },
          { match: { op: '==', left: { meta: { key: 'oifname' } }, right: 'wan0' } },
          { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: { set: ['tcp', 'udp'] } } },
          { counter: { packets: 341, bytes: 20460 } },
          { masquerade: { port: { range: [40000, 40009] } } },
        ],
      },
    },
    {
      rule: {
        family: 'ip',
        table: 'nat',
        chain: 'output',
        handle: 8,
        expr: [
          { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 80 } },
          {
            match: {
              op: '==',
              left: { payload: { protocol: 'ip', field: 'daddr' } },
              right: { prefix: { addr: '127.0.0.0', len: 8 } },
            },
          },
          { redirect: { port: 8080 } },
        ],
      },
    },
  ],
}

const WAN = parseAddress('198.51.100.1')
const LAN = parseAddress('192.168.1.1')
const route = (
  destination: string,
  device: readonly [name: string, index: number],
  more: { type?: number; table?: number; gateway?: string } = {},
): RoutingTables['routes'][number] => ({
  family: 'ipv4',
  table: more.table ?? 254,
  type: more.type ?? 1,
  destination: parsePrefix(destination),
  tos: 0,
  metric: 0,
  nexthops: [
    {
      interface: device[0],
      index: device[1],
      weight: 1,
      ...(more.gateway === undefined ? {} : { gateway: parseAddress(more.gateway) }),
    },
  ],
})
const [LO, WAN0, LAN0] = [
  ['lo', 1],
  ['wan0', 2],
  ['lan0', 3],
] as const

const ROUTING: RoutingTables = {
  routes: [
    route('127.0.0.0/8', LO, { type: 2, table: 255 }),
    route(`${WAN}/32`, WAN0, { type: 2, table: 255 }),
    route(`${LAN}/32`, LAN0, { type: 2, table: 255 }),
    route('0.0.0.0/0', WAN0, { gateway: '198.51.100.254' }),
    route('198.51.100.0/24', WAN0),
    route('192.168.1.0/24', LAN0),
  ],
  rules: (
    [
      [0, 255],
      [32_766, 254],
      [32_767, 253],
    ] as const
  ).map(([priority, table]) => ({
    family: 'ipv4',
    priority,
    action: 'table',
    table,
    inverted: false,
    tos: 0,
  })),
  interfaces: [LO, WAN0, LAN0].map(([name, index]) => ({
    name,
    index,
    type: name === 'lo' ? 772 : 1,
    up: true,
    group: 0,
  })),
}

const web = (port: number) => ({
  original: `tcp 192.168.1.20:${port} > 203.0.113.7:443`,
  reply: `tcp 203.0.113.7:443 > 198.51.100.1:${40_000 + (port % 10)}`,
  timeoutSeconds: 431_999,
})

export const gateway: MachineDescription = {
  hostname: 'gateway',
  addresses: ['lo 127.0.0.1/8', `wan0 ${WAN}/24`, `lan0 ${LAN}/24`],
  routing: ROUTING,
  tunables: { 'net.ipv4.ip_forward': '1', 'net.ipv6.conf.all.forwarding': '0' },
  filter: { views: { 'nft-json': JSON.stringify(LISTED) } },
  counters: {
    conntrack: {
      entries: 17,
      limit: 65_536,
      drop: known(4),
      insertFailed: known(4),
      earlyDrop: unknown('unsupported'),
    },
  },
  tracked: [
    ...Array.from({ length: 9 }, (_, i) => web(51_000 + i)),
    { ...web(51_009), original: 'tcp 192.168.1.21:51009 > 203.0.113.7:443' },
    {
      original: 'udp 192.168.1.20:5353 > 203.0.113.53:53',
      reply: 'udp 203.0.113.53:53 > 198.51.100.1:40003',
      timeoutSeconds: 29,
    },
    {
      original: 'tcp 203.0.113.99:33000 > 198.51.100.1:443',
      reply: 'tcp 192.168.1.5:8443 > 203.0.113.99:33000',
      timeoutSeconds: 431_000,
    },
    ...[4000, 4001].map(port => ({
      original: `udp 203.0.113.98:${port} > 198.51.100.1:5060`,
      reply: `udp 192.168.1.6:5060 > 203.0.113.98:${port}`,
      answered: false,
      timeoutSeconds: 12,
    })),
    // Of a rule that is there no more.
    {
      original: 'tcp 203.0.113.99:34000 > 198.51.100.1:8080',
      reply: 'tcp 192.168.1.9:80 > 203.0.113.99:34000',
      timeoutSeconds: 100,
    },
    { original: 'tcp 192.168.1.20:40100 > 192.168.1.1:22', timeoutSeconds: 431_000 },
  ],
}

/** The same to somebody without rights. */
export const guarded: MachineDescription = {
  ...gateway,
  tracked: unknown('denied'),
  filter: { views: { 'nft-json': unknown('denied'), 'nft-text': unknown('denied') } },
}
