import assert from 'node:assert/strict'
import test from 'node:test'
import { formatEndpoint } from '../model/endpoint.ts'
import type { SocketState } from '../model/socket.ts'
import { type LsofSocket, parseLsof } from './lsof.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const HOLDER = 'p812\0cnode\0u1000\0Lalice\0\n'
const file = (name: string, { type = 'IPv4', protocol = 'TCP', state = '', fd = '7' } = {}): string =>
  `f${fd}\0t${type}\0P${protocol}\0n${name}\0${state === '' ? '' : `TST=${state}\0`}TQR=0\0TQS=0\0\n`
const only = (text: string): LsofSocket => {
  const { sockets, skipped } = parseLsof(bytes(HOLDER + text))
  assert.deepEqual([sockets.length, skipped], [1, 0])
  return sockets[0]!
}

test('a connection, all fields', () => {
  const text =
    'f12\0tIPv4\0d0x1f2e3d\0PTCP\0n192.0.2.1:8080->198.51.100.7:40000\0TST=ESTABLISHED\0TQR=3\0TQS=44\0\n'
  assert.deepEqual(only(text), {
    pid: 812,
    command: 'node',
    uid: 1000,
    user: 'alice',
    fd: 12,
    device: '0x1f2e3d',
    protocol: 'tcp',
    family: 'ipv4',
    state: 'established',
    local: { address: '192.0.2.1', port: 8080 },
    peer: { address: '198.51.100.7', port: 40000 },
    queue: { receive: 3, send: 44 },
  })
})

const NAMES: readonly (readonly [name: string, type: 'IPv4' | 'IPv6', local: string, peer?: string])[] = [
  ['*:80', 'IPv4', '0.0.0.0:80'],
  ['*:80', 'IPv6', '[::]:80'],
  ['*:*', 'IPv4', '0.0.0.0:0'],
  ['127.0.0.1:80', 'IPv4', '127.0.0.1:80'],
  ['[::1]:80', 'IPv6', '[::1]:80'],
  ['[::1]:80->[::1]:4000', 'IPv6', '[::1]:80', '[::1]:4000'],
  ['127.0.0.1:80->127.0.0.1:4000', 'IPv6', '[::ffff:127.0.0.1]:80', '[::ffff:127.0.0.1]:4000'],
  ['[fe80:4::1]:5353', 'IPv6', '[fe80::1%4]:5353'],
  ['[fe80::1%lo0]:5353', 'IPv6', '[fe80::1%lo0]:5353'],
]
for (const [name, type, local, peer] of NAMES) {
  test(`${type} ${name}`, () => {
    const socket = only(file(name, { type }))
    assert.equal(formatEndpoint(socket.local), local)
    assert.equal(socket.peer === undefined ? undefined : formatEndpoint(socket.peer), peer)
  })
}

const STATES: readonly (readonly [told: string, state: SocketState])[] = [
  ['LISTEN', 'listen'],
  ['ESTABLISHED', 'established'],
  ['SYN_SENT', 'syn-sent'],
  ['SYN_RECV', 'syn-recv'],
  ['SYN_RCDV', 'syn-recv'],
  ['FIN_WAIT1', 'fin-wait-1'],
  ['FIN_WAIT_1', 'fin-wait-1'],
  ['FIN_WAIT2', 'fin-wait-2'],
  ['FIN_WAIT_2', 'fin-wait-2'],
  ['TIME_WAIT', 'time-wait'],
  ['CLOSE_WAIT', 'close-wait'],
  ['LAST_ACK', 'last-ack'],
  ['CLOSING', 'closing'],
  ['CLOSED', 'bound'],
  ['', 'bound'],
]
for (const [told, state] of STATES) {
  test(`TCP ${told} is ${state}`, () => assert.equal(only(file('*:80', { state: told })).state, state))
}

const UDP: readonly (readonly [name: string, state: SocketState])[] = [
  ['*:5353', 'bound'],
  ['*:*', 'unconnected'],
  ['127.0.0.1:5353->127.0.0.1:53', 'connected'],
]
for (const [name, state] of UDP) {
  test(`UDP ${name} is ${state}`, () => assert.equal(only(file(name, { protocol: 'UDP' })).state, state))
}

/** What lsof 4.95 printed for processes of these names. */
const COMMANDS: readonly (readonly [told: string, command: string])[] = [
  ['node', 'node'],
  ['with space', 'with space'],
  ['with\\x20space', 'with space'],
  ['h^[[2J\\\\\\xc3\\xa9', 'h^[[2J\\é'],
  ['nl\\n\\t\\x7f^', 'nl\n\t\x7f^'],
  ['wörk', 'wörk'],
  ['a\\\\x20b', 'a\\x20b'],
  ['half\\x2', 'half\\x2'],
  ['\\', '\\'],
  ['\\Q', '\\Q'],
  ['\\xff', '\ufffd'],
]
for (const [told, command] of COMMANDS) {
  test(`the command ${told}`, () => {
    const { sockets } = parseLsof(bytes(`p1\0c${told}\0\n${file('*:80')}`))
    assert.equal(sockets[0]!.command, command)
  })
}

test('each descriptor belongs to the process before it', () => {
  const text = `p1\0ca\0\n${file('*:80')}${file('*:81', { fd: '8' })}p2\0cb\0\n${file('*:80')}p3\0cc\0\n`
  const { sockets, skipped } = parseLsof(bytes(text))
  assert.deepEqual(
    sockets.map(({ pid, command, fd, local, uid, user }) => [pid, command, fd, local.port, uid, user]),
    [
      [1, 'a', 7, 80, undefined, undefined],
      [1, 'a', 8, 81, undefined, undefined],
      [2, 'b', 7, 80, undefined, undefined],
    ],
  )
  assert.equal(skipped, 0)
})

const BROKEN: readonly (readonly [what: string, text: string])[] = [
  ['a socket of another namespace', 'f7\0tsock\0nprotocol: TCP\0\n'],
  ['another protocol', file('*:80', { protocol: 'ICMP' })],
  ['a descriptor that is no number', file('*:80', { fd: 'cwd' })],
  ['a port by name', file('*:http')],
  ['a port that is too large', file('*:65536')],
  ['a peer without a port', file('127.0.0.1:80->127.0.0.1')],
  ['an address that is none', file('999.0.0.1:80')],
  ['IPv6 in an IPv4 socket', file('[::1]:80')],
  ['no name', 'f7\0tIPv4\0PTCP\0\n'],
  ['cut off in a field', file('*:80').slice(0, 12)],
  ['cut off after a field', file('*:80').slice(0, -1)],
]
for (const [what, text] of BROKEN) {
  test(`left out and counted: ${what}`, () => {
    const { sockets, skipped } = parseLsof(bytes(HOLDER + file('*:1') + text))
    assert.deepEqual([sockets.length, skipped], [1, 1])
  })
}

test('a process of which only the pid is told', () => {
  const [socket] = parseLsof(bytes(`p5\0\n${file('*:80')}`)).sockets
  assert.deepEqual([socket?.pid, socket?.command], [5, ''])
})

test('a descriptor without a process is left out', () => {
  assert.deepEqual(parseLsof(bytes(file('*:80'))), { sockets: [], skipped: 1 })
})

test('nothing', () => assert.deepEqual(parseLsof(new Uint8Array()), { sockets: [], skipped: 0 }))
