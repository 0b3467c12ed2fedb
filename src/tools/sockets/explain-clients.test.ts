/** The other ends of a port's connections, where they are on the same host. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseEndpoint } from '../../model/endpoint.ts'
import { type MachineDescription, openMemory, type SocketDescription } from '../../os/memory/memory.ts'
import { type ExplainOptions, explain } from './explain.ts'
import { overhear } from './overheard.cases.ts'

const BASE: MachineDescription = {
  namespaces: [{ inode: 77, name: 'blue' }],
  processes: [
    { pid: 812, run: 'node server.js', name: 'server.js' },
    { pid: 870, run: 'curl', name: 'curl' },
    { pid: 900, run: 'secret', hidden: true },
  ],
}
const LISTENER: SocketDescription = { listen: 'tcp [::]:3000', by: 812 }
const served = (to: string, rest: object = {}): SocketDescription => ({
  established: `tcp 127.0.0.1:3000 > ${to}`,
  by: 812,
  ...rest,
})
const client = (local: string, rest: object = {}): SocketDescription => ({
  established: `tcp ${local} > 127.0.0.1:3000`,
  by: 870,
  ...rest,
})

/** For each connection of port 3000 in listing order: who is at the other end here; null for nobody. */
const ROWS: readonly (readonly [
  name: string,
  sockets: readonly SocketDescription[],
  clients: readonly (readonly string[] | null)[],
  options?: ExplainOptions,
])[] = [
  ['no connections', [LISTENER], []],
  ['a client here', [LISTENER, served('127.0.0.1:40000'), client('127.0.0.1:40000')], [['curl']]],
  ['a client elsewhere', [LISTENER, served('192.0.2.1:40000')], [null]],
  [
    'some here, some elsewhere',
    [
      LISTENER,
      served('192.0.2.1:40000'),
      client('127.0.0.1:40001'),
      served('127.0.0.1:40001'),
      served('127.0.0.1:40002'),
      client('127.0.0.1:40002', { by: 812 }),
    ],
    [['curl'], ['server.js'], null],
  ],
  [
    'a server that sees its client as a mapped address',
    [
      LISTENER,
      { established: 'tcp [::ffff:127.0.0.1]:3000 > [::ffff:127.0.0.1]:40000', by: 812 },
      client('127.0.0.1:40000'),
    ],
    [['curl']],
  ],
  [
    'the same ends in another namespace are others',
    [LISTENER, served('127.0.0.1:40000'), client('127.0.0.1:40000', { netns: 'blue' })],
    [null],
  ],
  [
    'in a namespace that is asked about',
    [
      served('127.0.0.1:40000', { netns: 'blue' }),
      client('127.0.0.1:40000', { netns: 'blue' }),
      client('127.0.0.1:40000', { by: 812 }),
    ],
    [['curl']],
    { netns: [77] },
  ],
  [
    'a client that is hidden is there, but nobody knows who',
    [LISTENER, served('127.0.0.1:40000'), client('127.0.0.1:40000', { by: 900 })],
    [[]],
  ],
  ['without a listener', [served('127.0.0.1:40000'), client('127.0.0.1:40000')], [['curl']]],
  [
    'a socket that is connected to itself',
    [{ established: 'tcp 127.0.0.1:3000 > 127.0.0.1:3000', by: 870 }],
    [['curl']],
  ],
  [
    'both ends have the port',
    [
      { established: 'tcp 127.0.0.1:3000 > 127.0.0.2:3000', by: 812 },
      { established: 'tcp 127.0.0.2:3000 > 127.0.0.1:3000', by: 870 },
    ],
    [['curl'], ['server.js']],
  ],
  [
    'UDP',
    [
      { connected: 'udp 127.0.0.1:3000 > 127.0.0.1:40000', by: 812 },
      { connected: 'udp 127.0.0.1:40000 > 127.0.0.1:3000', by: 870 },
      client('127.0.0.1:40000', { by: 812 }),
    ],
    [['curl']],
  ],
]
for (const [name, sockets, wanted, options] of ROWS) {
  test(name, async () => {
    const os = openMemory({ ...BASE, sockets })
    const { table, connections, clients } = await explain(os, parseEndpoint('3000'), options)
    assert.deepEqual(
      connections.map(row => {
        const end = clients.get(row)
        return end === undefined ? null : table.facts.processes(end).map(one => one.name)
      }),
      wanted,
    )
    assert.ok(table.rows.length <= sockets.length, 'the other ends are not rows of the table')
    for (const row of table.rows) assert.equal(table.columns.localPort[row], 3000)
  })
}

const many = (count: number): SocketDescription[] => [
  ...Array.from({ length: count }, (_, i) => served(`127.0.0.1:${10_000 + i}`)),
  client('127.0.0.1:10000'),
]
for (const [count, followed] of [
  [5000, true],
  [5001, false],
] as const) {
  test(`${count} connections are ${followed ? '' : 'not '}followed`, async () => {
    const { os, about } = overhear(openMemory({ ...BASE, sockets: many(count) }))
    const { connections, clients } = await explain(os, parseEndpoint('3000'))
    assert.deepEqual([connections.length, clients.size], [count, Number(followed)])
    assert.equal(
      about('sockets').some(({ peerPort }) => peerPort === 3000),
      followed,
    )
  })
}

test('without connections nobody looks for their ends', async () => {
  const { os, about } = overhear(openMemory({ ...BASE, sockets: [LISTENER] }))
  await explain(os, parseEndpoint('3000'))
  assert.deepEqual(
    about('sockets').map(({ localPort, peerPort }) => [localPort, peerPort]),
    [[3000, undefined]],
  )
})
