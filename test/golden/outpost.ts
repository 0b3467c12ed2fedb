/** A client with a gateway, and targets that fail each in a way of its own. Nothing is sent: it is told how each attempt ends. */
import { type Address, parseAddress } from '../../src/model/address.ts'
import { parsePrefix } from '../../src/model/prefix.ts'
import type { RoutingTables } from '../../src/model/route.ts'
import type { SeenFrame } from '../../src/os/attempt.ts'
import type { AttemptDescription, MachineDescription } from '../../src/os/memory/memory.ts'
import type { RouteAnswer } from '../../src/os/os.ts'

const US = parseAddress('192.0.2.7')
const GATEWAY = parseAddress('192.0.2.1')

/** What fails there, by its last number. */
const [HEALTHY, CLOSED, SILENT, FORBIDDEN, DOWN, FORWARDED] = [10, 11, 12, 13, 14, 15].map(number =>
  parseAddress(`198.51.100.${number}`),
) as [Address, Address, Address, Address, Address, Address]
const BARRED = parseAddress('203.0.113.9')
const NEXT_DOOR = parseAddress('192.0.2.99')

const frame = (way: 'out' | 'in', peer: Address, flags: string, hops: number): SeenFrame => ({
  way,
  device: 'eth0',
  atMs: way === 'out' ? 0 : 0.4,
  source: way === 'out' ? US : peer,
  destination: way === 'out' ? peer : US,
  protocol: 'tcp',
  hops,
  flags,
  payload: 0,
})

const frames = (peer: Address, back?: string, hops = 63): { readonly frames: readonly SeenFrame[] } => ({
  frames: [frame('out', peer, 'S', 64), ...(back === undefined ? [] : [frame('in', peer, back, hops)])],
})

const open = (peer: Address): AttemptDescription => ({
  ends: 'yes',
  seen: { ...frames(peer, 'SA'), icmp: [] },
  ms: 0.7,
  receives: ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
})
const refused = (peer: Address, hops: number): AttemptDescription => ({
  ends: 'ECONNREFUSED',
  ms: 0.6,
  seen: { ...frames(peer, 'RA', hops), icmp: [] },
})
const error = (peer: Address, code: number, ms: number): AttemptDescription => ({
  ends: 'EHOSTUNREACH',
  ms,
  seen: {
    ...frames(peer),
    icmp: [{ type: 3, code, from: GATEWAY, errno: 'EHOSTUNREACH', atMs: ms }],
  },
})
const expired: AttemptDescription = {
  ends: 'EHOSTUNREACH',
  ms: 0.5,
  seen: { ...frames(SILENT), icmp: [{ type: 11, code: 0, from: GATEWAY, errno: 'EHOSTUNREACH', atMs: 0.5 }] },
}

const beyond: RouteAnswer = { kind: 'unicast', device: 'eth0', gateway: GATEWAY, source: US, table: 254 }
const onLink: RouteAnswer = { kind: 'unicast', device: 'eth0', source: US, table: 254 }

const route = (destination: string, type: number, gateway?: Address): RoutingTables['routes'][number] => ({
  family: 'ipv4',
  table: 254,
  type,
  destination: parsePrefix(destination),
  tos: 0,
  metric: 0,
  nexthops:
    type === 1
      ? [{ interface: 'eth0', index: 2, weight: 1, ...(gateway === undefined ? {} : { gateway }) }]
      : [],
})

const routing: RoutingTables = {
  routes: [route('192.0.2.0/24', 1), route('0.0.0.0/0', 1, GATEWAY), route('203.0.113.0/24', 8)],
  rules: [
    { family: 'ipv4', priority: 0, action: 'table', table: 255, inverted: false, tos: 0 },
    { family: 'ipv4', priority: 32_766, action: 'table', table: 254, inverted: false, tos: 0 },
  ],
  interfaces: [
    { name: 'lo', index: 1, type: 772, up: true, group: 0 },
    { name: 'eth0', index: 2, type: 1, up: true, group: 0, carrier: true },
  ],
  neighbours: [
    { interface: 'eth0', address: GATEWAY, state: 'reachable', hardware: '02:00:00:00:00:01' },
    { interface: 'eth0', address: NEXT_DOOR, state: 'failed' },
  ],
}

export const outpost: MachineDescription = {
  hostname: 'outpost',
  addresses: ['lo 127.0.0.1/8', 'lo ::1/128', 'eth0 192.0.2.7/24'],
  names: { 'db.internal': [CLOSED], 'shop.internal': [HEALTHY] },
  routing,
  ways: {
    ...Object.fromEntries([HEALTHY, CLOSED, SILENT, FORBIDDEN, DOWN, FORWARDED].map(one => [one, beyond])),
    [NEXT_DOOR]: onLink,
    [BARRED]: { kind: 'refused', code: 'EACCES' },
    '192.0.2.255': { kind: 'broadcast', device: 'eth0', source: US },
  },
  attempts: {
    [`tcp ${HEALTHY}:80`]: open(HEALTHY),
    [`tcp ${CLOSED}:5432`]: refused(CLOSED, 63),
    [`tcp ${SILENT}:443`]: { ends: 'timed-out', seen: { ...frames(SILENT), icmp: [] } },
    [`tcp ${SILENT}:443 hops 1`]: expired,
    [`tcp ${FORBIDDEN}:22`]: error(FORBIDDEN, 13, 0.8),
    [`tcp ${DOWN}:22`]: error(DOWN, 1, 3_060),
    [`tcp ${FORWARDED}:8080`]: refused(FORWARDED, 62),
    [`tcp ${BARRED}:80`]: { ends: 'EACCES', atOnce: true, ms: 0, seen: { frames: [], icmp: [] } },
    [`tcp ${NEXT_DOOR}:80`]: { ends: 'timed-out', seen: { frames: [], icmp: [] } },
  },
  pings: Object.fromEntries(
    [HEALTHY, CLOSED, SILENT, FORWARDED].map(one => [one, { kind: 'yes', ms: 0.5, hops: 63 }]),
  ),
  counters: { protocols: {} },
}
