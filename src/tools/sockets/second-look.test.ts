import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NoOwnerReason } from '../../model/owner.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { type MachineDescription, type MemoryOS, openMemory } from '../../os/memory/memory.ts'
import { type Happenings, overhear } from './overheard.cases.ts'
import { lookAgain } from './second-look.ts'
import { readTable, type TableRequest } from './table.ts'

const NODE = { pid: 812, run: 'node server.js' }
const HIDDEN = { pid: 900, hidden: true }

/** Pids of each port's holders, or why there is none. */
async function holders(
  host: MemoryOS,
  happenings: Happenings,
  request: TableRequest = {},
): Promise<Record<number, readonly number[] | NoOwnerReason>> {
  const { os } = overhear(host, happenings)
  const { columns, facts, owners, rows } = await readTable(os, { owners: true, ...request })
  return Object.fromEntries(
    Array.from(rows, row => [
      columns.localPort[row]!,
      facts.noOwner(row) ?? owners!.of(columns.inode[row]!).map(({ pid }) => pid),
    ]),
  )
}

const closing = ({ machine }: MemoryOS, port: number): void =>
  machine.close([...machine.sockets].find(({ socket: { local } }) => 'port' in local && local.port === port)!)

/** What happens at which question; the first is question 0. */
const ROWS: readonly (readonly [
  name: string,
  described: MachineDescription,
  happens: (host: MemoryOS) => Happenings,
  holders: Record<number, readonly number[] | NoOwnerReason>,
  request?: TableRequest,
])[] = [
  [
    'a socket that is opened between the walk and the table',
    { processes: [NODE], sockets: [{ listen: 'tcp 0.0.0.0:80', by: 812 }] },
    ({ machine }) => ({
      sockets: before => void (before === 0 && machine.open({ listen: 'tcp 0.0.0.0:81', by: 812 })),
    }),
    { 80: [812], 81: [812] },
  ],
  [
    'a descriptor of one thread',
    { processes: [NODE], sockets: [{ listen: 'tcp 0.0.0.0:80', by: [{ pid: 812, thread: true }] }] },
    () => ({}),
    { 80: [812] },
  ],
  [
    'every holder, where the second look finds several',
    {
      processes: [NODE, { pid: 813 }],
      sockets: [{ listen: 'tcp 0.0.0.0:80', by: [813, 812].map(pid => ({ pid, thread: true })) }],
    },
    () => ({}),
    { 80: [812, 813] },
  ],
  [
    'a socket that is closed after the table was read',
    { processes: [NODE], sockets: [{ listen: 'tcp 0.0.0.0:80' }, { listen: 'tcp 0.0.0.0:81', by: 812 }] },
    host => ({ owners: before => void (before === 1 && closing(host, 80)) }),
    { 80: 'vanished', 81: [812] },
  ],
  [
    'one that is closed while its like stays',
    { processes: [NODE], sockets: [{ listen: 'tcp 0.0.0.0:80' }, { bound: 'udp 0.0.0.0:81' }] },
    host => ({ owners: before => void (before === 1 && closing(host, 81)) }),
    { 80: 'kernel', 81: 'vanished' },
  ],
  [
    'one that has lost its descriptor: it is closed, and the kernel goes on with it',
    { sockets: [{ established: 'tcp 127.0.0.1:80 > 127.0.0.1:9' }] },
    ({ machine }) => ({
      owners: before =>
        void (
          before === 1 &&
          machine.change([...machine.sockets][0]!, {
            'fin-wait-1': 'tcp 127.0.0.1:80 > 127.0.0.1:9',
            inode: 0,
          })
        ),
    }),
    { 80: 'vanished' },
  ],
  [
    'a socket of the kernel is there at every look',
    { sockets: [{ listen: 'tcp 0.0.0.0:2049' }] },
    () => ({}),
    { 2049: 'kernel' },
  ],
  [
    'gone, where one process may not be read',
    { processes: [HIDDEN], sockets: [{ listen: 'tcp 0.0.0.0:80' }, { listen: 'tcp 0.0.0.0:81', by: 900 }] },
    host => ({ owners: before => void (before === 1 && closing(host, 80)) }),
    { 80: 'vanished', 81: 'denied' },
  ],
  [
    'of listeners alone, streams and datagrams',
    { sockets: [{ listen: 'tcp 0.0.0.0:80' }, { bound: 'udp 0.0.0.0:53' }, { bound: 'udp 0.0.0.0:54' }] },
    host => ({ owners: before => void (before === 1 && closing(host, 54)) }),
    { 80: 'kernel', 53: 'kernel', 54: 'vanished' },
    { listening: true },
  ],
  [
    'in another namespace',
    {
      namespaces: [{ inode: 77 }],
      sockets: [
        { listen: 'tcp 0.0.0.0:80', netns: 77 },
        { listen: 'tcp 0.0.0.0:81', netns: 77 },
      ],
    },
    host => ({ owners: before => void (before === 1 && closing(host, 81)) }),
    { 80: 'kernel', 81: 'vanished' },
    { netns: [77] },
  ],
]
for (const [name, described, happens, wanted, request] of ROWS) {
  test(name, async () => {
    const host = openMemory(described)
    assert.deepEqual(await holders(host, happens(host), request), wanted)
  })
}

const refused = (count: number) => Array.from({ length: count }, (_, i) => ({ pid: 900 + i, hidden: true }))
const listeners = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ listen: `tcp 127.0.${i >> 8}.${i & 255}:80` }))

const LOOKS: readonly (readonly [
  name: string,
  described: MachineDescription,
  request: TableRequest,
  looks: number,
])[] = [
  ['all are known', { processes: [NODE], sockets: [{ listen: 'tcp 0.0.0.0:80', by: 812 }] }, {}, 1],
  ['there is nothing', {}, {}, 1],
  ['nobody can hold it', { sockets: [{ 'time-wait': 'tcp 127.0.0.1:1 > 127.0.0.1:2' }] }, {}, 1],
  ['owners are not asked for', { sockets: listeners(1) }, { owners: false }, 0],
  ['one is unknown', { sockets: listeners(1) }, {}, 2],
  ['the system tells none', { coverage: { unsupported: true }, sockets: listeners(1) }, {}, 1],
  ['processes are hidden', { coverage: { hidden: true }, sockets: listeners(1) }, {}, 1],
  ['eight processes may not be read', { processes: refused(8), sockets: listeners(1) }, {}, 2],
  ['nine processes may not be read', { processes: refused(9), sockets: listeners(1) }, {}, 1],
  ['ten thousand are unknown', { sockets: listeners(10_000) }, {}, 2],
  ['ten thousand and one are unknown', { sockets: listeners(10_001) }, {}, 1],
]
for (const [name, described, request, looks] of LOOKS) {
  test(`${['not looked for', 'looked for once', 'looked for twice'][looks]}: ${name}`, async () => {
    const { os, about } = overhear(openMemory(described))
    await readTable(os, { owners: true, ...request })
    assert.equal(about('owners').length, looks)
  })
}

test('the second look is for those that are missing, threads included', async () => {
  const { os, about } = overhear(
    openMemory({
      processes: [NODE],
      sockets: [
        { listen: 'tcp 0.0.0.0:80', by: 812, inode: 500 },
        { listen: 'tcp 0.0.0.0:81', inode: 501 },
        { 'time-wait': 'tcp 127.0.0.1:1 > 127.0.0.1:2' },
        { bound: 'udp 0.0.0.0:53', inode: 502 },
      ],
    }),
  )
  await readTable(os, { owners: true })
  assert.deepEqual(about('owners')[1], { inodes: new Set([501, 502]), threads: true })
})

test('whether they still exist is asked only where nobody was found, and of their protocols only', async () => {
  const { os, about } = overhear(
    openMemory({
      processes: [NODE],
      sockets: [{ bound: 'udp 0.0.0.0:53' }, { listen: 'tcp 0.0.0.0:80', by: 812 }],
    }),
  )
  await readTable(os, { owners: true, details: ['tcp', 'queues'] })
  assert.deepEqual(about('sockets').slice(1), [{ protocols: ['udp'], details: [] }])

  const found = overhear(
    openMemory({
      processes: [NODE],
      sockets: [{ listen: 'tcp 0.0.0.0:80', by: [{ pid: 812, thread: true }] }],
    }),
  )
  await readTable(found.os, { owners: true })
  assert.equal(found.about('sockets').length, 1)
})

test('what was found at first is not looked for, and not lost', async () => {
  const host = openMemory({
    processes: [NODE, { pid: 813 }],
    sockets: [
      { listen: 'tcp 0.0.0.0:80', by: [812, 813], inode: 500 },
      { listen: 'tcp 0.0.0.0:81', by: [{ pid: 813, fd: 9, thread: true }], inode: 501 },
    ],
  })
  const columns = new SocketColumns()
  for await (const batch of host.sockets({})) columns.append(batch)
  const again = await lookAgain(host, columns, await host.owners(), [1], [{}])
  assert.deepEqual(again?.gone, [])
  assert.deepEqual(again.owners.of(500), [
    { pid: 812, fd: 3 },
    { pid: 813, fd: 3 },
  ])
  assert.deepEqual(again.owners.of(501), [{ pid: 813, fd: 9 }])
})
