import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseEndpoint } from '../../model/endpoint.ts'
import { fault } from '../../model/fault.ts'
import { SocketColumns, stateCode } from '../../model/socket-columns.ts'
import { type MachineDescription, openMemory, type SocketDescription } from '../../os/memory/memory.ts'
import type { OS } from '../../os/os.ts'
import { type ExplainOptions, explain } from './explain.ts'
import { findingsWithoutSocket } from './findings-free.ts'
import { overhear } from './overheard.cases.ts'
import { readTable } from './table.ts'

const BLUE = 77
const OWN = 4_026_531_840
const RANGES = 'net.ipv4.ip_local_reserved_ports'

const BASE: MachineDescription = {
  namespaces: [
    { inode: BLUE, name: 'blue' },
    { inode: 78 },
    { inode: 79, name: 'shut', unreadable: 'denied' },
  ],
  processes: [
    { pid: 812, run: 'node server.js', name: 'server.js' },
    { pid: 813, run: 'node other.js', name: 'other.js' },
    { pid: 900, run: 'secret', hidden: true },
    { pid: 990, run: 'dnsmasq', name: 'dnsmasq', netns: 'blue' },
    { pid: 991, run: 'gone', netns: 'blue', vanishes: true },
  ],
  tunables: { [RANGES]: '' },
}

const closed = (count: number, ms = 60_000): SocketDescription[] =>
  Array.from({ length: count }, (_, i) => ({
    'time-wait': `tcp 127.0.0.1:3000 > 127.0.0.1:${40_000 + i}`,
    timer: { kind: 'time-wait', ms: ms - i, retransmits: 0 },
  }))

const ROWS: readonly (readonly [
  name: string,
  sockets: readonly SocketDescription[],
  says: readonly string[],
  asked?: string,
  options?: ExplainOptions,
])[] = [
  ['nobody has it, and nothing is in the way', [], []],
  [
    'bound without listening',
    [{ bound: 'tcp 127.0.0.1:3000', by: [812, 813] }],
    [
      'bound by server.js (pid 812), other.js (pid 813), which neither listens nor connects: others get EADDRINUSE',
    ],
  ],
  [
    'bound by somebody hidden',
    [{ bound: 'tcp 127.0.0.1:3000', by: 900 }],
    ['bound by a process that can’t be named, which neither listens nor connects: others get EADDRINUSE'],
  ],
  [
    'bound twice',
    [
      { bound: 'tcp 127.0.0.1:3000', by: 812 },
      { bound: 'tcp 127.0.0.2:3000', by: 813 },
    ],
    [
      'bound by server.js (pid 812), which neither listens nor connects: others get EADDRINUSE',
      'bound by other.js (pid 813), which neither listens nor connects: others get EADDRINUSE',
    ],
  ],
  [
    'one closed connection',
    closed(1, 42_001),
    [
      'only one closed connection lingers in TIME_WAIT, the last for 43 s more: a server that sets SO_REUSEADDR may listen at once',
    ],
  ],
  [
    'several: the last counts',
    closed(3, 42_000),
    [
      'only 3 closed connections linger in TIME_WAIT, the last for 42 s more: a server that sets SO_REUSEADDR may listen at once',
    ],
  ],
  [
    'a closed connection and one that is open',
    [...closed(1), { established: 'tcp 127.0.0.1:3000 > 127.0.0.1:9', by: 812 }],
    [],
  ],
  [
    'a closed connection and a bound socket',
    [...closed(1), { bound: 'tcp 127.0.0.1:3000', by: 812 }],
    ['bound by server.js (pid 812), which neither listens nor connects: others get EADDRINUSE'],
  ],
  [
    'a closed connection and a listener',
    [...closed(1), { listen: 'tcp 0.0.0.0:3000', by: 812 }, { listen: 'tcp [::]:3000', by: 812 }],
    [],
  ],
  ['a connection that is open', [{ established: 'tcp 127.0.0.1:3000 > 127.0.0.1:9', by: 812 }], []],
  [
    'another namespace has it',
    [{ listen: 'tcp 0.0.0.0:3000', by: 990, netns: BLUE }],
    ['tcp 3000 is listened on in network namespace blue by dnsmasq (pid 990), not in this one'],
  ],
  [
    'one without a name has it, nobody knows who',
    [{ bound: 'udp 0.0.0.0:3000', netns: 78 }],
    ['udp 3000 is listened on in network namespace 78, not in this one'],
  ],
  [
    'by a process that exited meanwhile',
    [{ listen: 'tcp 0.0.0.0:3000', by: [991, 990], netns: BLUE }],
    ['tcp 3000 is listened on in network namespace blue by dnsmasq (pid 990), ? (pid 991), not in this one'],
  ],
  [
    'several have it',
    [
      { listen: 'tcp 0.0.0.0:3000', netns: 78 },
      { listen: 'tcp 0.0.0.0:3000', netns: BLUE },
      { bound: 'udp 0.0.0.0:3000', netns: BLUE },
    ],
    [
      'tcp 3000 is listened on in network namespace blue, not in this one',
      'udp 3000 is listened on in network namespace blue, not in this one',
      'tcp 3000 is listened on in network namespace 78, not in this one',
    ],
  ],
  [
    'of the protocol that is named',
    [
      { listen: 'tcp 0.0.0.0:3000', netns: BLUE },
      { bound: 'udp 0.0.0.0:3000', netns: BLUE },
    ],
    ['udp 3000 is listened on in network namespace blue, not in this one'],
    'udp/3000',
  ],
  [
    'others than the one that is named, our own among them',
    [
      { listen: 'tcp 0.0.0.0:3000', by: 812 },
      { listen: 'tcp 0.0.0.0:3000', netns: 78 },
    ],
    [
      `tcp 3000 is listened on in network namespace ${OWN} by server.js (pid 812), not in this one`,
      'tcp 3000 is listened on in network namespace 78, not in this one',
    ],
    '3000',
    { netns: [BLUE] },
  ],
  ['all were looked at', [], [], '3000', { netns: [OWN, BLUE, 78] }],
  [
    'a listener on another address of the same namespace is no other namespace’s',
    [{ listen: 'tcp 127.0.0.2:3000', by: 812 }],
    [],
    '127.0.0.1:3000',
  ],
  [
    'connections in another namespace don’t stand in the way',
    [{ established: 'tcp 127.0.0.1:3000 > 127.0.0.1:9', netns: BLUE }],
    [],
  ],
  ['what can’t be read is not spoken of', [{ listen: 'tcp 0.0.0.0:3000', netns: 79 }], []],
]
for (const [name, sockets, says, asked = '3000', options = {}] of ROWS) {
  test(name, async () => {
    const { findings } = await explain(openMemory({ ...BASE, sockets }), parseEndpoint(asked), options)
    assert.deepEqual(
      findings.map(one => one.says),
      says,
    )
    for (const { certainty, subject } of findings)
      assert.deepEqual([certainty, subject], ['proven', 'port 3000'])
  })
}

const RESERVED: readonly (readonly [ranges: string | null, port: number, reserved: boolean])[] = [
  ['3000', 3000, true],
  ['3000', 300, false],
  ['300', 3000, false],
  ['2999-3001', 3000, true],
  ['3000-3001', 3000, true],
  ['2999-3000', 3000, true],
  ['3001-3005', 3000, false],
  ['2990-2999', 3000, false],
  ['80,2000-2005,3000-3001,9000', 3001, true],
  ['80,2000-2005,3000-3001,9000', 9000, true],
  ['80,2000-2005,3000-3001,9000', 2006, false],
  ['', 3000, false],
  [null, 3000, false],
]
for (const [ranges, port, reserved] of RESERVED) {
  test(`${port} is ${reserved ? '' : 'not '}reserved where ${ranges === null ? 'nothing is told' : `"${ranges}" is`}`, async () => {
    const tunables = ranges === null ? {} : { [RANGES]: ranges }
    const { findings } = await explain(openMemory({ tunables }), parseEndpoint(`:${port}`))
    assert.deepEqual(
      findings.map(({ code, evidence }) => [code, evidence[0]?.source, evidence[0]?.says]),
      reserved ? [['reserved-port', RANGES, ranges]] : [],
    )
  })
}

test('codes, in the order of what stands in the way most', async () => {
  const sockets: SocketDescription[] = [
    { bound: 'tcp 127.0.0.1:3000', by: 812 },
    { listen: 'tcp 0.0.0.0:3000', netns: BLUE },
  ]
  const os = openMemory({ ...BASE, sockets, tunables: { [RANGES]: '3000' } })
  const { findings } = await explain(os, parseEndpoint('3000'))
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['bound-not-listening', 'in-other-namespace', 'reserved-port'],
  )
  assert.equal(findings[1]?.where, 'network namespace blue')
  assert.equal(findings[1]?.remedy, 'See it with: ports 3000 --netns blue')
})

test('so many closed connections as can be are counted', async () => {
  const os = openMemory()
  const table = await readTable(os, {})
  const columns = new SocketColumns(200_000)
  for (let i = 0; i < 200_000; i++) {
    columns.state[columns.add()] = stateCode('time-wait')
    columns.timerMs[i] = i
  }
  const [found] = await findingsWithoutSocket(os, {
    asked: parseEndpoint('3000'),
    table: { ...table, columns },
    connections: Array.from({ length: columns.length }, (_, row) => row),
    bound: [],
    protocols: ['tcp'],
  })
  assert.match(found!.says, /^only 200000 closed connections linger in TIME_WAIT, the last for 200 s more/)
})

const ENDS: readonly (readonly [name: string, error: Error, told: boolean])[] = [
  ['ended meanwhile', fault('E_NETNS_UNKNOWN', { text: '77' }), false],
  ['can’t be entered after all', fault('E_NETNS_DENIED', { text: '77' }), false],
  ['can’t be read for a reason that nobody knows', new Error('EIO'), true],
]
for (const [name, error, told] of ENDS) {
  test(`a namespace that ${name} is ${told ? 'told' : 'passed over'}`, async () => {
    const host = openMemory(BASE)
    const os: OS = {
      ...host,
      sockets(query, options) {
        if (query.netns?.includes(BLUE) === true) throw error
        return host.sockets(query, options)
      },
    }
    const asking = explain(os, parseEndpoint('3000'))
    if (told) await assert.rejects(asking, error)
    else assert.deepEqual((await asking).findings, [])
  })
}

test('processes are not looked at for namespaces that have no such listener', async () => {
  const { os, about } = overhear(
    openMemory({ ...BASE, sockets: [{ listen: 'tcp 0.0.0.0:3000', by: 990, netns: BLUE }] }),
  )
  await explain(os, parseEndpoint('3000'))
  const elsewhere = about('sockets').filter(({ netns }) => netns !== undefined)
  assert.deepEqual(
    [...new Set(elsewhere.flatMap(({ netns = [] }) => netns))],
    [BLUE, 78],
    'only where we may',
  )
  assert.ok(
    elsewhere.every(({ states }) => states !== undefined),
    'connections are not read',
  )
  // Our own, what goes out of it, and the one namespace that has it.
  assert.equal(about('owners').length, 3)
})
