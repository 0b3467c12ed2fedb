import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UNTOLD } from '../../model/socket-columns.ts'
import { type MachineDescription, openMemory, type SocketDescription } from '../../os/memory/memory.ts'
import { ITEM_NEEDS, itemAt, type ServiceNames, type SocketItem } from './item.ts'
import { readTable, type TableRequest } from './table.ts'

const OWN = 4_026_531_840
const DOCKER = '4c01db0b339c8d1e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6'
const BASE: MachineDescription = {
  addresses: ['lo 127.0.0.1/8', 'lo ::1/128', 'eth0 203.0.113.7/24', 'eth0 fe80::7/64'],
  namespaces: [{ inode: 77, name: 'blue' }],
  processes: [
    { pid: 1, run: '/sbin/init', name: 'init' },
    { pid: 700, run: 'bash', name: 'bash' },
    {
      pid: 812,
      run: 'node server.js --token hunter2',
      name: 'server.js',
      parent: 700,
      uid: 1000,
      cwd: '/srv/shop',
      unit: 'shop.service',
      startedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    },
    { pid: 841, run: 'redis', name: 'redis', parent: 1, container: { runtime: 'docker', id: DOCKER } },
    { pid: 900, run: 'postgres', uid: 105, hidden: true },
    { pid: 950, vanishes: true },
  ],
  users: { 1000: 'alice' },
}
const named: ServiceNames = (port, protocol) =>
  port === 9 ? null : { name: `${protocol}-${port}`, source: 'here' }

async function itemOf(
  socket: SocketDescription,
  request: TableRequest = { owners: true, details: ['tcp', 'queues'] },
  services: ServiceNames = named,
): Promise<SocketItem> {
  const os = openMemory({ ...BASE, sockets: [socket] })
  const table = await readTable(os, request)
  await table.facts.prepare(table.rows, ITEM_NEEDS)
  return itemAt(table, 0, services)
}

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

/** Whole items: nothing more is in them, and nothing less. */
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

test('a unix socket’s peer has a path', async () => {
  const os = openMemory({
    sockets: [
      { established: 'unix /run/a', inode: 5, peerInode: 6 },
      { established: 'unix', inode: 6, peerInode: 5 },
    ],
  })
  const table = await readTable(os, {})
  await table.facts.prepare(table.rows, ITEM_NEEDS)
  assert.deepEqual(
    [0, 1].map(row => itemAt(table, row, named).peer),
    [{ path: '' }, { path: '/run/a' }],
  )
})

const FIELDS: readonly (readonly [
  name: string,
  socket: SocketDescription,
  wanted: Partial<Record<keyof SocketItem, unknown>>,
  request?: TableRequest,
])[] = [
  [
    'a link-local address has its zone',
    { listen: 'tcp [fe80::7%eth0]:1' },
    { local: { address: 'fe80::7%eth0', port: 1 }, interface: 'eth0', exposure: 'link' },
  ],
  [
    'no owners where nobody asked',
    { listen: 'tcp 0.0.0.0:1', by: 812 },
    { owners: null, ownersUnknown: 'not-asked' },
    {},
  ],
  [
    'no details where nobody asked',
    { established: 'tcp 127.0.0.1:1 > 127.0.0.1:2', tcp: { rttMs: 1 } },
    { tcp: undefined },
    {},
  ],
  [
    'hidden owners: what they run in is told by the socket’s group',
    { listen: 'tcp 0.0.0.0:1', by: 900, cgroup: '/system.slice/postgresql.service' },
    { owners: null, ownersUnknown: 'denied', unit: 'postgresql.service', container: undefined },
  ],
  [
    'hidden owners in a container',
    { listen: 'tcp 0.0.0.0:1', by: 900, cgroup: `/system.slice/docker-${DOCKER}.scope` },
    { owners: null, ownersUnknown: 'denied', container: { runtime: 'docker', id: DOCKER } },
  ],
  [
    'known owners: the group of the socket says nothing beside them',
    { listen: 'tcp 0.0.0.0:1', by: 812, cgroup: '/system.slice/other.service' },
    { ownersUnknown: undefined, unit: undefined, container: undefined },
  ],
  ['no user without a name', { listen: 'tcp 0.0.0.0:1', uid: 4711 }, { uid: 4711, user: undefined }],
  ['no service without a name', { listen: 'tcp 0.0.0.0:9' }, { service: undefined }],
  ['no exposure of what nobody can reach', { bound: 'tcp 0.0.0.0:1' }, { exposure: undefined }],
  ['IPv6 only', { listen: 'tcp [::]:1', v6only: true }, { v6only: true }],
  ['v6only is of wildcards', { listen: 'tcp [::1]:1', v6only: true }, { v6only: undefined }],
  [
    'a queue is of no listener',
    { listen: 'tcp 0.0.0.0:1' },
    { queue: undefined, acceptQueue: { length: 0, limit: 511 } },
  ],
]
for (const [name, socket, wanted, request] of FIELDS) {
  test(name, async () => {
    const item: Partial<Record<string, unknown>> = { ...(await itemOf(socket, request)) }
    for (const [field, value] of Object.entries(wanted)) {
      assert.deepEqual(item[field], value, field)
      assert.equal(field in item, value !== undefined, field)
    }
  })
}

test('an interface whose name nobody knows goes by its number', async () => {
  const host = openMemory({ sockets: [{ listen: 'tcp 0.0.0.0:1' }] })
  const table = await readTable(host, {})
  table.columns.interface[0] = 42
  await table.facts.prepare(table.rows, ITEM_NEEDS)
  assert.equal(itemAt(table, 0, named).interface, '#42')
})

test('a user who isn’t told is absent, and not root', async () => {
  const table = await readTable(
    openMemory({ sockets: [{ 'time-wait': 'tcp 127.0.0.1:1 > 127.0.0.1:2' }] }),
    {},
  )
  table.columns.uid[0] = UNTOLD
  await table.facts.prepare(table.rows, ITEM_NEEDS)
  const item = itemAt(table, 0, named)
  assert.ok(!('uid' in item) && !('user' in item))
})

test('every holder by pid and descriptor; of one that has exited no more than these', async () => {
  const { owners } = await itemOf({
    listen: 'tcp 0.0.0.0:1',
    by: [950, { pid: 812, fd: 9 }, { pid: 812, fd: 4 }],
  })
  assert.deepEqual(
    owners?.map(({ pid, fd, name }) => [pid, fd, name]),
    [
      [812, 4, 'server.js'],
      [812, 9, 'server.js'],
      [950, 3, null],
    ],
  )
  assert.deepEqual(owners?.[2], {
    pid: 950,
    fd: 3,
    name: null,
    command: null,
    cwd: null,
    startedAt: null,
    parents: [],
  })
})

test('a folder that may not be read is null', async () => {
  const host = openMemory({ processes: [{ pid: 812 }], sockets: [{ listen: 'tcp 0.0.0.0:1', by: 812 }] })
  host.machine.processes.set(812, {
    ...host.machine.processes.get(812)!,
    process: { ...host.machine.processes.get(812)!.process, cwd: { known: false, reason: 'denied' } },
  })
  const table = await readTable(host, { owners: true })
  await table.facts.prepare(table.rows, ITEM_NEEDS)
  assert.equal(itemAt(table, 0, named).owners?.[0]?.cwd, null)
})
