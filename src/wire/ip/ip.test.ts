/** Headers laid out by hand, as their RFCs have them; then laws over any packet. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseAddress } from '../../model/address.ts'
import { addressScalar } from '../../model/filter/address-scalar.ts'
import { checksumOf, wordSum } from './checksum.ts'
import { anyDatagram } from './datagram.cases.ts'
import type { Datagram } from './datagram.ts'
import {
  adjustedChecksum,
  datagramLength,
  decodeDatagram,
  encodeDatagram,
  isIntact,
  packetOf,
  redirected,
} from './ip.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
const hex = (of: Uint8Array): string => Buffer.from(of).toString('hex')
const address = parseAddress

const ROWS: readonly (readonly [name: string, hex: string, datagram: Datagram])[] = [
  [
    // The header that many texts sum by hand: its checksum is b861.
    'UDP over IPv4',
    '4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7',
    {
      source: address('192.168.0.1'),
      destination: address('192.168.0.199'),
      hopLimit: 64,
      dontFragment: true,
      payload: { kind: 'udp', sourcePort: 53, destinationPort: 1024, data: new Uint8Array(87) },
    },
  ],
  [
    // 4500 + 0020 + 8001 + 0a00 + 0101 + c0a8 + 0a01 is 9acc; 0800 + 0001 + 0009 + 6162 + 6364 is ccd0.
    'an echo request: identifier 1, sequence 9',
    '4500 0020 0000 0000 8001 6533 0a00 0101 c0a8 0a01 0800 332f 0001 0009 6162 6364',
    {
      source: address('10.0.1.1'),
      destination: address('192.168.10.1'),
      hopLimit: 128,
      payload: { kind: 'icmp', type: 8, code: 0, rest: 0x10009, data: bytes('61626364') },
    },
  ],
]

for (const [name, wanted, datagram] of ROWS) {
  test(name, () => {
    const made = encodeDatagram(datagram)
    const length = bytes(wanted).length
    assert.equal(hex(made.subarray(0, length)), wanted.replaceAll(' ', ''))
    assert.ok(isIntact(made))
    assert.deepEqual(decodeDatagram(made), datagram)
  })
}

/** RFC 1071 as its section 1 says it: add, and add the carry. */
function slowSum(of: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < of.length; at += 2) {
    sum += of[at]! * 256 + (of[at + 1] ?? 0)
    if (sum > 0xffff) sum -= 0xffff
  }
  return 0xffff - sum
}

test('RFC 1071 section 3: the sum of 0001 f203 f4f5 f6f7 is ddf2', () =>
  assert.equal(checksumOf(wordSum(bytes('0001 f203 f4f5 f6f7'), 0, 8)), ~0xddf2 & 0xffff))

test('RFC 1624 section 4: dd2f, with 5555 become 3285, is 0000', () =>
  assert.equal(adjustedChecksum(0xdd2f, bytes('5555'), bytes('3285')), 0x0000))

test('a checksum adjusted is the checksum of the changed bytes', () => {
  const words = fc
    .integer({ min: 1, max: 20 })
    .chain(length =>
      fc.tuple(
        fc.uint8Array({ minLength: 2 * length, maxLength: 2 * length }),
        fc.uint8Array({ minLength: 2 * length, maxLength: 2 * length }),
      ),
    )
  fc.assert(
    fc.property(words, ([before, after]) => {
      // All zero sums to 0 or ffff by one's complement; no header has such bytes (RFC 1624 section 3).
      fc.pre(before.some(one => one !== 0) && after.some(one => one !== 0))
      assert.equal(adjustedChecksum(slowSum(before), before, after), slowSum(after))
    }),
  )
})

test('bytes made of a packet, and read again, are the packet', () => {
  fc.assert(
    fc.property(anyDatagram, datagram => {
      const made = encodeDatagram(datagram)
      assert.deepEqual(decodeDatagram(made), datagram)
      assert.equal(made.length, datagramLength(datagram))
      assert.ok(isIntact(made))
    }),
    { numRuns: 500 },
  )
})

test('a byte that is changed shows in a checksum', () => {
  const checked = anyDatagram.filter(
    ({ payload, fragment }) => payload.kind !== 'other' && fragment === undefined,
  )
  fc.assert(
    fc.property(checked, fc.nat(), fc.integer({ min: 1, max: 255 }), (datagram, place, by) => {
      const made = encodeDatagram(datagram)
      // IPv6 has no checksum of its own header, and the pseudo-header none of hop limit and traffic class.
      const from = made[0]! >> 4 === 4 ? 12 : 8
      const at = from + (place % (made.length - from))
      const changed = made.slice()
      changed[at] = changed[at]! ^ by
      const udpChecksum =
        datagram.payload.kind === 'udp' && at >= made.length - datagram.payload.data.length - 4
      fc.pre(!udpChecksum || at >= made.length - datagram.payload.data.length)
      assert.equal(isIntact(changed), false)
    }),
  )
})

test('what a filter sees, put back, is the packet', () => {
  fc.assert(
    fc.property(anyDatagram, datagram => {
      assert.deepEqual(redirected(datagram, packetOf(datagram)), datagram)
    }),
  )
})

test('ends that NAT has changed', () => {
  const [, , udp] = ROWS[0]!
  const packet = packetOf(udp)
  const source = address('203.0.113.7')
  const changed = redirected(udp, { ...packet, source: addressScalar(source), sourcePort: 4000 })
  assert.deepEqual(changed, { ...udp, source, payload: { ...udp.payload, sourcePort: 4000 } })
  const [, , echo] = ROWS[1]!
  const asked = packetOf(echo)
  const fields = new Map(asked.fields).set('icmp id', 77).set('ip ttl', 5)
  assert.deepEqual(redirected(echo, { ...asked, fields }), {
    ...echo,
    hopLimit: 5,
    payload: { ...echo.payload, rest: 77 * 0x10000 + 9 },
  })
})

for (const [name, made] of [
  ['nothing', ''],
  ['half a header', '4500 0073 0000 4000'],
  ['a header that says it is shorter than one', '4400 0014 0000 4000 4011 b861 c0a80001 c0a800c7'],
  ['less than it says', '4500 0073 0000 4000 4011 b861 c0a80001 c0a800c7'],
  ['another version', '5500 0014 0000 4000 4011 b861 c0a80001 c0a800c7'],
] as const) {
  test(`no packet: ${name}`, () => {
    assert.equal(decodeDatagram(bytes(made)), undefined)
    assert.equal(isIntact(bytes(made)), false)
  })
}

const [, , like] = ROWS[0]!
for (const [name, datagram, error] of [
  ['addresses of two families', { ...like, source: address('::1') }, TypeError],
  [
    'more than a length of 16 bits says',
    { ...like, payload: { ...like.payload, data: new Uint8Array(65_508) } },
    RangeError,
  ],
] as const) {
  test(`not made: ${name}`, () => assert.throws(() => encodeDatagram(datagram), error))
}
