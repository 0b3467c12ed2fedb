/** Whole items: nothing more is in them, and nothing less. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SocketDescription } from '../../os/memory/memory.ts'
import { DOCKER, itemOf, OWN } from './item.cases.ts'
import type { SocketItem } from './item.ts'
import type { TableRequest } from './table.ts'

const SERVER = {
  pid: 812,
  fd: 3,
  name: 'server.js',
  command: 'node server.js --token ***',
  cwd: '/srv/shop',
  startedAt: '2026-01-02T03:04:05.678Z',
  unit: 'shop.service',
  parents: [
    { pid: 700, name: 'bash' },
    { pid: 1, name: 'init' },
  ],
}
const SELF = { inode: OWN, name: null, self: true }

const ITEMS: readonly (readonly [
  name: string,
  socket: SocketDescription,
  item: SocketItem,
  request?: TableRequest,
])[] = [
  [
    'a listener of which all is known',
    {
      listen: 'tcp [::]:3000',
      v6only: false,
      interface: 'eth0',
      by: 812,
      inode: 500,
      cookie: 18_446_744_073_709_551_615n,
      acceptQueue: { length: 2, limit: 511, drops: 4 },
    },
    {
      protocol: 'tcp',
      family: 'ipv6',
      state: 'listen',
      local: { address: '::', port: 3000 },
      interface: 'eth0',
      netns: SELF,
      inode: 500,
      cookie: '18446744073709551615',
      uid: 1000,
      user: 'alice',
      owners: [SERVER],
      service: { name: 'tcp-3000', source: 'here' },
      exposure: 'public',
      v6only: false,
      acceptQueue: { length: 2, limit: 511, drops: 4 },
    },
  ],
  [
    'a connection of which all is known',
    {
      established: 'tcp 203.0.113.7:40000 > 198.51.100.1:443',
      by: 812,
      inode: 501,
      cookie: 7n,
      queue: { receive: 1, send: 2 },
      timer: { kind: 'retransmit', ms: 200, retransmits: 3 },
      tcp: { rttMs: 0.5, bytesAcked: 10 },
    },
    {
      protocol: 'tcp',
      family: 'ipv4',
      state: 'established',
      local: { address: '203.0.113.7', port: 40_000 },
      peer: { address: '198.51.100.1', port: 443 },
      netns: SELF,
      inode: 501,
      cookie: '7',
      uid: 1000,
      user: 'alice',
      owners: [SERVER],
      service: { name: 'tcp-443', source: 'here' },
      queue: { receive: 1, send: 2 },
      timer: { kind: 'retransmit', ms: 200, retransmits: 3 },
      tcp: { rttMs: 0.5, bytesAcked: 10 },
    },
  ],
  [
    'a socket of which hardly anything is known',
    { bound: 'udp 127.0.0.1:9', inode: 502, cookie: 0n, uid: 4711, netns: 77, drops: 6 },
    {
      protocol: 'udp',
      family: 'ipv4',
      state: 'bound',
      local: { address: '127.0.0.1', port: 9 },
      netns: { inode: 77, name: 'blue', self: false },
      inode: 502,
      uid: 4711,
      owners: null,
      ownersUnknown: 'denied',
      exposure: 'host',
      queue: { receive: 0, send: 0 },
      drops: 6,
    },
    { owners: true, netns: [77], details: ['queues'] },
  ],
  [
    'a connection that is closed',
    { 'time-wait': 'tcp 127.0.0.1:9 > 127.0.0.1:9', cookie: 7n },
    {
      protocol: 'tcp',
      family: 'ipv4',
      state: 'time-wait',
      local: { address: '127.0.0.1', port: 9 },
      peer: { address: '127.0.0.1', port: 9 },
      netns: SELF,
      inode: 0,
      cookie: '7',
      uid: 0,
      user: 'root',
      owners: null,
      ownersUnknown: 'time-wait',
      queue: { receive: 0, send: 0 },
      timer: { kind: 'time-wait', ms: 60_000, retransmits: 0 },
    },
  ],
  [
    'a unix socket',
    { listen: 'unix @shop', by: 841, kind: 'seqpacket', inode: 503, cookie: 8n },
    {
      protocol: 'unix',
      family: 'unix',
      state: 'listen',
      local: { path: '@shop' },
      kind: 'seqpacket',
      netns: SELF,
      inode: 503,
      cookie: '8',
      uid: 0,
      user: 'root',
      owners: [
        {
          pid: 841,
          fd: 3,
          name: 'redis',
          command: 'redis',
          cwd: '/',
          startedAt: '2026-01-02T02:04:05.000Z',
          container: { runtime: 'docker', id: DOCKER },
          parents: [{ pid: 1, name: 'init' }],
        },
      ],
      acceptQueue: { length: 0, limit: 0 },
    },
  ],
]
for (const [name, socket, item, request] of ITEMS) {
  test(`whole: ${name}`, async () => {
    const found = await itemOf(socket, request)
    assert.deepEqual(found, item)
    assert.deepEqual(JSON.parse(JSON.stringify(found)), JSON.parse(JSON.stringify(item)), 'survives JSON')
    assert.ok(!Object.values(found).includes(undefined), 'what doesn’t apply is absent')
  })
}
