/** When a field of an item is there, and when it is absent or null. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UNTOLD } from '../../model/socket-columns.ts'
import { openMemory, type SocketDescription } from '../../os/memory/memory.ts'
import { DOCKER, itemOf, named } from './item.cases.ts'
import { ITEM_NEEDS, itemAt, type SocketItem } from './item.ts'
import { readTable, type TableRequest } from './table.ts'

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
  ['drops are counted at datagram sockets', { bound: 'udp 0.0.0.0:1', drops: 3 }, { drops: 3 }],
  ['a connection has none', { established: 'tcp 127.0.0.1:1 > 127.0.0.1:2', drops: 3 }, { drops: undefined }],
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

test('a group that others are known by says nothing of a socket whose owners are known', async () => {
  const os = openMemory({
    processes: [{ pid: 812 }, { pid: 900, hidden: true }],
    sockets: [812, 900].map((by, i) => ({
      listen: `tcp 0.0.0.0:${i + 1}`,
      by,
      cgroup: '/system.slice/shop.service',
    })),
  })
  const table = await readTable(os, { owners: true })
  await table.facts.prepare(table.rows, ITEM_NEEDS)
  assert.deepEqual(
    [0, 1].map(row => itemAt(table, row, named).unit),
    [undefined, 'shop.service'],
  )
})

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
