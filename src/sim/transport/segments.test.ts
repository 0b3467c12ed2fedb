/**
 * Single segments and what they are answered with: RFC 9293 section 3.10.7, RFC 5961, RFC 7323. And a law: whatever a wire does,
 * both sides get the bytes that were sent, in order and once.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Address } from '../../model/address.ts'
import type { TcpSegment } from '../../wire/ip/datagram.ts'
import { seededRandom } from '../engine/engine.ts'
import { FakeNetwork } from './fake-network.ts'
import { plus } from './sequence.ts'
import { ACK, FIN, PSH, RST, SYN } from './tcb.ts'
import type { TcpSocket, Transport } from './transport.ts'

const A = '192.0.2.1' as Address
const B = '192.0.2.2' as Address
const NONE = new Uint8Array(0)

const segment = (given: Partial<TcpSegment>): TcpSegment => ({
  kind: 'tcp',
  sourcePort: 1000,
  destinationPort: 80,
  sequence: 0,
  acknowledgement: 0,
  flags: 0,
  windowSize: 0xffff,
  data: NONE,
  ...given,
})

/** A host that is handed segments one by one, and what it answers. */
function alone(): { b: Transport; network: FakeNetwork; hand: (given: Partial<TcpSegment>) => TcpSegment[] } {
  const network = new FakeNetwork()
  network.carry = () => null
  const b = network.host('b', [`eth0 ${B}`])
  const hand = (given: Partial<TcpSegment>): TcpSegment[] => {
    const before = network.seen.length
    const datagram = { source: A, destination: B, hopLimit: 64, payload: segment(given) }
    b.receive(datagram, 'eth0')
    return network.seen.slice(before).map(sighting => sighting.datagram.payload as TcpSegment)
  }
  return { b, network, hand }
}

const CLOSED: readonly (readonly [
  name: string,
  given: Partial<TcpSegment>,
  answer: Partial<TcpSegment> | null,
])[] = [
  ['a SYN', { flags: SYN, sequence: 7 }, { flags: RST | ACK, sequence: 0, acknowledgement: 8 }],
  [
    'an ACK',
    { flags: ACK, sequence: 7, acknowledgement: 99 },
    { flags: RST, sequence: 99, acknowledgement: 0 },
  ],
  ['data without ACK', { sequence: 7, data: new Uint8Array(5) }, { flags: RST | ACK, acknowledgement: 12 }],
  [
    'FIN and data',
    { sequence: 7, flags: FIN, data: new Uint8Array(5) },
    { flags: RST | ACK, acknowledgement: 13 },
  ],
  ['a reset', { flags: RST, sequence: 7 }, null],
]
for (const [name, given, answer] of CLOSED) {
  test(`to a port where nobody is: ${name} (RFC 9293 section 3.10.7.1)`, () => {
    const answers = alone().hand(given)
    assert.equal(answers.length, answer === null ? 0 : 1)
    for (const [key, value] of Object.entries(answer ?? {}))
      assert.equal(answers[0]![key as keyof TcpSegment], value, key)
  })
}

/** A listener that has accepted one caller, whose next number is 101 and who is at the end of what it was told. */
function established(options: NonNullable<TcpSegment['options']> = { maximumSegmentSize: 1460 }) {
  const one = alone()
  const listener = one.b.stream()
  listener.bind(B, 80)
  listener.listen(10)
  const [answer] = one.hand({ flags: SYN, sequence: 100, options })
  const next = plus(answer!.sequence, 1)
  one.hand({ flags: ACK, sequence: 101, acknowledgement: next })
  const socket = listener.accept()
  assert.ok(typeof socket !== 'string', `accept() came to ${socket}`)
  return { ...one, socket, next, answer: answer! }
}

const IN_CONVERSATION: readonly (readonly [
  name: string,
  given: (next: number) => Partial<TcpSegment>,
  /** Flags and number acknowledged of the answer; null for none. */
  answer: readonly [flags: number, acknowledgement: number] | null,
  state: string,
])[] = [
  [
    'a reset with just the number that is expected ends it',
    () => ({ flags: RST, sequence: 101 }),
    null,
    'closed',
  ],
  [
    'another reset within the window is asked about (RFC 5961 section 3)',
    () => ({ flags: RST, sequence: 200 }),
    [ACK, 101],
    'established',
  ],
  ['a reset outside of the window is nothing', () => ({ flags: RST, sequence: 99 }), null, 'established'],
  [
    'a SYN is asked about (RFC 5961 section 4)',
    () => ({ flags: SYN, sequence: 300 }),
    [ACK, 101],
    'established',
  ],
  [
    'old data is acknowledged again',
    next => ({ flags: ACK, sequence: 90, acknowledgement: next, data: new Uint8Array(5) }),
    [ACK, 101],
    'established',
  ],
  [
    'data beyond the window is answered with where we are',
    next => ({ flags: ACK, sequence: plus(101, 200_000), acknowledgement: next, data: new Uint8Array(5) }),
    [ACK, 101],
    'established',
  ],
  [
    'data after a gap is answered at once',
    next => ({ flags: ACK, sequence: 201, acknowledgement: next, data: new Uint8Array(5) }),
    [ACK, 101],
    'established',
  ],
  [
    'an acknowledgement of what wasn’t sent is answered',
    next => ({ flags: ACK, sequence: 101, acknowledgement: plus(next, 5) }),
    [ACK, 101],
    'established',
  ],
  [
    'data without ACK is dropped',
    () => ({ flags: PSH, sequence: 101, data: new Uint8Array(5) }),
    null,
    'established',
  ],
  [
    'a FIN is acknowledged',
    next => ({ flags: FIN | ACK, sequence: 101, acknowledgement: next }),
    [ACK, 102],
    'close-wait',
  ],
  [
    'data and FIN at once',
    next => ({ flags: FIN | ACK, sequence: 101, acknowledgement: next, data: new Uint8Array(9) }),
    [ACK, 111],
    'close-wait',
  ],
  [
    'a FIN behind a gap waits',
    next => ({ flags: FIN | ACK, sequence: 151, acknowledgement: next }),
    [ACK, 101],
    'established',
  ],
]
for (const [name, given, answer, state] of IN_CONVERSATION) {
  test(`in a conversation: ${name}`, () => {
    const { hand, socket, next } = established()
    const answers = hand(given(next))
    assert.deepEqual(
      answers.map(({ flags, acknowledgement }) => [flags, acknowledgement]),
      answer === null ? [] : [answer],
    )
    assert.equal(socket.tcb!.state, state)
  })
}

test('a FIN that came before its turn counts once the gap is closed', () => {
  const { hand, socket, next } = established()
  hand({ flags: FIN | ACK, sequence: 106, acknowledgement: next })
  const answers = hand({ flags: ACK, sequence: 101, acknowledgement: next, data: new Uint8Array(5) })
  assert.deepEqual(answers.at(-1)!.acknowledgement, 107)
  assert.equal(socket.tcb!.state, 'close-wait')
})

test('overlapping pieces in any order make one stream', () => {
  const stream = Uint8Array.from({ length: 60 }, (_, i) => i)
  const pieces = [
    [40, 60],
    [10, 30],
    [20, 45],
    [5, 12],
    [0, 7],
  ] as const
  const { hand, socket, next } = established()
  for (const [from, to] of pieces)
    hand({ flags: ACK, sequence: 101 + from, acknowledgement: next, data: stream.subarray(from, to) })
  assert.deepEqual(socket.read(100), stream)
})

test('an old duplicate is known by its timestamp (RFC 7323 section 5)', () => {
  const { hand, socket, next } = established({
    maximumSegmentSize: 1460,
    timestamps: { value: 5000, echo: 0 },
  })
  const answers = hand({
    flags: ACK,
    sequence: 101,
    acknowledgement: next,
    data: new Uint8Array(5),
    options: { timestamps: { value: 4000, echo: 1 } },
  })
  assert.deepEqual(
    [answers.map(({ flags, acknowledgement }) => [flags, acknowledgement]), socket.unread],
    [[[ACK, 101]], 0],
  )
})

test('options are used only if the other side has them', () => {
  for (const options of [
    { maximumSegmentSize: 1000, windowScale: 3, timestamps: { value: 1, echo: 0 } },
    {},
  ]) {
    const { answer, socket, hand, next } = established(options)
    const isFull = 'windowScale' in options
    assert.equal(answer.options?.timestamps !== undefined, isFull)
    assert.equal(answer.options?.windowScale !== undefined, isFull)
    assert.equal(answer.options?.maximumSegmentSize, 1460, 'what we take, whatever they take')
    // RFC 9293 section 3.7.1: 536 where the peer says nothing; timestamps take 12 of each segment.
    hand({ flags: ACK, sequence: 101, acknowledgement: next, windowSize: 10_000 })
    assert.equal(socket.tcb!.segment, isFull ? 988 : 536)
    assert.equal(socket.tcb!.sendWindow, isFull ? 80_000 : 10_000)
  }
})

interface Wire {
  readonly seed: number
  readonly loss: number
  readonly twice: number
  readonly jitterMs: number
  readonly buffer: number
  readonly mtu: number
  /** Bytes of each write, of the caller and of the called. */
  readonly writes: readonly (readonly number[])[]
  readonly readSize: number
}

const wires: fc.Arbitrary<Wire> = fc.record({
  seed: fc.nat(1_000_000),
  loss: fc.constantFrom(0, 0.02, 0.2),
  twice: fc.constantFrom(0, 0.1),
  jitterMs: fc.constantFrom(0, 5, 100),
  buffer: fc.constantFrom(300, 3000, 131_072),
  mtu: fc.constantFrom(100, 576, 1500),
  writes: fc.array(fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 8 }), {
    minLength: 2,
    maxLength: 2,
  }),
  readSize: fc.constantFrom(1, 100, 65_536),
})

test('whatever a wire does, both sides get what was sent, in order and once, and end', () => {
  fc.assert(
    fc.property(wires, wire => {
      const { seed, loss, twice, jitterMs, buffer, mtu, writes, readSize } = wire
      const network = new FakeNetwork(seed)
      const chance = seededRandom(seed)
      const settings = { receiveBuffer: buffer, sendBuffer: buffer }
      const a = network.host('a', [`eth0 ${A}`], { settings }, { mtuTo: () => mtu })
      const b = network.host('b', [`eth0 ${B}`], { settings }, { mtuTo: () => mtu })
      network.carry = datagram => {
        const delay = 10 + chance() * jitterMs
        if (chance() < loss) return null
        if (chance() < twice) (datagram.destination === A ? a : b).receive(datagram, 'eth0')
        return delay
      }
      const listener = b.stream()
      listener.bind(B, 80)
      listener.listen(1)
      const caller = a.stream()
      caller.connect(B, 80)
      const ends: (TcpSocket | null)[] = [caller, null]
      const toSend = writes.map((sizes, side) =>
        sizes.map((size, i) => new Uint8Array(size).fill(side * 100 + i)),
      )
      const got: number[][] = [[], []]
      const done = [false, false]
      for (let rounds = 0; rounds < 100_000 && !(done[0] && done[1]); rounds++) {
        network.advance(50)
        if (ends[1] === null) {
          const child = listener.accept()
          if (typeof child !== 'string') ends[1] = child
        }
        for (const [side, socket] of ends.entries()) {
          if (socket === null || socket.tcb!.state === 'syn-sent') continue
          const first = toSend[side]![0]
          if (first !== undefined) {
            const written = socket.write(first)
            assert.ok(typeof written === 'number', `write came to ${written}`)
            if (written === first.length) toSend[side]!.shift()
            else toSend[side]![0] = first.subarray(written)
            if (toSend[side]!.length === 0) socket.shutdown('write')
          } else if (writes[side]!.length === 0) socket.shutdown('write')
          for (let some = socket.read(readSize); some !== 'end'; some = socket.read(readSize)) {
            assert.ok(some instanceof Uint8Array, JSON.stringify(some))
            if (some.length === 0) break
            got[side]!.push(...some)
          }
          if (socket.unread === 0 && socket.read(1) === 'end') done[side] = true
        }
      }
      const wanted = writes.map((sizes, side) =>
        sizes.flatMap((size, i) => Array<number>(size).fill(side * 100 + i)),
      )
      assert.deepEqual([got[1], got[0]], wanted)
      for (const socket of ends) socket!.close()
      network.run(10_000_000)
      assert.deepEqual(
        [...a.rows(), ...b.rows()].map(({ socket }) => socket.state),
        ['listen'],
      )
    }),
    { numRuns: 150 },
  )
})
