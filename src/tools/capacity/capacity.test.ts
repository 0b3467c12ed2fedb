/** Causes and forecasts on machines in memory: what the kernel tests can't set up, and what must not be called a cause. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { known } from '../../model/known.ts'
import {
  type MachineDescription,
  type MemoryOS,
  openMemory,
  type SocketDescription,
} from '../../os/memory/memory.ts'
import { type CapacityRequest, measureCapacity, type Pool } from './capacity.ts'

const SETTINGS = {
  'net.ipv4.ip_local_port_range': '40000 40099',
  'net.ipv4.ip_local_reserved_ports': '',
  'net.ipv4.tcp_max_tw_buckets': '1000',
  'net.ipv4.tcp_max_orphans': '100',
}

async function look(
  description: MachineDescription,
  happens: (os: MemoryOS) => void = () => {},
  request: Partial<CapacityRequest> = {},
): Promise<readonly Pool[]> {
  const os = openMemory({ tunables: SETTINGS, addresses: ['lo 127.0.0.1/8'], ...description })
  const measuring = measureCapacity(os, { interval: 1, ...request })
  while (os.clock.sleepers < 1) await new Promise(resolve => setImmediate(resolve))
  happens(os)
  await os.clock.advance(1000)
  return (await measuring).pools
}

const codesOf = (pools: readonly Pool[]): string[] => [
  ...new Set(pools.flatMap(({ cause }) => cause?.code ?? [])),
]

const many = (count: number, one: (i: number) => SocketDescription): SocketDescription[] =>
  Array.from({ length: count }, (_, i) => one(i))
const lingering = (port: number, to: string, ms = 30_000): SocketDescription => ({
  'time-wait': `tcp 127.0.0.1:${port} > ${to}`,
  timer: { kind: 'time-wait', ms, retransmits: 0 },
})
const open = (port: number, to: string): SocketDescription => ({
  established: `tcp 10.0.0.7:${port} > ${to}`,
  by: 812,
})
const NONE = known(0)
const counted = (entries: number, drop = 0, insertFailed = 0) => ({
  entries,
  limit: 1000,
  drop: known(drop),
  insertFailed: known(insertFailed),
  earlyDrop: NONE,
})
const processes = [{ pid: 812, run: 'node shop.js' }]

test('a destination towards which nothing holds a port any more is told only to who asks for it', async () => {
  // tcp_tw_reuse of 2 gives ports on loopback out again after a second; this one has lingered for thirty.
  const machine = {
    tunables: { ...SETTINGS, 'net.ipv4.tcp_tw_reuse': '2', 'net.ipv4.tcp_timestamps': '1' },
    sockets: [lingering(40_001, '127.0.0.1:5432')],
  }
  const destinations = (pools: readonly Pool[]) =>
    pools.filter(({ kind }) => kind === 'tcp-destination').map(({ used }) => used)
  assert.deepEqual(destinations(await look(machine)), [])
  assert.deepEqual(destinations(await look(machine, () => {}, { to: { port: 5432 as never } })), [0])
})

test('an accept queue takes one connection more than its backlog (sk_acceptq_is_full)', async () => {
  const waiting = (length: number): MachineDescription => ({
    processes,
    sockets: [{ listen: 'tcp 10.0.0.7:80', by: 812, acceptQueue: { length, limit: 4 } }],
  })
  assert.deepEqual(codesOf(await look(waiting(4))), [])
  assert.deepEqual(codesOf(await look(waiting(5))), ['accept-queue-overflow'])
})

const rows: readonly (readonly [what: string, machine: MachineDescription, codes: readonly string[]])[] = [
  ['nothing', {}, []],
  ['orphans near their limit', { counters: { sockets: { 'TCP.orphan': 95 } } }, ['orphans-near-limit']],
  ['orphans far from it', { counters: { sockets: { 'TCP.orphan': 40 } } }, []],
  ['no more connections can be tracked', { counters: { conntrack: counted(1000) } }, ['conntrack-full']],
  ['there is room for many', { counters: { conntrack: counted(500) } }, []],
  [
    'the machine has hardly any file left',
    { counters: { files: { open: 95, limit: 100 } } },
    ['files-near-limit'],
  ],
  [
    'a process without limit',
    {
      processes,
      sockets: [open(50_000, '10.0.0.8:1')],
      counters: { descriptors: { 812: { open: 9000, limit: Number.POSITIVE_INFINITY } } },
    },
    [],
  ],
  [
    'two destinations share the range: 60 each of 100 is a cliff, and no exhaustion',
    {
      processes,
      sockets: [
        ...many(60, i => open(40_000 + i, '10.0.0.8:1')),
        ...many(60, i => open(40_000 + i, '10.0.0.9:1')),
      ],
    },
    ['search-cliff'],
  ],
  [
    'the same ports to many destinations use none of them up',
    { processes, sockets: many(90, i => open(40_000, `10.0.1.${i + 1}:443`)) },
    [],
  ],
  [
    'accepted connections are the server’s, not the range’s',
    {
      processes,
      sockets: [
        { listen: 'tcp 10.0.0.7:40000', by: 812 },
        ...many(95, i => ({ established: `tcp 10.0.0.7:40000 > 10.0.0.8:${1000 + i}`, by: 812 })),
      ],
    },
    [],
  ],
  [
    'a server’s TIME_WAIT is not the range’s either',
    {
      processes,
      sockets: [
        { listen: 'tcp 127.0.0.1:3000', by: 812 },
        ...many(95, i => lingering(3000, `127.0.0.1:${40_000 + i}`)),
      ],
    },
    [],
  ],
  [
    'TIME_WAIT fills a destination',
    { sockets: many(95, i => lingering(40_000 + i, '127.0.0.1:443')) },
    ['time-wait-churn'],
  ],
  [
    'but not where ports are taken out of it after a second',
    {
      tunables: { ...SETTINGS, 'net.ipv4.tcp_tw_reuse': '2' },
      sockets: many(95, i => lingering(40_000 + i, '127.0.0.1:443')),
    },
    [],
  ],
  [
    'which needs timestamps',
    {
      tunables: { ...SETTINGS, 'net.ipv4.tcp_tw_reuse': '1', 'net.ipv4.tcp_timestamps': '0' },
      sockets: many(95, i => lingering(40_000 + i, '127.0.0.1:443')),
    },
    ['time-wait-churn'],
  ],
  [
    'connections that nobody closes fill it',
    {
      processes,
      sockets: many(95, i => ({
        'close-wait': `tcp 10.0.0.7:${40_000 + i} > 10.0.0.8:443`,
        by: 812,
        tcp: { sinceReceivedMs: 100 },
      })),
    },
    ['close-wait-leak'],
  ],
  [
    'one that was closed a second ago is no leak',
    {
      processes,
      sockets: [
        { 'close-wait': 'tcp 10.0.0.7:40000 > 10.0.0.8:443', by: 812, tcp: { sinceReceivedMs: 1000 } },
      ],
    },
    [],
  ],
  [
    'one that has been quiet for two minutes is',
    {
      processes,
      sockets: [
        { 'close-wait': 'tcp 10.0.0.7:40000 > 10.0.0.8:443', by: 812, tcp: { sinceReceivedMs: 120_000 } },
      ],
    },
    ['close-wait-leak'],
  ],
]
for (const [what, machine, codes] of rows)
  test(what, async () => assert.deepEqual(codesOf(await look(machine)), codes))

test('a leak is told apart from churn: a straight line to the end', async () => {
  const pools = await look(
    { processes, sockets: many(20, i => open(40_000 + i, '10.0.0.8:443')) },
    ({ machine }) => {
      for (let i = 0; i < 10; i++) machine.open(open(40_020 + i, '10.0.0.8:443'))
    },
  )
  const [pool] = pools.filter(({ kind }) => kind === 'tcp-destination')
  assert.equal(pool!.forecast!.hold, Number.POSITIVE_INFINITY)
  assert.deepEqual([Math.round(pool!.forecast!.seconds), Math.round(pool!.forecast!.connections)], [7, 70])
  assert.equal(pool!.cause?.code, 'connections-held')
})

test('whose TIME_WAIT it is: the server by its port, the client by its other connections', async () => {
  const pools = await look({
    processes: [...processes, { pid: 900, run: 'nginx' }],
    sockets: [
      { listen: 'tcp 127.0.0.1:80', by: 900 },
      ...many(3, i => lingering(80, `127.0.0.1:${50_000 + i}`)),
      open(40_000, '10.0.0.8:5432'),
      ...many(2, i => lingering(40_001 + i, '10.0.0.8:5432')),
    ],
  })
  assert.deepEqual(pools.find(({ kind }) => kind === 'time-wait')!.users, [
    'nginx (pid 900), port 80: 3',
    'node shop.js (pid 812), to port 5432: 2',
  ])
})

test('a process that may not be looked into is not made up', async () => {
  const pools = await look({
    processes: [{ pid: 812, run: 'node', hidden: true }],
    sockets: [
      { 'close-wait': 'tcp 10.0.0.7:40000 > 10.0.0.8:443', by: 812, tcp: { sinceReceivedMs: 120_000 } },
    ],
  })
  const [leak] = pools.filter(({ kind }) => kind === 'close-wait')
  assert.deepEqual([leak!.pool, leak!.usable.known], ['CLOSE_WAIT of a process that can’t be named', false])
})

test('only what leads there, and what it draws from', async () => {
  const { parseEndpoint } = await import('../../model/endpoint.ts')
  const machine = { processes, sockets: [open(40_000, '10.0.0.8:443'), open(40_001, '10.0.0.9:443')] }
  const kinds = async (to: string) =>
    (await look(machine, undefined, { to: parseEndpoint(to) })).map(({ pool }) => pool).sort()
  const shared = ['ports 40000-40099', 'reserved ports']
  assert.deepEqual(await kinds('10.0.0.8:443'), [...shared, 'tcp 10.0.0.7 > 10.0.0.8:443'])
  assert.equal((await kinds(':443')).length, 4)
  assert.deepEqual(await kinds('10.0.0.8:80'), [])
})
