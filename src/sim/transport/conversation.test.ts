/** TCP between two hosts, segment by segment: handshakes, goodbyes and resets as RFC 9293 draws them. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Address } from '../../model/address.ts'
import { FakeNetwork } from './fake-network.ts'
import type { TcpSocket, Transport } from './transport.ts'

const A = '192.0.2.1' as Address
const B = '192.0.2.2' as Address

interface Two {
  readonly network: FakeNetwork
  readonly a: Transport
  readonly b: Transport
}

function two(): Two {
  const network = new FakeNetwork()
  return { network, a: network.host('a', [`eth0 ${A}`]), b: network.host('b', [`eth0 ${B}`]) }
}

function listening(transport: Transport, address: Address, port: number, backlog = 10): TcpSocket {
  const listener = transport.stream()
  assert.equal(listener.bind(address, port), 'OK')
  assert.equal(listener.listen(backlog), 'OK')
  return listener
}

/** A connection, and its other end. */
function connected({ network, a, b }: Two): { caller: TcpSocket; called: TcpSocket; from: number } {
  const listener = listening(b, B, 80)
  const caller = a.stream()
  assert.equal(caller.connect(B, 80), 'EINPROGRESS')
  network.advance(100)
  const called = listener.accept()
  assert.ok(typeof called !== 'string', `accept() came to ${called}`)
  return { caller, called, from: network.seen.length }
}

const state = (socket: TcpSocket): string | undefined => socket.tcb?.state
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
function readAll(socket: TcpSocket): string {
  const got = socket.read(65_536)
  return got instanceof Uint8Array ? new TextDecoder().decode(got) : JSON.stringify(got)
}
const statesOf = (transport: Transport): string[] =>
  [...transport.rows()].map(({ socket }) => socket.state).sort()

test('a handshake in three segments (RFC 9293 figure 6)', () => {
  const pair = two()
  const { caller, called } = connected(pair)
  assert.deepEqual(pair.network.trace(), ['a 0 S 0', 'b 10 SA 0', 'a 20 A 1'])
  assert.deepEqual([state(caller), state(called)], ['established', 'established'])
  assert.deepEqual(called.peerEnd, caller.localEnd)
  assert.deepEqual(caller.peerEnd, { address: B, port: 80 })
})

test('both call at once (RFC 9293 figure 7)', () => {
  const { network, a, b } = two()
  const [one, other] = [a.stream(), b.stream()]
  one.bind(A, 1000)
  other.bind(B, 2000)
  assert.equal(one.connect(B, 2000), 'EINPROGRESS')
  assert.equal(other.connect(A, 1000), 'EINPROGRESS')
  network.advance(100)
  assert.deepEqual([state(one), state(other)], ['established', 'established'])
  assert.deepEqual(network.trace().slice(0, 4), ['a 0 S 0', 'b 0 S 0', 'b 10 SA 0', 'a 10 SA 0'])
  one.write(bytes('over'))
  network.advance(100)
  assert.equal(readAll(other), 'over')
})

test('both call at once, and one hangs up during the handshake', () => {
  const { network, a, b } = two()
  const [one, other] = [a.stream(), b.stream()]
  one.bind(A, 1000)
  other.bind(B, 2000)
  one.connect(B, 2000)
  other.connect(A, 1000)
  network.advance(10)
  assert.equal(state(one), 'syn-recv')
  one.close()
  network.advance(100)
  assert.deepEqual([statesOf(a), state(other), other.read(1)], [['fin-wait-2'], 'close-wait', 'end'])
  other.close()
  network.advance(100)
  assert.deepEqual([statesOf(a), statesOf(b)], [['time-wait'], []])
})

test('a socket that calls itself talks to itself (RFC 9293 section 3.5)', () => {
  const { network, a } = two()
  const self = a.stream()
  self.bind(A, 1000)
  assert.equal(self.connect(A, 1000), 'EINPROGRESS')
  network.settle()
  assert.equal(state(self), 'established')
  self.write(bytes('echo'))
  network.settle()
  assert.equal(readAll(self), 'echo')
})

test('a goodbye: the one who says it first waits (RFC 9293 figure 12)', () => {
  const pair = two()
  const { caller, called, from } = connected(pair)
  const { network, a, b } = pair
  caller.close()
  network.advance(50)
  assert.deepEqual([statesOf(a), state(called)], [['fin-wait-2'], 'close-wait'])
  assert.equal(called.read(10), 'end')
  called.close()
  network.advance(50)
  assert.deepEqual(network.trace().slice(from), ['a 100 FA 1', 'b 110 A 1', 'b 150 FA 1', 'a 160 A 2'])
  assert.deepEqual([statesOf(a), statesOf(b)], [['time-wait'], ['listen']])
  network.advance(59_800)
  assert.deepEqual(statesOf(a), ['time-wait'])
  network.advance(200)
  assert.deepEqual(statesOf(a), [])
})

test('both say goodbye at once, and both wait (RFC 9293 figure 13)', () => {
  const pair = two()
  const { caller, called } = connected(pair)
  caller.close()
  called.close()
  pair.network.advance(100)
  assert.deepEqual([statesOf(pair.a), statesOf(pair.b)], [['time-wait'], ['listen', 'time-wait']])
})

test('half closed: the other side goes on', () => {
  const pair = two()
  const { caller, called } = connected(pair)
  assert.equal(caller.shutdown('write'), 'OK')
  assert.equal(caller.write(bytes('more')), 'EPIPE')
  pair.network.advance(50)
  assert.equal(called.read(10), 'end')
  called.write(bytes('still here'))
  pair.network.advance(100)
  assert.equal(readAll(caller), 'still here')
})

test('FIN_WAIT_2 that nobody holds ends after tcp_fin_timeout, or with the peer’s data', () => {
  for (const [finTimeoutMs, speaks] of [
    [60_000, false],
    [5_000, false],
    [60_000, true],
  ] as const) {
    const network = new FakeNetwork()
    const a = network.host('a', [`eth0 ${A}`], { settings: { finTimeoutMs } })
    const b = network.host('b', [`eth0 ${B}`])
    const { caller, called } = connected({ network, a, b })
    caller.close()
    network.advance(50)
    assert.deepEqual(statesOf(a), ['fin-wait-2'])
    if (speaks) {
      called.write(bytes('anybody?'))
      network.advance(50)
      assert.equal(called.error, 'EPIPE')
    } else {
      network.advance(finTimeoutMs - 100)
      assert.deepEqual(statesOf(a), ['fin-wait-2'])
      network.advance(100)
    }
    assert.deepEqual(statesOf(a), [])
  }
})

test('close() with data unread, or with SO_LINGER of 0 seconds, resets (RFC 2525 section 2.17)', () => {
  for (const leaves of ['unread', 'linger'] as const) {
    const pair = two()
    const { caller, called, from } = connected(pair)
    if (leaves === 'unread') called.write(bytes('read me'))
    pair.network.advance(5)
    const before = pair.network.seen.length
    pair.network.advance(45)
    caller.close(leaves === 'linger')
    pair.network.advance(50)
    assert.match(
      pair.network
        .trace()
        .slice(leaves === 'unread' ? before : from)
        .at(-1)!,
      /^a \d+ RA/,
    )
    assert.deepEqual(called.read(10), { errno: 'ECONNRESET' })
    assert.equal(called.read(10), 'end')
    assert.deepEqual([statesOf(pair.a), called.write(bytes('x'))], [[], 'EPIPE'])
  }
})

test('what came before a reset can still be read', () => {
  const pair = two()
  const { caller, called } = connected(pair)
  caller.write(bytes('last words'))
  caller.close(true)
  pair.network.advance(50)
  assert.equal(readAll(called), 'last words')
  assert.deepEqual(called.read(10), { errno: 'ECONNRESET' })
})

test('nobody listens', () => {
  const { network, a } = two()
  const caller = a.stream()
  assert.equal(caller.connect(B, 81), 'EINPROGRESS')
  network.advance(100)
  assert.equal(caller.takeError(), 'ECONNREFUSED')
  assert.deepEqual(network.trace(), ['a 0 S 0', 'b 10 RA 0'])
  assert.equal(caller.connect('203.0.113.1' as Address, 80), 'EINPROGRESS', 'and may call again')
})

test('no way to there', () => {
  const { a } = two()
  assert.equal(a.stream().connect('224.0.0.1' as Address, 80), 'EINPROGRESS')
  assert.equal(a.stream('ipv6').connect('2001:db8::1' as Address, 80), 'ENETUNREACH')
  assert.equal(a.stream().connect('2001:db8::1' as Address, 80), 'EAFNOSUPPORT')
})

test('a fresh SYN takes the place of a TIME_WAIT, at both ends', () => {
  const pair = two()
  const { network, a, b } = pair
  const listener = listening(b, B, 80)
  for (let round = 0; round < 3; round++) {
    const caller = a.stream()
    caller.set('reuseAddress', true)
    assert.equal(caller.bind(A, 5000), 'OK')
    assert.equal(caller.connect(B, 80), 'EINPROGRESS', `round ${round}`)
    network.advance(100)
    const called = listener.accept()
    assert.ok(typeof called !== 'string', `round ${round}: ${called}`)
    // The side that waits changes from round to round.
    for (const one of round % 2 === 0 ? [caller, called] : [called, caller]) {
      one.close()
      network.advance(100)
    }
  }
  assert.deepEqual([statesOf(a), statesOf(b)].flat().sort(), ['listen', 'time-wait'])
})

test('the table tells who holds what, and what nobody holds', () => {
  const { network, a, b } = two()
  const listener = b.stream('ipv4', { pid: 42, name: 'harbour', uid: 1000 })
  listener.bind(B, 8080)
  listener.listen(5)
  const caller = a.stream('ipv4', { pid: 7, name: 'boat' })
  caller.connect(B, 8080)
  network.advance(15)
  const [row] = [...a.rows()]
  assert.deepEqual(
    [row!.socket.state, row!.owner?.pid, row!.socket.timer?.kind],
    ['syn-sent', 7, 'retransmit'],
  )
  assert.deepEqual(
    [...b.rows()].map(({ socket, owner }) => [socket.state, owner?.pid]),
    [
      ['listen', 42],
      ['syn-recv', undefined],
    ],
  )
  network.advance(100)
  const rows = [...b.rows()]
  assert.deepEqual(rows[0]!.socket.acceptQueue, { length: 1, limit: 5, drops: 0 })
  assert.deepEqual(
    [rows[1]!.socket.state, rows[1]!.owner],
    ['established', null],
    'not accepted: nobody’s yet',
  )
  assert.ok(typeof listener.accept() !== 'string')
  const accepted = [...b.rows()][1]!
  assert.deepEqual([accepted.owner?.name, accepted.socket.uid], ['harbour', 1000])
})

test('tcp_tw_reuse: the search for a port takes one that waits, once it is old enough and where that is allowed', () => {
  const ROWS = [
    ['never', 0, 5000, false],
    ['always', 1, 5000, true],
    ['always, and too young', 1, 500, false],
    ['on loopback, and this is none', 2, 5000, false],
  ] as const
  for (const [name, timeWaitReuse, ageMs, isTaken] of ROWS) {
    const network = new FakeNetwork()
    const ports = {
      range: [40_000, 40_000],
      reserved: [],
      floor: 1024,
      autobindReuse: false,
      timeWaitReuse,
    } as const
    const a = network.host('a', [`eth0 ${A}`], { settings: { ports } })
    const b = network.host('b', [`eth0 ${B}`])
    const { caller, called } = connected({ network, a, b })
    caller.close()
    network.advance(50)
    called.close()
    network.advance(ageMs)
    assert.equal(a.stream().connect(B, 80), isTaken ? 'EINPROGRESS' : 'EADDRNOTAVAIL', name)
    network.advance(50)
    assert.equal(statesOf(b).includes('established'), isTaken, name)
  }
})
