import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SOCKET_PROTOCOLS, type SocketProtocol } from '../model/protocol.ts'
import type { SocketState } from '../model/socket.ts'
import { SocketColumns } from '../model/socket-columns.ts'
import { socketAt } from '../model/socket-row.ts'
import { viewsOf } from './netlink.ts'
import { decodeInetDiag, encodeInetDiagRequest } from './sock-diag.ts'

/** One message of an answer, laid out by hand after include/uapi/linux/inet_diag.h. */
function message(
  state: number,
  sport: number,
  dport: number,
  attributes: Uint8Array = new Uint8Array(),
): Uint8Array {
  const bytes = new Uint8Array(16 + 72 + attributes.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, bytes.length, true)
  view.setUint16(4, 20, true)
  bytes[16] = 2
  bytes[17] = state
  view.setUint16(20, sport)
  view.setUint16(22, dport)
  bytes.set([192, 0, 2, 1], 24)
  bytes.set([198, 51, 100, 7], 40)
  bytes.set(attributes, 88)
  return bytes
}

function decode(protocol: SocketProtocol, bytes: Uint8Array) {
  const columns = new SocketColumns(4)
  decodeInetDiag(viewsOf(bytes), bytes.length, columns, {
    protocol: SOCKET_PROTOCOLS.indexOf(protocol),
    netns: 1,
  })
  return socketAt(columns, 0)
}

const STATES: readonly [
  protocol: SocketProtocol,
  kernel: number,
  sport: number,
  dport: number,
  want: SocketState,
][] = [
  ['tcp', 1, 80, 40000, 'established'],
  ['tcp', 6, 80, 40000, 'time-wait'],
  ['tcp', 7, 80, 0, 'bound'],
  ['tcp', 7, 0, 0, 'unconnected'],
  ['tcp', 10, 80, 0, 'listen'],
  ['tcp', 12, 80, 40000, 'syn-recv'],
  ['tcp', 99, 80, 40000, 'closed'],
  ['udp', 1, 53, 40000, 'connected'],
  ['udp', 7, 53, 0, 'bound'],
  ['udp', 7, 0, 0, 'unconnected'],
  ['sctp', 10, 80, 0, 'listen'],
  ['sctp', 3, 80, 40000, 'established'],
  ['sctp', 7, 80, 40000, 'last-ack'],
  ['dccp', 1, 80, 40000, 'established'],
]

for (const [protocol, kernel, sport, dport, want] of STATES) {
  test(`${protocol} ${sport} > ${dport} in kernel state ${kernel} is ${want}`, () => {
    assert.equal(decode(protocol, message(kernel, sport, dport)).state, want)
  })
}

test('addresses and ports come in network order, a listener has no peer', () => {
  assert.deepEqual(decode('tcp', message(1, 80, 40000)).local, { address: '192.0.2.1', port: 80 })
  assert.deepEqual(decode('tcp', message(1, 80, 40000)).peer, { address: '198.51.100.7', port: 40000 })
})

test('the request asks for the port in network order and the states in host order', () => {
  const bytes = encodeInetDiagRequest({
    family: 2,
    protocol: 6,
    states: 1 << 10,
    extensions: 2,
    localPort: 443,
  })
  assert.equal(bytes.length, 72)
  assert.deepEqual([...bytes.subarray(16, 20)], [2, 6, 2, 0])
  assert.equal(new DataView(bytes.buffer).getUint32(20, true), 1024)
  assert.deepEqual([...bytes.subarray(24, 28)], [1, 187, 0, 0])
})

test('an attribute that claims more than there is ends the row, and no more is read', () => {
  const attributes = new Uint8Array(8)
  new DataView(attributes.buffer).setUint16(0, 400, true)
  assert.equal(decode('tcp', message(10, 80, 0, attributes)).state, 'listen')
})
