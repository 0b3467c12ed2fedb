/** A machine between a network and the world: it forwards a port, masquerades, and lets little in. */
import { readFileSync } from 'node:fs'
import { parseAddress } from '../../src/model/address.ts'
import { parsePrefix } from '../../src/model/prefix.ts'
import type { Route } from '../../src/model/route.ts'
import type { MachineDescription } from '../../src/os/memory/memory.ts'
import { minutesAgo } from './harbour.ts'

/** As nft 1.0.6 listed it. */
const RULES = readFileSync(new URL('gatehouse.nft.json', import.meta.url), 'utf8')

const route = (destination: string, device: string, more: Partial<Route> = {}): Route => ({
  family: 'ipv4',
  table: 254,
  type: 1,
  destination: parsePrefix(destination),
  tos: 0,
  metric: 0,
  nexthops: [{ interface: device, index: device === 'lan' ? 2 : 3, weight: 1 }],
  ...more,
})
const link = (name: string, index: number, type = 1) => ({ name, index, type, up: true, group: 0 })

export const gatehouse: MachineDescription = {
  hostname: 'gatehouse',
  addresses: ['lo 127.0.0.1/8', 'lan 192.168.1.1/24', 'wan 198.51.100.2/24'],
  tunables: {
    'net.ipv4.ip_forward': '1',
    'net.ipv4.conf.all.rp_filter': '1',
    'net.ipv4.conf.lan.rp_filter': '0',
    'net.ipv4.conf.wan.rp_filter': '0',
    'kernel.osrelease': '6.18.0',
  },
  processes: [{ pid: 812, run: '/usr/sbin/sshd -D', name: 'sshd', startedAt: minutesAgo(90) }],
  sockets: [{ listen: 'tcp 0.0.0.0:22', by: 812 }],
  filter: { views: { 'nft-json': RULES } },
  tracked: [
    {
      original: 'udp 192.168.1.20:5000 > 203.0.113.9:53',
      reply: 'udp 203.0.113.9:53 > 198.51.100.2:5000',
    },
  ],
  routing: {
    interfaces: [link('lo', 1, 772), link('lan', 2), link('wan', 3)],
    rules: [
      { family: 'ipv4', priority: 0, action: 'table', table: 255, inverted: false, tos: 0 },
      { family: 'ipv4', priority: 32_766, action: 'table', table: 254, inverted: false, tos: 0 },
    ],
    neighbours: [
      {
        address: parseAddress('198.51.100.1'),
        interface: 'wan',
        state: 'reachable',
        hardware: '02:00:00:00:00:01',
      },
      { address: parseAddress('192.168.1.20'), interface: 'lan', state: 'failed' },
    ],
    routes: [
      route('192.168.1.1/32', 'lan', { table: 255, type: 2 }),
      route('198.51.100.2/32', 'wan', { table: 255, type: 2 }),
      route('127.0.0.0/8', 'lo', {
        table: 255,
        type: 2,
        nexthops: [{ interface: 'lo', index: 1, weight: 1 }],
      }),
      route('192.168.1.0/24', 'lan'),
      route('198.51.100.0/24', 'wan'),
      route('0.0.0.0/0', 'wan', {
        nexthops: [{ interface: 'wan', index: 3, gateway: parseAddress('198.51.100.1'), weight: 1 }],
      }),
    ],
  },
}
