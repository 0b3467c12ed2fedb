import assert from 'node:assert/strict'
import test from 'node:test'
import type { Socket, SocketState, TimerKind } from '../model/socket.ts'
import { SocketColumns } from '../model/socket-columns.ts'
import { socketAt } from '../model/socket-row.ts'
import { decodeProcNet, decodeProcNetUnix, type ProcNetContext } from './proc-net.ts'

const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const TCP: ProcNetContext = { protocol: 'tcp', family: 'ipv4', netns: 5, littleEndian: true }
const UDP: ProcNetContext = { ...TCP, protocol: 'udp' }

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, character => character.charCodeAt(0))

function decode(text: string, context: ProcNetContext) {
  const columns = new SocketColumns(1)
  const progress = decodeProcNet(latin1(text), columns, context)
  return { ...progress, sockets: Array.from({ length: columns.length }, (_, row) => socketAt(columns, row)) }
}

/** One line of tcp or udp, as the kernel prints it, with some of its columns changed. */
const line = ({
  local = '0100007F:1F90',
  peer = '00000000:0000',
  state = '0A',
  queues = '00000000:00000000',
  timer = '00:00000000',
  retransmits = '00000000',
  uid = '1000',
  inode = '4711',
  rest = ' 2 00000000e15597f6 0',
} = {}): string =>
  `  12: ${local} ${peer} ${state} ${queues} ${timer} ${retransmits}  ${uid}        0 ${inode}${rest}\n`

const only = (text: string, context = TCP): Socket => {
  const { sockets, skipped } = decode(HEADER + text, context)
  assert.deepEqual([sockets.length, skipped], [1, 0])
  return sockets[0]!
}

test('a TCP listener, all columns', () => {
  assert.deepEqual(only(line({ queues: '00000000:00000003' })), {
    protocol: 'tcp',
    family: 'ipv4',
    state: 'listen',
    local: { address: '127.0.0.1', port: 8080 },
    interface: 0,
    netns: 5,
    inode: 4711,
    cookie: 0n,
    uid: 1000,
    acceptQueue: { length: 3 },
  })
})

test('a connection, all columns', () => {
  const text = line({
    peer: '0A0200C0:01BB',
    state: '01',
    queues: '00000102:00000304',
    timer: '01:00000019',
    retransmits: '00000002',
  })
  const { state, peer, queue, timer } = only(text)
  assert.deepEqual(
    { state, peer, queue, timer },
    {
      state: 'established',
      peer: { address: '192.0.2.10', port: 443 },
      queue: { send: 0x102, receive: 0x304 },
      timer: { kind: 'retransmit', ms: 250, retransmits: 2 },
    },
  )
})

/** The same addresses as machines of both byte orders print them. */
const ADDRESSES: readonly (readonly [string, ProcNetContext['family'], little: string, big: string])[] = [
  ['192.0.2.10', 'ipv4', '0A0200C0', 'C000020A'],
  ['::1', 'ipv6', '00000000000000000000000001000000', '00000000000000000000000000000001'],
  ['2001:db8::a:b', 'ipv6', 'B80D012000000000000000000B000A00', '20010DB80000000000000000000A000B'],
  ['::ffff:192.0.2.10', 'ipv6', '0000000000000000FFFF00000A0200C0', '00000000000000000000FFFFC000020A'],
]
for (const [address, family, little, big] of ADDRESSES) {
  for (const [order, digits] of [
    ['little', little],
    ['big', big],
  ] as const) {
    test(`${address} by a ${order}-endian machine`, () => {
      const zero = '0'.repeat(digits.length)
      const text = line({ local: `${digits}:0050`, peer: `${zero}:0000` })
      const { local } = only(text, { ...TCP, family, littleEndian: order === 'little' })
      assert.deepEqual(local, { address, port: 80 })
    })
  }
}

const TCP_STATES: readonly (readonly [string, SocketState])[] = [
  ['01', 'established'],
  ['02', 'syn-sent'],
  ['03', 'syn-recv'],
  ['04', 'fin-wait-1'],
  ['05', 'fin-wait-2'],
  ['06', 'time-wait'],
  ['07', 'bound'],
  ['08', 'close-wait'],
  ['09', 'last-ack'],
  ['0A', 'listen'],
  ['0B', 'closing'],
  ['0C', 'syn-recv'],
  ['00', 'closed'],
  ['FF', 'closed'],
]
for (const [digits, state] of TCP_STATES) {
  test(`TCP state ${digits} is ${state}`, () => assert.equal(only(line({ state: digits })).state, state))
}

const UDP_STATES: readonly (readonly [string, string, SocketState])[] = [
  ['01', '0100007F:0035', 'connected'],
  ['07', '0100007F:0035', 'bound'],
  ['07', '00000000:0000', 'unconnected'],
]
for (const [digits, local, state] of UDP_STATES) {
  test(`UDP state ${digits} of ${local} is ${state}`, () =>
    assert.equal(only(line({ state: digits, local }), UDP).state, state))
}

const TIMERS: readonly (readonly [string, TimerKind | undefined])[] = [
  ['00', undefined],
  ['01', 'retransmit'],
  ['02', 'keepalive'],
  ['03', 'time-wait'],
  ['04', 'probe'],
  ['05', 'delayed-ack'],
  ['09', 'other'],
]
for (const [digits, kind] of TIMERS) {
  test(`timer ${digits} is ${kind}`, () =>
    assert.equal(only(line({ timer: `${digits}:00000001` })).timer?.kind, kind))
}

test('a TIME_WAIT socket, which has no inode and a short line', () => {
  const text = line({ state: '06', timer: '03:0000174D', uid: '0', inode: '0', rest: ' 3 0000000049d7c45f' })
  const { state, timer, inode, uid } = only(text)
  assert.deepEqual([state, timer, inode], ['time-wait', { kind: 'time-wait', ms: 59650, retransmits: 0 }, 0])
  assert.equal(uid, undefined, 'it is nobody’s, and not root’s')
})

test('drops of a datagram socket, and of one whose kernel is too old to tell', () => {
  assert.equal(only(line({ state: '07', rest: ' 2 00000000e15597f6 31' }), UDP).drops, 31)
  assert.equal(only(line({ state: '07', rest: ' 2 00000000e15597f6' }), UDP).drops, undefined)
  assert.equal(
    only(line({ state: '01', rest: ' 1 0000000016ec5202 100 0 0 10 0' })).drops,
    undefined,
    'not of TCP',
  )
})

test('drops of one line are not those of the next', () => {
  const told = line({ state: '07', rest: ' 2 00000000e15597f6 31' })
  const { sockets } = decode(HEADER + told + line({ state: '07', rest: ' 2 00000000e15597f6' }), UDP)
  assert.deepEqual(
    sockets.map(({ drops }) => drops),
    [31, undefined],
  )
})

test('a raw socket: the port is the IP protocol', () => {
  const { local, state } = only(line({ local: '00000000:0001', state: '07' }), { ...TCP, protocol: 'raw' })
  assert.deepEqual([local, state], [{ address: '0.0.0.0', port: 1 }, 'bound'])
})

test('numbers too large for their column stay as large as it can be', () => {
  const { timer, queue } = only(
    line({
      state: '01',
      timer: '01:FFFFFFFFFFFFFFFF',
      retransmits: '00000F00',
      queues: 'FFFFFFFFF:00000001',
    }),
  )
  assert.equal(timer?.ms, 0xffffffff)
  assert.equal(timer?.retransmits, 255)
  assert.equal(queue, undefined, 'a queue as large as that says nothing')
})

test('lines that make no sense are left out and counted, the others stay', () => {
  const good = line()
  const broken = [
    '\n',
    'x\n',
    '  12: 0100007F:1F90\n',
    good.replace('0100007F', '0100007'),
    good.replace('0100007F', '0100007FF'),
    good.replace('0100007F', '0100007G'),
    good.replace(':1F90', ':1F901'),
    good.replace(' 0A ', ' ZZ '),
    good.replace('4711 2', 'many'),
    good.replace('00000000:00000000', '00000000'),
    good.replace('12:', '12'),
    good.replace('  1000 ', '  10AB '),
  ]
  const { sockets, skipped } = decode(HEADER + broken.join(good) + good, TCP)
  assert.deepEqual([sockets.length, skipped], [broken.length, broken.length])
})

test('a last line that was cut off is left out: its inode could be another one', () => {
  const whole = HEADER + line() + line()
  for (let length = whole.length - 1; length > (HEADER + line()).length; length--) {
    assert.deepEqual(decode(whole.slice(0, length), TCP).rows, 1, `${length}`)
    assert.deepEqual(decode(whole.slice(0, length), TCP).skipped, 1, `${length}`)
  }
})

test('no lines at all, and only the header', () => {
  assert.deepEqual(decode('', TCP), { rows: 0, skipped: 0, sockets: [] })
  assert.deepEqual(decode(HEADER, TCP), { rows: 0, skipped: 0, sockets: [] })
})

const UNIX_HEADER = 'Num       RefCount Protocol Flags    Type St Inode Path\n'
const unixLine = (rest: string): string => `00000000e5a62d6f: 00000002 00000000 ${rest}\n`

function unix(text: string) {
  const columns = new SocketColumns(1)
  const progress = decodeProcNetUnix(new TextEncoder().encode(text), columns, 5)
  return { ...progress, sockets: Array.from({ length: columns.length }, (_, row) => socketAt(columns, row)) }
}

const UNIX: readonly (readonly [what: string, rest: string, expected: Partial<Socket>])[] = [
  [
    'a listener',
    '00010000 0001 01 77 /run/a',
    { state: 'listen', kind: 'stream', inode: 77, local: { path: '/run/a' } },
  ],
  ['connected', '00000000 0001 03 77', { state: 'connected', local: { path: '' } }],
  ['not accepted yet', '00000000 0001 02 0', { state: 'connected', inode: 0 }],
  ['a datagram socket', '00000000 0002 01 77', { state: 'unconnected', kind: 'datagram' }],
  ['seqpacket', '00010000 0005 01 77 @x', { state: 'listen', kind: 'seqpacket', local: { path: '@x' } }],
  ['being torn down', '00000000 0001 04 0', { state: 'closed' }],
  ['blanks in the path', '00000000 0001 01 77  a  b ', { local: { path: ' a  b ' } }],
  ['no ASCII', '00000000 0001 01 77 /run/é', { local: { path: '/run/é' } }],
]
for (const [what, rest, expected] of UNIX) {
  test(`unix: ${what}`, () => {
    const { sockets, skipped } = unix(UNIX_HEADER + unixLine(rest))
    assert.equal(skipped, 0)
    const [socket] = sockets as [Socket]
    assert.deepEqual({ ...socket, ...expected }, socket)
    assert.deepEqual([socket.uid, socket.queue, socket.acceptQueue], [undefined, undefined, undefined])
  })
}

test('unix: a line feed in a path, before other sockets', () => {
  const { sockets, skipped } = unix(
    `${UNIX_HEADER}${unixLine('00010000 0001 01 77 a\nb\n: c')}${unixLine('00010000 0001 01 78')}`,
  )
  assert.deepEqual([skipped, sockets.map(({ local }) => local)], [0, [{ path: 'a\nb\n: c' }, { path: '' }]])
})

test('unix: a pointer that is hidden', () => {
  assert.equal(unix(`${UNIX_HEADER}  (null): 00000002 00000000 00010000 0001 01 77 /run/a\n`).rows, 1)
})

test('unix: nonsense does not continue a name of the table before', () => {
  const columns = new SocketColumns()
  decodeProcNetUnix(
    new TextEncoder().encode(UNIX_HEADER + unixLine('00010000 0001 01 77 /run/a')),
    columns,
    5,
  )
  const { rows, skipped } = decodeProcNetUnix(new TextEncoder().encode('\nnonsense\n'), columns, 5)
  assert.deepEqual([rows, skipped, columns.names.get(0)], [0, 1, '/run/a'])
})

test('unix: an inode with something stuck to it', () => {
  assert.deepEqual(unix(UNIX_HEADER + unixLine('00010000 0001 01 77/run/a')).rows, 0)
})

test('unix: nonsense after a socket without a name is counted', () => {
  assert.deepEqual(unix(`${UNIX_HEADER}${unixLine('00010000 0001 01 77')}nonsense\n`).skipped, 1)
  assert.deepEqual(unix(`${UNIX_HEADER}${unixLine('00010000 0001 01 77 /run/a').slice(0, -1)}`), {
    rows: 0,
    skipped: 1,
    sockets: [],
  })
})
