import assert from 'node:assert/strict'
import test from 'node:test'
import type { SocketState, UnixKind } from '../model/socket.ts'
import { SocketColumns } from '../model/socket-columns.ts'
import { socketAt } from '../model/socket-row.ts'
import { viewsOf } from './netlink.ts'
import { decodeUnixDiag, encodeUnixDiagRequest, unixName } from './unix-diag.ts'

const words = (...values: number[]): number[] => [...new Uint8Array(Uint32Array.from(values).buffer)]
const halves = (...values: number[]): number[] => [...new Uint8Array(Uint16Array.from(values).buffer)]

/** An attribute, padded to 4. */
const attribute = (type: number, payload: number[]): number[] => {
  const bytes = [...halves(payload.length + 4, type), ...payload]
  while (bytes.length % 4 !== 0) bytes.push(0)
  return bytes
}
/** A message of the kernel: header of 16 bytes and payload. */
const message = (type: number, payload: number[]): number[] => [
  ...words(payload.length + 16),
  ...halves(type, 2),
  ...words(1, 0),
  ...payload,
]
const DONE = message(3, words(0))
const socket = (kind: number, state: number, ...attributes: number[][]): number[] =>
  message(20, [1, kind, state, 0, ...words(4711, 0x11, 0x22), ...attributes.flat()])
const text = (name: string): number[] => [...new TextEncoder().encode(name)]

function decode(...messages: number[][]) {
  const bytes = Uint8Array.from(messages.flat())
  const columns = new SocketColumns(1)
  const progress = decodeUnixDiag(viewsOf(bytes), bytes.length, columns, 99)
  return {
    columns,
    progress,
    sockets: Array.from({ length: columns.length }, (_, row) => socketAt(columns, row)),
  }
}

test('the request is struct unix_diag_req behind its header', () => {
  const bytes = encodeUnixDiagRequest(0x400, 0x55, 7)
  assert.deepEqual(
    [...bytes],
    [
      ...words(40), // length of all
      ...halves(20, 0x301), // SOCK_DIAG_BY_FAMILY, REQUEST | DUMP
      ...words(7, 0), // sequence, port
      ...[1, 0, 0, 0], // AF_UNIX
      ...words(0x400, 0, 0x55, 0xffffffff, 0xffffffff), // states, inode, show, no cookie
    ],
  )
})

const KINDS: readonly (readonly [number, UnixKind | undefined])[] = [
  [1, 'stream'],
  [2, 'datagram'],
  [5, 'seqpacket'],
  [3, undefined],
]
for (const [number, kind] of KINDS) {
  test(`SOCK type ${number} is ${kind}`, () => assert.equal(decode(socket(number, 7)).sockets[0]!.kind, kind))
}

const STATES: readonly (readonly [number, SocketState])[] = [
  [1, 'connected'],
  [7, 'unconnected'],
  [10, 'listen'],
  [0, 'closed'],
  [200, 'closed'],
]
for (const [number, state] of STATES) {
  test(`state ${number} is ${state}`, () => assert.equal(decode(socket(1, number)).sockets[0]!.state, state))
}

const PEERS: readonly (readonly [
  what: string,
  kind: number,
  state: number,
  peer: number | null,
  SocketState,
])[] = [
  ['a datagram socket that somebody connected to', 2, 1, null, 'unconnected'],
  ['a datagram socket with a peer', 2, 1, 815, 'connected'],
  ['a datagram socket with a peer, before Linux 5.15', 2, 7, 815, 'connected'],
  ['a datagram socket without a peer', 2, 7, null, 'unconnected'],
  ['a stream whose peer is not accepted yet, or gone', 1, 1, 0, 'connected'],
]
for (const [what, kind, state, peer, shown] of PEERS) {
  test(`${what} is ${shown}`, () => {
    const attributes = peer === null ? [] : [attribute(2, words(peer))]
    assert.equal(decode(socket(kind, state, ...attributes)).sockets[0]!.state, shown)
  })
}

test('all that a message tells', () => {
  const { sockets, progress, columns } = decode(
    socket(
      1,
      10,
      attribute(0, [...text('/run/a.sock'), 0]),
      attribute(2, words(815)),
      attribute(4, words(2, 128)),
      attribute(6, [3]),
      attribute(7, words(1000)),
      attribute(0x7777, [1, 2, 3]),
    ),
    DONE,
  )
  assert.deepEqual(progress, { done: true, errno: 0, interrupted: false, skipped: 0 })
  assert.deepEqual(sockets, [
    {
      protocol: 'unix',
      family: 'unix',
      state: 'listen',
      local: { path: '/run/a.sock' },
      interface: 0,
      netns: 99,
      inode: 4711,
      cookie: BigInt(new DataView(Uint32Array.of(0x11, 0x22).buffer).getBigUint64(0, true)),
      kind: 'stream',
      uid: 1000,
      acceptQueue: { length: 2, limit: 128 },
    },
  ])
  assert.equal(columns.peerInodes.get(0), 815)
})

test('what the kernel does not tell is absent: no user, no queue, no name', () => {
  const [only] = decode(socket(1, 1)).sockets
  assert.deepEqual([only!.uid, only!.queue, only!.local], [undefined, undefined, { path: '' }])
})

test('a peer of inode 0 is no peer', () => {
  assert.equal(decode(socket(1, 1, attribute(2, words(0)))).columns.peerInodes.size, 0)
})

test('an error of the dump stands in its last message, as a negative errno', () => {
  assert.deepEqual(decode(message(3, words(-2))).progress, {
    done: true,
    errno: 2,
    interrupted: false,
    skipped: 0,
  })
})

const NAMES: readonly (readonly [what: string, bytes: number[], name: string])[] = [
  ['a path', text('/run/x'), '/run/x'],
  ['a path ends at its NUL', [...text('/run/x'), 0, 0x41], '/run/x'],
  ['an abstract name', [0, ...text('X11')], '@X11'],
  ['NULs in it count', [0, 0x61, 0, 0x62, 0], '@a@b@'],
  ['blanks and line feeds', text('a b\nc'), 'a b\nc'],
  ['a byte order mark is part of it', text('\ufeffa'), '\ufeffa'],
  ['no UTF-8', [0x61, 0xff], 'a\ufffd'],
]
for (const [what, bytes, name] of NAMES) {
  test(`name: ${what}`, () => assert.equal(unixName(Uint8Array.from(bytes)), name))
}

const BROKEN: readonly (readonly [what: string, bytes: number[], rows: number, skipped: number])[] = [
  ['a message too short', message(20, [1, 1, 1, 0]), 0, 1],
  ['another family', message(20, [2, 1, 1, 0, ...words(1, 2, 3)]), 0, 1],
  ['an attribute longer than the message', socket(1, 1, [...halves(400, 0), 0, 0, 0, 0]), 1, 1],
  ['an attribute shorter than its header', socket(1, 1, [...halves(2, 0), 0, 0, 0, 0]), 1, 1],
  ['queues cut short', socket(1, 1, attribute(4, words(1))), 1, 1],
  ['a user cut short', socket(1, 1, attribute(7, [1, 2])), 1, 1],
  ['a peer cut short', socket(1, 1, attribute(2, [1, 2, 3])), 1, 1],
]
for (const [what, bytes, rows, skipped] of BROKEN) {
  test(`left out and counted: ${what}`, () => {
    const { progress, columns } = decode(bytes, DONE)
    assert.deepEqual([columns.length, progress.skipped, progress.done], [rows, skipped, true])
  })
}
