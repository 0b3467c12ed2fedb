import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { formatEndpoint, parseEndpoint } from '../../model/endpoint.ts'
import { isUnixName } from '../../model/socket.ts'
import { socketAt } from '../../model/socket-row.ts'
import { type MachineDescription, openMemory, type SocketDescription } from '../../os/memory/memory.ts'
import type { OS, SocketQuery } from '../../os/os.ts'
import { type ExplainOptions, type Explanation, explain } from './explain.ts'
import { isHeld } from './sockets.ts'
import type { SocketTable } from './table.ts'

const BASE: MachineDescription = {
  addresses: ['lo 127.0.0.1/8', 'lo ::1/128', 'eth0 10.0.0.7/8', 'eth0 2001:db8::7/64', 'eth0 fe80::7/64'],
  namespaces: [{ inode: 77, name: 'blue' }],
  processes: [
    { pid: 812, run: 'node server.js', name: 'server.js' },
    { pid: 870, run: 'curl', name: 'curl' },
    { pid: 990, run: 'dnsmasq', name: 'dnsmasq', netns: 'blue' },
  ],
}
const on = (...sockets: readonly SocketDescription[]): MachineDescription => ({ ...BASE, sockets })

/** `tcp 127.0.0.1:3000` and where it goes to, if anywhere. */
function text({ columns }: SocketTable, row: number): string {
  const { protocol, local, peer } = socketAt(columns, row)
  if (isUnixName(local)) return local.path
  const to = peer === undefined || isUnixName(peer) ? '' : ` > ${formatEndpoint(peer)}`
  return `${protocol} ${formatEndpoint(local)}${to}`
}

const summary = (found: Explanation) => ({
  listeners: found.listeners.flatMap(({ rows, pids }) =>
    rows.map(row => `${text(found.table, row)} by ${pids.join(' ')}`),
  ),
  bound: found.bound.map(row => text(found.table, row)),
  connections: found.connections.map(row => text(found.table, row)),
  outgoing:
    found.outgoing === null ? null : Array.from(found.outgoing.rows, row => text(found.outgoing!, row)),
  held: isHeld(found),
})
type Summary = ReturnType<typeof summary>

const NOTHING: Summary = { listeners: [], bound: [], connections: [], outgoing: [], held: false }
const HELD: Summary = { ...NOTHING, outgoing: null, held: true }

const ROWS: readonly (readonly [
  name: string,
  asked: string,
  machine: MachineDescription,
  found: Summary,
  options?: ExplainOptions,
])[] = [
  [
    'a listener',
    '3000',
    on({ listen: 'tcp 0.0.0.0:3000', by: 812 }, { listen: 'tcp 0.0.0.0:3001', by: 812 }),
    { ...HELD, listeners: ['tcp 0.0.0.0:3000 by 812'] },
  ],
  [
    'listeners of several protocols',
    '53',
    on(
      { bound: 'udp 0.0.0.0:53', by: 812 },
      { listen: 'tcp [::]:53', by: 870 },
      { listen: 'sctp 0.0.0.0:53' },
    ),
    { ...HELD, listeners: ['tcp [::]:53 by 870', 'udp 0.0.0.0:53 by 812', 'sctp 0.0.0.0:53 by '] },
  ],
  [
    'of the protocol that is named',
    'udp/53',
    on({ bound: 'udp 0.0.0.0:53', by: 812 }, { listen: 'tcp 0.0.0.0:53', by: 870 }),
    { ...HELD, listeners: ['udp 0.0.0.0:53 by 812'] },
  ],
  ['what has no ports does not count', '1', on({ bound: 'raw 0.0.0.0:1' }, { listen: 'unix /1' }), NOTHING],
  [
    'a listener and its connections',
    '3000',
    on(
      { listen: 'tcp 0.0.0.0:3000', by: 812 },
      { established: 'tcp 10.0.0.7:3000 > 10.0.0.9:5', by: 812 },
      { 'time-wait': 'tcp 10.0.0.7:3000 > 10.0.0.8:5' },
      { established: 'tcp 10.0.0.7:6000 > 10.0.0.9:3000', by: 812 },
    ),
    {
      ...HELD,
      listeners: ['tcp 0.0.0.0:3000 by 812'],
      connections: ['tcp 10.0.0.7:3000 > 10.0.0.8:5', 'tcp 10.0.0.7:3000 > 10.0.0.9:5'],
    },
  ],
  [
    'bound and nothing more',
    '3000',
    on({ bound: 'tcp 127.0.0.1:3000', by: 812 }),
    { ...HELD, bound: ['tcp 127.0.0.1:3000'] },
  ],
  [
    'connections and nothing more',
    '3000',
    on(
      { established: 'tcp 10.0.0.7:3000 > 10.0.0.9:5', by: 812 },
      { connected: 'udp 10.0.0.7:3000 > 10.0.0.9:5' },
    ),
    { ...HELD, connections: ['tcp 10.0.0.7:3000 > 10.0.0.9:5', 'udp 10.0.0.7:3000 > 10.0.0.9:5'] },
  ],
  [
    'closed connections and nothing more',
    '3000',
    on({ 'time-wait': 'tcp 10.0.0.7:3000 > 10.0.0.9:5' }),
    { ...HELD, connections: ['tcp 10.0.0.7:3000 > 10.0.0.9:5'] },
  ],
  ['nobody', '3000', on({ listen: 'tcp 0.0.0.0:3001', by: 812 }), NOTHING],
  [
    'nobody here, and connections to such a port elsewhere',
    '443',
    on(
      { established: 'tcp 10.0.0.7:6000 > 192.0.2.1:443', by: 870 },
      { connected: 'udp 10.0.0.7:6001 > 192.0.2.2:443' },
    ),
    { ...NOTHING, outgoing: ['tcp 10.0.0.7:6000 > 192.0.2.1:443', 'udp 10.0.0.7:6001 > 192.0.2.2:443'] },
  ],
  [
    'of these only those to the endpoint that is named',
    '192.0.2.1:443',
    on(
      { established: 'tcp 10.0.0.7:6000 > 192.0.2.1:443', by: 870 },
      { established: 'tcp 10.0.0.7:6001 > 192.0.2.2:443', by: 870 },
      { established: 'tcp [::ffff:10.0.0.7]:6002 > [::ffff:192.0.2.1]:443', by: 870 },
    ),
    {
      ...NOTHING,
      outgoing: ['tcp 10.0.0.7:6000 > 192.0.2.1:443', 'tcp [::ffff:10.0.0.7]:6002 > [::ffff:192.0.2.1]:443'],
    },
  ],
  [
    'another namespace',
    '53',
    on({ listen: 'tcp 0.0.0.0:53', by: 812 }, { bound: 'udp 0.0.0.0:53', by: 990, netns: 'blue' }),
    { ...HELD, listeners: ['udp 0.0.0.0:53 by 990'] },
    { netns: [77] },
  ],
  [
    'several namespaces',
    '53',
    on({ listen: 'tcp 0.0.0.0:53', by: 812 }, { bound: 'udp 0.0.0.0:53', by: 990, netns: 'blue' }),
    { ...HELD, listeners: ['udp 0.0.0.0:53 by 990', 'tcp 0.0.0.0:53 by 812'] },
    { netns: [77, 4_026_531_840] },
  ],
]
for (const [name, asked, machine, found, options] of ROWS) {
  test(`${asked}: ${name}`, async () =>
    assert.deepEqual(summary(await explain(openMemory(machine), parseEndpoint(asked), options)), found))
}

const WILDCARD: SocketDescription = { listen: 'tcp 0.0.0.0:3000', by: 812 }
const BOTH: SocketDescription = { listen: 'tcp [::]:3000', v6only: false, by: 812 }
const IPV6_ONLY: SocketDescription = { listen: 'tcp [::]:3000', v6only: true, by: 812 }
const MAPPED: SocketDescription = { listen: 'tcp [::ffff:127.0.0.1]:3000', by: 812 }
const at = (endpoint: string): SocketDescription => ({ listen: `tcp ${endpoint}`, by: 812 })

const ENDPOINTS: readonly (readonly [asked: string, listener: SocketDescription, taken: boolean])[] = [
  ['127.0.0.1:3000', WILDCARD, true],
  ['127.0.0.1:3000', BOTH, true],
  ['127.0.0.1:3000', IPV6_ONLY, false],
  ['127.0.0.1:3000', at('127.0.0.1:3000'), true],
  ['127.0.0.1:3000', at('127.0.0.2:3000'), false],
  ['127.0.0.1:3000', at('10.0.0.7:3000'), false],
  ['127.0.0.1:3000', at('[::1]:3000'), false],
  ['127.0.0.1:3000', MAPPED, true],
  ['127.0.0.2:3000', WILDCARD, true],
  ['[::1]:3000', WILDCARD, false],
  ['[::1]:3000', BOTH, true],
  ['[::1]:3000', IPV6_ONLY, true],
  ['[::1]:3000', at('[::1]:3000'), true],
  ['[::1]:3000', MAPPED, false],
  ['[::ffff:127.0.0.1]:3000', WILDCARD, true],
  ['[::ffff:127.0.0.1]:3000', at('127.0.0.1:3000'), true],
  ['[::ffff:127.0.0.1]:3000', MAPPED, true],
  ['[::ffff:127.0.0.1]:3000', IPV6_ONLY, false],
  ['10.0.0.7:3000', WILDCARD, true],
  ['10.0.0.7:3000', BOTH, true],
  ['10.0.0.8:3000', WILDCARD, false],
  ['10.0.0.8:3000', BOTH, false],
  ['10.0.0.8:3000', at('10.0.0.8:3000'), true],
  ['[2001:db8::7]:3000', IPV6_ONLY, true],
  ['[2001:db8::8]:3000', IPV6_ONLY, false],
  ['[fe80::7%eth0]:3000', BOTH, true],
  ['[fe80::7%eth0]:3000', at('[fe80::7%eth0]:3000'), true],
  ['[fe80::8%eth0]:3000', BOTH, false],
  ['0.0.0.0:3000', WILDCARD, true],
  ['0.0.0.0:3000', BOTH, true],
  ['0.0.0.0:3000', at('127.0.0.1:3000'), false],
  ['[::]:3000', IPV6_ONLY, true],
  ['[::]:3000', WILDCARD, false],
  ['239.1.2.3:3000', { bound: 'udp 0.0.0.0:3000', by: 812 }, true],
  ['255.255.255.255:3000', { bound: 'udp 0.0.0.0:3000', by: 812 }, true],
]
for (const [asked, listener, taken] of ENDPOINTS) {
  const { by: _, ...said } = listener
  test(`${asked} ${taken ? 'is' : 'is not'} taken by ${JSON.stringify(said)}`, async () => {
    const { listeners } = await explain(openMemory(on(listener)), parseEndpoint(asked))
    assert.equal(listeners.length, Number(taken))
  })
}

test('where addresses can’t be known, a wildcard takes them all', async () => {
  const machine = { ...on(WILDCARD), addresses: [] }
  assert.equal((await explain(openMemory(machine), parseEndpoint('192.0.2.1:3000'))).listeners.length, 1)
})

test('a host name stands for the addresses that the caller found', async () => {
  const machine = on(at('127.0.0.1:3000'), at('[::1]:3000'), at('10.0.0.7:3000'), at('10.0.0.9:3000'))
  const of = async (...addresses: string[]): Promise<number> => {
    const found = await explain(openMemory(machine), parseEndpoint('shop:3000'), {
      addresses: addresses.map(parseAddress),
    })
    return found.listeners.flatMap(({ rows }) => rows).length
  }
  assert.deepEqual([await of('127.0.0.1', '::1'), await of('::ffff:10.0.0.7'), await of()], [2, 1, 0])
})

test('connections and bound sockets of an endpoint are those at its address', async () => {
  const machine = on(
    { established: 'tcp 10.0.0.7:3000 > 10.0.0.9:5', by: 812 },
    { established: 'tcp [::ffff:10.0.0.7]:3000 > [::ffff:10.0.0.9]:6', by: 812 },
    { established: 'tcp 127.0.0.1:3000 > 127.0.0.1:5', by: 812 },
    { bound: 'tcp 0.0.0.0:3000', by: 812 },
    { bound: 'tcp 127.0.0.1:3000', by: 812 },
  )
  assert.deepEqual(summary(await explain(openMemory(machine), parseEndpoint('10.0.0.7:3000'))), {
    ...HELD,
    connections: ['tcp 10.0.0.7:3000 > 10.0.0.9:5', 'tcp [::ffff:10.0.0.7]:3000 > [::ffff:10.0.0.9]:6'],
    bound: ['tcp 0.0.0.0:3000'],
  })
})

test('a signal reaches every reading of sockets, and no query carries it', async () => {
  const host = openMemory(on(WILDCARD, { established: 'tcp 10.0.0.7:3000 > 10.0.0.9:5', by: 812 }))
  const given: [SocketQuery, AbortSignal | undefined][] = []
  const os: OS = {
    ...host,
    sockets(query, options) {
      given.push([query, options?.signal])
      return host.sockets(query)
    },
  }
  const { signal } = new AbortController()
  for (const asked of ['3000', '9', '192.0.2.1:9']) await explain(os, parseEndpoint(asked), { signal })
  assert.ok(given.length >= 6)
  for (const [query, got] of given) {
    assert.equal(got, signal)
    assert.ok(!('signal' in query))
  }
})

test('port 0 is nobody’s, and no listener is taken for its connection', async () => {
  const os = openMemory({
    processes: [{ pid: 812, run: 'node server.js' }],
    sockets: [{ listen: 'tcp 0.0.0.0:3000', by: 812 }],
  })
  await assert.rejects(explain(os, parseEndpoint('0')), { code: 'E_PORT_ZERO' })
})
