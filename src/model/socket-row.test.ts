import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressBytes, parseAddress } from './address.ts'
import { FAMILIES, SOCKET_PROTOCOLS } from './protocol.ts'
import { SOCKET_STATES, type Socket, type SocketState, TIMER_KINDS } from './socket.ts'
import {
  familyCode,
  kindCode,
  protocolCode,
  SocketColumns,
  stateCode,
  TCP_FIELDS,
  timerCode,
  UNTOLD,
} from './socket-columns.ts'
import { type InterfaceName, socketAt } from './socket-row.ts'

interface Cells {
  readonly protocol?: (typeof SOCKET_PROTOCOLS)[number]
  readonly state?: SocketState
  readonly local?: readonly [address: string, port: number]
  readonly peer?: readonly [address: string, port: number]
  readonly interface?: number
  readonly more?: (columns: SocketColumns, row: number) => void
}

function add(columns: SocketColumns, cells: Cells): number {
  const row = columns.add()
  const local = parseAddress(cells.local?.[0] ?? '0.0.0.0')
  columns.protocol[row] = protocolCode(cells.protocol ?? 'tcp')
  columns.state[row] = stateCode(cells.state ?? 'established')
  columns.family[row] = familyCode(local.includes(':') ? 'ipv6' : 'ipv4')
  columns.local.set(addressBytes(local), row * 16)
  columns.localPort[row] = cells.local?.[1] ?? 0
  if (cells.peer) columns.peer.set(addressBytes(parseAddress(cells.peer[0])), row * 16)
  columns.peerPort[row] = cells.peer?.[1] ?? 0
  columns.interface[row] = cells.interface ?? 0
  cells.more?.(columns, row)
  return row
}

function socket(cells: Cells, interfaceName?: InterfaceName): Socket {
  const columns = new SocketColumns(2)
  columns.add()
  return socketAt(columns, add(columns, cells), interfaceName)
}

test('a connection has both ends, queues, a timer and numbers', () => {
  const wanted: Socket = {
    protocol: 'tcp',
    family: 'ipv4',
    state: 'established',
    local: { address: parseAddress('192.0.2.1'), port: 22 as never },
    peer: { address: parseAddress('198.51.100.7'), port: 40000 as never },
    interface: 2,
    netns: 4026531840,
    inode: 12345,
    cookie: 0x1_0000_0002n,
    uid: 0,
    queue: { receive: 1, send: 36 },
    drops: 0,
    timer: { kind: 'retransmit', ms: 204, retransmits: 1 },
    cgroup: 77n,
    tcp: { rttMs: 0.5, mss: 1448 },
  }
  const made = socket({
    local: ['192.0.2.1', 22],
    peer: ['198.51.100.7', 40000],
    interface: 2,
    more(columns, row) {
      columns.netns[row] = 4026531840
      columns.inode[row] = 12345
      columns.cookie[row] = 0x1_0000_0002n
      columns.receiveQueue[row] = 1
      columns.sendQueue[row] = 36
      columns.drops[row] = 0
      columns.timer[row] = timerCode('retransmit')
      columns.timerMs[row] = 204
      columns.retransmits[row] = 1
      columns.cgroup[row] = 77n
      columns.tcpColumn()[row * TCP_FIELDS.length + TCP_FIELDS.indexOf('rttMs')] = 0.5
      columns.tcpColumn()[row * TCP_FIELDS.length + TCP_FIELDS.indexOf('mss')] = 1448
    },
  })
  assert.deepEqual(made, wanted)
})

test('a listener has an accept queue, and neither peer nor queue', () => {
  const made = socket({
    state: 'listen',
    local: ['::', 80],
    peer: ['::1', 9],
    more(columns, row) {
      columns.receiveQueue[row] = 3
      columns.sendQueue[row] = 511
      columns.drops[row] = 4
      columns.v6only[row] = 0
    },
  })
  assert.deepEqual(made.acceptQueue, { length: 3, limit: 511, drops: 4 })
  assert.equal(made.v6only, false)
  for (const field of ['peer', 'queue', 'drops', 'timer', 'tcp', 'cgroup', 'kind'])
    assert.ok(!(field in made), field)
})

const ABSENT: readonly [says: string, cells: Cells, field: keyof Socket, wanted: unknown][] = [
  ['no peer: address and port are zero', { state: 'bound', local: ['0.0.0.0', 53] }, 'peer', undefined],
  ['a peer with port 0', { peer: ['192.0.2.1', 0] }, 'peer', { address: '192.0.2.1', port: 0 }],
  ['a peer at the unspecified address', { peer: ['0.0.0.0', 9] }, 'peer', { address: '0.0.0.0', port: 9 }],
  ['v6only that nobody told', { state: 'listen', local: ['::', 80] }, 'v6only', undefined],
  ['v6only', { local: ['::', 80], more: (c, row) => (c.v6only[row] = 1) }, 'v6only', true],
  [
    'v6only beside the point',
    { local: ['::1', 80], more: (c, row) => (c.v6only[row] = 1) },
    'v6only',
    undefined,
  ],
  ['v6only of IPv4', { local: ['0.0.0.0', 80], more: (c, row) => (c.v6only[row] = 0) }, 'v6only', undefined],
  [
    'the limit of an accept queue untold',
    { state: 'listen', more: (c, row) => (c.sendQueue[row] = UNTOLD) },
    'acceptQueue',
    { length: 0 },
  ],
  [
    'an accept queue untold',
    { state: 'listen', more: (c, row) => (c.receiveQueue[row] = UNTOLD) },
    'acceptQueue',
    undefined,
  ],
  ['a queue untold', { more: (c, row) => (c.receiveQueue[row] = UNTOLD) }, 'queue', undefined],
  ['a user untold', { more: (c, row) => (c.uid[row] = UNTOLD) }, 'uid', undefined],
  ['drops', { state: 'bound', more: (c, row) => (c.drops[row] = 5) }, 'drops', 5],
  ['drops untold', { state: 'bound' }, 'drops', undefined],
  ['numbers, all untold', { more: c => void c.tcpColumn() }, 'tcp', undefined],
]

for (const [says, cells, field, wanted] of ABSENT) {
  test(`${field}: ${says}`, () => {
    const made = socket(cells)
    assert.deepEqual(made[field], wanted)
    assert.equal(field in made, wanted !== undefined)
  })
}

const names: InterfaceName = index => ({ 2: 'eth0', 3: 'a b' })[index]
const ZONES: readonly [address: string, index: number, zoned: string][] = [
  ['fe80::1', 2, 'fe80::1%eth0'],
  ['febf::1', 2, 'febf::1%eth0'],
  ['fec0::1', 2, 'fec0::1'],
  ['fe80::1', 0, 'fe80::1'],
  ['fe80::1', 9, 'fe80::1%9'],
  ['fe80::1', 3, 'fe80::1%3'],
  ['ff02::fb', 2, 'ff02::fb%eth0'],
  ['ff05::2', 2, 'ff05::2'],
  ['2001:db8::1', 2, '2001:db8::1'],
  ['::', 2, '::'],
  ['169.254.1.1', 2, '169.254.1.1'],
  ['::ffff:169.254.1.1', 2, '::ffff:169.254.1.1'],
]

for (const [address, index, zoned] of ZONES) {
  test(`${address} on interface ${index} is shown as ${zoned}`, () => {
    const cells = { local: [address, 80], peer: [address, 9], interface: index } as const
    assert.deepEqual(socket(cells, names).local, { address: zoned, port: 80 })
    assert.deepEqual(socket(cells, names).peer, { address: zoned, port: 9 })
    assert.deepEqual(socket(cells).local, { address, port: 80 })
  })
}

test('a unix socket has names, a kind, and its peer where that is in the table', () => {
  const columns = new SocketColumns(4)
  const unix = (inode: number, name: string | undefined, peer: number | undefined): number => {
    const row = columns.add()
    columns.protocol[row] = protocolCode('unix')
    columns.family[row] = familyCode('unix')
    columns.state[row] = stateCode('connected')
    columns.kind[row] = kindCode('stream')
    columns.inode[row] = inode
    if (name !== undefined) columns.names.set(row, name)
    if (peer !== undefined) columns.peerInodes.set(row, peer)
    return row
  }
  const [client, server, lonely, nameless] = [
    unix(10, undefined, 11),
    unix(11, '/run/x.sock', 10),
    unix(12, '@abstract', 99),
    unix(13, undefined, undefined),
  ]
  assert.deepEqual(socketAt(columns, client).local, { path: '' })
  assert.deepEqual(socketAt(columns, client).peer, { path: '/run/x.sock' })
  assert.deepEqual(socketAt(columns, server).peer, { path: '' })
  assert.deepEqual(socketAt(columns, lonely).local, { path: '@abstract' })
  assert.ok(!('peer' in socketAt(columns, lonely)) && !('peer' in socketAt(columns, nameless)))
  assert.equal(socketAt(columns, server).kind, 'stream')
})

test('there is no socket beyond the last row', () => {
  const columns = new SocketColumns(4)
  columns.add()
  for (const row of [-1, 1, 3]) assert.throws(() => socketAt(columns, row), RangeError)
})

test('law: every code of every list becomes its word', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SOCKET_PROTOCOLS),
      fc.constantFrom(...FAMILIES),
      fc.constantFrom(...SOCKET_STATES),
      fc.constantFrom(...TIMER_KINDS),
      (protocol, family, state, timer) => {
        const made = socket({
          more(columns, row) {
            columns.protocol[row] = protocolCode(protocol)
            columns.family[row] = familyCode(family)
            columns.state[row] = stateCode(state)
            columns.timer[row] = timerCode(timer)
          },
        })
        assert.deepEqual([made.protocol, made.family, made.state], [protocol, family, state])
        assert.equal(made.timer?.kind, timer === 'none' ? undefined : timer)
        assert.equal('path' in made.local, family === 'unix')
        assert.ok(Object.values(made).every(value => value !== undefined))
      },
    ),
  )
})
