/** What is lost is sent again, when and how often as Linux does it, and given up after the time that its documentation says. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Address } from '../../model/address.ts'
import type { TcpSegment } from '../../wire/ip/datagram.ts'
import { FakeNetwork } from './fake-network.ts'
import { LINUX_SETTINGS, patienceMs } from './settings.ts'
import { ACK, FIN, SYN } from './tcb.ts'
import type { TcpSocket, Transport, TransportSettings } from './transport.ts'

const A = '192.0.2.1' as Address
const B = '192.0.2.2' as Address

function two(settings: Partial<TransportSettings> = {}) {
  const network = new FakeNetwork()
  const a = network.host('a', [`eth0 ${A}`], { settings })
  const b = network.host('b', [`eth0 ${B}`], { settings })
  const listener = b.stream()
  listener.bind(B, 80)
  listener.listen(1)
  return { network, a, b, listener }
}

type Two = ReturnType<typeof two>

function connected({ network, a, listener }: Two): { caller: TcpSocket; called: TcpSocket } {
  const caller = a.stream()
  caller.connect(B, 80)
  network.advance(100)
  const called = listener.accept()
  assert.ok(typeof called !== 'string')
  return { caller, called }
}

const segments = (network: FakeNetwork, from: string, wanted: (segment: TcpSegment) => boolean) =>
  network.seen.filter(
    ({ from: name, datagram }) =>
      name === from && datagram.payload.kind === 'tcp' && wanted(datagram.payload),
  )
const seconds = (sightings: readonly { readonly at: number }[]): number[] =>
  sightings.map(({ at }) => Math.round(at / 1000))
const isSyn = ({ flags }: TcpSegment): boolean => (flags & SYN) !== 0
const statesOf = (transport: Transport): string[] =>
  [...transport.rows()].map(({ socket }) => socket.state).sort()

test('SYNs without an answer: the last after 67 s, given up after 131 s (ip-sysctl, tcp_syn_retries)', () => {
  const { network, a } = two()
  network.carry = () => null
  const caller = a.stream()
  caller.connect(B, 80)
  network.run()
  assert.deepEqual(seconds(segments(network, 'a', isSyn)), [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67])
  assert.equal(caller.takeError(), 'ETIMEDOUT')
  assert.equal(Math.round(network.now / 1000), 131)
  assert.deepEqual(statesOf(a), [])
})

test('a SYN and ACK without an answer: five more, given up after 63 s (ip-sysctl, tcp_synack_retries)', () => {
  const { network, a, b } = two()
  network.carry = ({ source }) => (source === A ? 10 : null)
  const caller = a.stream()
  caller.connect(B, 80)
  network.advance(500)
  // Its SYNs alone would be answered at once.
  caller.close()
  network.run()
  assert.deepEqual(seconds(segments(network, 'b', isSyn)), [0, 1, 3, 7, 15, 31])
  assert.equal(Math.round(network.now / 1000), 63)
  assert.deepEqual(statesOf(b), ['listen'])
})

test('data without an answer: waits double up to 120 s, and end after 924.6 s (ip-sysctl, tcp_retries2)', () => {
  assert.equal(patienceMs(15, LINUX_SETTINGS), 924_600)
  const pair = two()
  const { network, a } = pair
  const { caller } = connected(pair)
  network.carry = () => null
  const began = network.now
  caller.write(new Uint8Array(10))
  network.run()
  assert.equal(caller.takeError(), 'ETIMEDOUT')
  const sent = segments(network, 'a', ({ data }) => data.length > 0).map(({ at }) => at - began)
  const waits = sent.slice(1).map((at, i) => at - sent[i]!)
  // RFC 6298 section 2: the first is the measured round trip of 20 ms and at least 200 ms more.
  assert.ok(waits[0]! >= 220 && waits[0]! < 250, `${waits[0]} ms`)
  for (let i = 1; i < waits.length; i++) assert.equal(waits[i], Math.min(120_000, waits[i - 1]! * 2))
  const first = sent[1]!
  assert.ok(network.now - began - first >= 924_600 && network.now - began - first < 924_600 + 120_000)
  assert.deepEqual(statesOf(a), [])
})

test('one lost segment of many is sent again after three duplicates, long before any timer (RFC 5681 section 3.2)', () => {
  const pair = two()
  const { network } = pair
  const { caller, called } = connected(pair)
  let lost = false
  network.carry = ({ payload }) => {
    if (payload.kind !== 'tcp' || lost || payload.data.length === 0) return 10
    lost = true
    return null
  }
  const began = network.now
  const sent = new Uint8Array(14_480).map((_, i) => i % 251)
  caller.write(sent)
  network.advance(60)
  const got = called.read(65_536)
  assert.ok(got instanceof Uint8Array && Buffer.from(got).equals(Buffer.from(sent)))
  const first = segments(network, 'a', ({ data }) => data.length > 0)
  const again = first.filter(
    ({ datagram }) =>
      (datagram.payload as TcpSegment).sequence === (first[0]!.datagram.payload as TcpSegment).sequence,
  )
  assert.deepEqual(
    again.map(({ at }) => at - began),
    [0, 20],
  )
})

test('a lost FIN is sent again', () => {
  const pair = two()
  const { network, a, b } = pair
  const { caller, called } = connected(pair)
  let fins = 0
  network.carry = ({ payload }) =>
    payload.kind === 'tcp' && (payload.flags & FIN) !== 0 && fins++ === 0 ? null : 10
  caller.close()
  network.advance(1000)
  assert.equal(called.read(1), 'end')
  called.close()
  network.advance(1000)
  assert.deepEqual([statesOf(a), statesOf(b)], [['time-wait'], ['listen']])
})

test('a lost last acknowledgement: TIME_WAIT answers the FIN once more (RFC 9293 section 3.6)', () => {
  const pair = two()
  const { network, a, b } = pair
  const { caller, called } = connected(pair)
  caller.close()
  network.advance(50)
  let lost = false
  network.carry = ({ source, payload }) => {
    if (lost || source !== A || payload.kind !== 'tcp' || payload.flags !== ACK) return 10
    lost = true
    return null
  }
  called.close()
  network.advance(60)
  assert.deepEqual(statesOf(b), ['last-ack', 'listen'])
  network.advance(1000)
  assert.ok(lost)
  assert.deepEqual([statesOf(a), statesOf(b)], [['time-wait'], ['listen']])
})

test('a reader who doesn’t read: the window closes, is asked for, and opens again (RFC 9293 section 3.8.6.1)', () => {
  const pair = two({ receiveBuffer: 20_000, sendBuffer: 100_000 })
  const { network } = pair
  const { caller, called } = connected(pair)
  const sent = new Uint8Array(60_000).map((_, i) => i % 241)
  assert.equal(caller.write(sent), sent.length)
  network.advance(10_000)
  assert.ok(called.unread <= 20_000, `${called.unread} bytes are held`)
  const probes = segments(network, 'a', ({ data, flags }) => data.length === 0 && flags === ACK).slice(1)
  assert.ok(probes.length >= 3, `${probes.length} probes`)
  const waits = probes.slice(1).map(({ at }, i) => at - probes[i]!.at)
  for (let i = 1; i < waits.length; i++) assert.ok(waits[i]! > 1.9 * waits[i - 1]!, waits.join(' '))
  const got: number[] = []
  for (let rounds = 0; got.length < sent.length && rounds < 100; rounds++) {
    const some = called.read(65_536)
    assert.ok(some instanceof Uint8Array)
    got.push(...some)
    network.advance(100)
  }
  assert.deepEqual(got, [...sent])
})

test('the update that opens the window is lost: a probe finds out', () => {
  const pair = two({ receiveBuffer: 5000 })
  const { network } = pair
  const { caller, called } = connected(pair)
  caller.write(new Uint8Array(10_000))
  network.advance(1000)
  network.carry = ({ source }) => (source === B ? null : 10)
  called.read(65_536)
  network.advance(100)
  network.carry = () => 10
  network.advance(10_000)
  assert.ok(called.unread > 4000, `${called.unread} bytes came`)
})

test('more callers than the queue takes: SYNs are dropped, and answered once there is room', () => {
  const { network, a, b, listener } = two()
  const callers = Array.from({ length: 4 }, () => {
    const caller = a.stream()
    caller.connect(B, 80)
    network.advance(100)
    return caller
  })
  // A backlog of 1 lets 2 wait (sk_acceptq_is_full).
  assert.deepEqual(
    callers.map(({ tcb }) => tcb!.state),
    ['established', 'established', 'syn-sent', 'syn-sent'],
  )
  assert.equal(listener.listener!.drops, 2)
  while (typeof listener.accept() !== 'string');
  network.advance(2000)
  assert.deepEqual(new Set(callers.map(({ tcb }) => tcb!.state)), new Set(['established']))
  assert.deepEqual(statesOf(b).filter(state => state === 'established').length, 4)
})

test('the queue fills during the handshake: who is too late believes himself connected, or is reset', () => {
  for (const abortOnOverflow of [false, true]) {
    const { network, a, listener } = two({ abortOnOverflow })
    listener.listen(0)
    const callers = Array.from({ length: 3 }, () => a.stream())
    for (const caller of callers) caller.connect(B, 80)
    network.advance(100)
    const [one, ...late] = callers
    assert.equal(one!.error, null)
    assert.equal(listener.listener!.drops, 2)
    assert.deepEqual(
      late.map(({ error, tcb }) => [error, tcb!.state]),
      abortOnOverflow
        ? [
            ['ECONNRESET', 'closed'],
            ['ECONNRESET', 'closed'],
          ]
        : [
            [null, 'established'],
            [null, 'established'],
          ],
    )
    if (abortOnOverflow) continue
    // Once there is room, the SYN and ACK that is sent again completes the handshake.
    for (let rounds = 0; rounds < 6; rounds++) {
      listener.accept()
      network.advance(1000)
    }
    assert.equal(listener.listener!.requests.size, 0)
  }
})

test('an idle conversation is asked whether it lives, if that was wanted (RFC 9293 section 3.8.4)', () => {
  const pair = two()
  const { network } = pair
  const { caller } = connected(pair)
  caller.setKeepAlive(true, 10_000)
  network.advance(100_000)
  assert.equal(caller.error, null, 'the peer answers')
  network.carry = () => null
  // 9 probes, 75 s apart.
  network.advance(10_000 + 9 * 75_000 + 1000)
  assert.equal(caller.takeError(), 'ETIMEDOUT')
})

test('keep-alive waits for the handshake', () => {
  const { network, a } = two()
  network.carry = () => null
  const caller = a.stream()
  caller.connect(B, 80)
  caller.setKeepAlive(true, 100)
  network.run()
  assert.equal(caller.takeError(), 'ETIMEDOUT')
  assert.equal(segments(network, 'a', one => !isSyn(one)).length, 0)
})

test('every second segment is acknowledged, one alone after 40 ms (RFC 9293 section 3.8.6.3)', () => {
  const pair = two()
  const { network } = pair
  const { caller } = connected(pair)
  const acknowledged = (write: () => void): number[] => {
    const began = network.now
    const from = network.seen.length
    write()
    network.advance(200)
    return network.seen
      .slice(from)
      .filter(({ from: name }) => name === 'b')
      .map(({ at }) => at - began)
  }
  assert.deepEqual(
    acknowledged(() => caller.write(new Uint8Array(100))),
    [50],
  )
  assert.deepEqual(
    acknowledged(() => caller.write(new Uint8Array(2 * 1448))),
    [10],
  )
})

test('small writes wait for the acknowledgement of what is on its way, unless TCP_NODELAY (RFC 896)', () => {
  for (const noDelay of [false, true]) {
    const pair = two()
    const { network } = pair
    const { caller } = connected(pair)
    caller.setNoDelay(noDelay)
    const from = network.seen.length
    for (let i = 0; i < 5; i++) caller.write(new Uint8Array(10))
    network.advance(200)
    const sizes = network.seen
      .slice(from)
      .filter(({ from: name }) => name === 'a')
      .map(({ datagram }) => datagram.payload.data.length)
    assert.deepEqual(
      sizes.filter(size => size > 0),
      noDelay ? [10, 10, 10, 10, 10] : [10, 40],
    )
  }
})
