import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MachineDescription, openMemory, type SocketDescription } from '../../os/memory/memory.ts'
import { type Listener, listenersOf } from './listeners.ts'
import { readTable, type SocketTable, type TableRequest } from './table.ts'

const MACHINE: MachineDescription = {
  addresses: ['lo 127.0.0.1/8', 'lo ::1/128', 'eth0 10.0.0.7/8'],
  namespaces: [{ inode: 77, name: 'blue', addresses: ['lo 127.0.0.1/8', 'eth0 203.0.113.7/24'] }],
  processes: [
    { pid: 11 },
    { pid: 23 },
    { pid: 123 },
    { pid: 700, run: 'nginx', uid: 0 },
    { pid: 701, run: 'nginx', uid: 33, parent: 700 },
    { pid: 702, run: 'nginx', uid: 33, parent: 700 },
    { pid: 812, run: 'node server.js', uid: 1000 },
    { pid: 900, run: 'postgres', uid: 105, hidden: true },
    { pid: 901, run: 'redis', uid: 106, hidden: true },
  ],
}

async function tableOf(
  sockets: readonly SocketDescription[],
  request: TableRequest = { owners: true },
): Promise<SocketTable> {
  const table = await readTable(openMemory({ ...MACHINE, sockets }), request)
  await table.facts.prepare(table.rows, { owners: true, exposure: true })
  return table
}

/** `tcp 80: 2 sockets of 700 701, private` */
const text = ({ protocol, port, rows, pids, exposure }: Listener): string =>
  `${protocol} ${port}: ${rows.length} of ${pids.join(' ') || 'nobody named'}, ${exposure.level}`

const ROWS: readonly (readonly [
  name: string,
  sockets: readonly SocketDescription[],
  listeners: readonly string[],
])[] = [
  ['nothing', [], []],
  ['one socket', [{ listen: 'tcp 0.0.0.0:80', by: 812 }], ['tcp 80: 1 of 812, private']],
  [
    'both families of one process are one',
    [
      { listen: 'tcp 0.0.0.0:80', by: 812 },
      { listen: 'tcp [::]:80', v6only: true, by: 812 },
    ],
    ['tcp 80: 2 of 812, private'],
  ],
  [
    'so are its addresses, and the widest tells the reach',
    [
      { listen: 'tcp 127.0.0.1:80', by: 812 },
      { listen: 'tcp 10.0.0.7:80', by: 812 },
      { listen: 'tcp [::1]:80', by: 812 },
    ],
    ['tcp 80: 3 of 812, private'],
  ],
  [
    'a socket that a master and its workers hold is one',
    [{ listen: 'tcp 0.0.0.0:80', by: [702, 700, 701] }],
    ['tcp 80: 1 of 700 701 702, private'],
  ],
  [
    'so are the sockets that all of them hold, one for each worker',
    [
      { listen: 'tcp 0.0.0.0:80', by: [700, 701, 702] },
      { listen: 'tcp 0.0.0.0:80', by: [702, 701, 700] },
    ],
    ['tcp 80: 2 of 700 701 702, private'],
  ],
  [
    'several sockets of one process on the same address, one for each thread',
    Array.from({ length: 4 }, () => ({ listen: 'tcp 0.0.0.0:80', by: 812 })),
    ['tcp 80: 4 of 812, private'],
  ],
  [
    'a process that holds it by two descriptors counts once',
    [
      {
        listen: 'tcp 0.0.0.0:80',
        by: [
          { pid: 812, fd: 3 },
          { pid: 812, fd: 9 },
        ],
      },
    ],
    ['tcp 80: 1 of 812, private'],
  ],
  [
    'different owners on the same port stay apart',
    [
      { listen: 'tcp 127.0.0.1:80', by: 812 },
      { listen: 'tcp 10.0.0.7:80', by: 701 },
    ],
    ['tcp 80: 1 of 701, private', 'tcp 80: 1 of 812, host'],
  ],
  [
    'pids that only look alike',
    [
      { listen: 'tcp 127.0.0.1:80', by: [1, 123] },
      { listen: 'tcp 127.0.0.2:80', by: [11, 23] },
      { listen: 'tcp 127.0.0.3:80', by: 1 },
      { listen: 'tcp 127.0.0.4:80', by: 123 },
    ],
    [
      'tcp 80: 1 of 1 123, host',
      'tcp 80: 1 of 11 23, host',
      'tcp 80: 1 of 1, host',
      'tcp 80: 1 of 123, host',
    ],
  ],
  [
    'other ports and protocols are others',
    [
      { listen: 'tcp 127.0.0.1:80', by: 812 },
      { listen: 'tcp 127.0.0.1:81', by: 812 },
      { bound: 'udp 127.0.0.1:80', by: 812 },
      { listen: 'sctp 127.0.0.1:80', by: 812 },
    ],
    ['tcp 80: 1 of 812, host', 'tcp 81: 1 of 812, host', 'udp 80: 1 of 812, host', 'sctp 80: 1 of 812, host'],
  ],
  [
    'hidden owners: one for each user',
    [
      { listen: 'tcp 127.0.0.1:80', by: 900 },
      { listen: 'tcp [::1]:80', by: 900 },
      { listen: 'tcp 10.0.0.7:80', by: 901 },
    ],
    ['tcp 80: 1 of nobody named, private', 'tcp 80: 2 of nobody named, host'],
  ],
  [
    'hidden owners of one user: one for each control group',
    [
      { listen: 'tcp 127.0.0.1:80', by: 900, cgroup: '/a.service' },
      { listen: 'tcp 127.0.0.2:80', by: 900, cgroup: '/b.service' },
      { listen: 'tcp 127.0.0.3:80', by: 900, cgroup: '/a.service' },
    ],
    ['tcp 80: 2 of nobody named, host', 'tcp 80: 1 of nobody named, host'],
  ],
  [
    'what does not listen is none',
    [
      { established: 'tcp 10.0.0.7:80 > 10.0.0.8:1', by: 812 },
      { bound: 'tcp 10.0.0.7:80', by: 812 },
      { listen: 'unix /run/a', by: 812 },
      { connected: 'udp 10.0.0.7:80 > 10.0.0.8:1', by: 812 },
    ],
    [],
  ],
]
for (const [name, sockets, wanted] of ROWS) {
  test(name, async () => assert.deepEqual(listenersOf(await tableOf(sockets)).map(text), wanted))
}

test('namespaces stay apart, each with its own reach', async () => {
  const table = await tableOf(
    [
      { listen: 'tcp 0.0.0.0:80', by: 812 },
      { listen: 'tcp 0.0.0.0:80', by: 812, netns: 'blue' },
    ],
    { owners: true, netns: [4_026_531_840, 77] },
  )
  assert.deepEqual(
    listenersOf(table).map(({ netns, exposure }) => [netns, exposure.level]),
    [
      [4_026_531_840, 'private'],
      [77, 'public'],
    ],
  )
})

test('without owners, the user tells what belongs together', async () => {
  const table = await tableOf(
    [
      { listen: 'tcp 0.0.0.0:80', by: 812 },
      { listen: 'tcp [::]:80', by: 812 },
      { listen: 'tcp 127.0.0.1:80', by: 701 },
    ],
    {},
  )
  assert.deepEqual(listenersOf(table).map(text), [
    'tcp 80: 2 of nobody named, private',
    'tcp 80: 1 of nobody named, host',
  ])
})

test('rows in listing order, and only the table’s own', async () => {
  const table = await tableOf([
    { listen: 'tcp [::]:80', v6only: true, by: 812 },
    { listen: 'tcp 10.0.0.7:80', by: 812 },
    { listen: 'tcp 127.0.0.1:80', by: 812 },
  ])
  assert.deepEqual(listenersOf(table)[0]?.rows, [1, 2, 0])
  assert.deepEqual(listenersOf({ ...table, rows: Uint32Array.of(2) })[0]?.rows, [2])
})

test('of equally wide addresses the first in listing order tells the reach', async () => {
  const table = await tableOf([
    { listen: 'tcp [::1]:80', by: 812 },
    { listen: 'tcp 127.0.0.1:80', by: 812 },
  ])
  assert.equal(listenersOf(table)[0]?.exposure.address, '127.0.0.1')
})
