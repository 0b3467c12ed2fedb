/** `struct msghdr`, control messages and what they tell, as bytes written by hand after the kernel's headers. */
import assert from 'node:assert/strict'
import { endianness } from 'node:os'
import test from 'node:test'
import { extendedErrorOf } from './extended-error.ts'
import { decodeLinkAddress } from './link-address.ts'
import { controlMessages, decodeMessageHeader, encodeMessageHeader, timeOf } from './message-header.ts'

const skip = endianness() === 'LE' ? false : 'the bytes were written for a little-endian machine'
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'))

const ROOMS = {
  name: { at: 0x1000n, length: 128 },
  bytes: { at: 0x2000n, length: 64 },
  control: { at: 0x3000n, length: 256 },
}

test('64 bits: the header (56 bytes), and one iovec behind it', { skip }, () =>
  assert.deepEqual(
    encodeMessageHeader(8, 0x5000n, ROOMS),
    bytes(`0010000000000000 80000000 00000000 3850000000000000 0100000000000000
      0030000000000000 0001000000000000 0000000000000000 0020000000000000 4000000000000000`),
  ),
)

test('32 bits: the header (28 bytes), and one iovec behind it', { skip }, () =>
  assert.deepEqual(
    encodeMessageHeader(4, 0x5000n, ROOMS),
    bytes('00100000 80000000 1c500000 01000000 00300000 00010000 00000000 00200000 40000000'),
  ),
)

test('what the kernel has written', { skip }, () => {
  const wide = bytes(`0010000000000000 14000000 00000000 3850000000000000 0100000000000000
    0030000000000000 3000000000000000 0020000000000000`)
  assert.deepEqual(decodeMessageHeader(8, wide), { nameLength: 20, controlLength: 48, flags: 0x2000 })
  const narrow = bytes('00100000 14000000 1c500000 01000000 00300000 30000000 08000000')
  assert.deepEqual(decodeMessageHeader(4, narrow), { nameLength: 20, controlLength: 48, flags: 8 })
})

/** SO_TIMESTAMPNS (level 1, type 35), then IP_RECVERR (level 0, type 11) of ICMP 3/13 by 10.0.1.1. */
const STAMP = `2000000000000000 01000000 23000000 64000000 00000000 40420f00 00000000`
const ERROR_V4 = `3000000000000000 00000000 0b000000
  71000000 02030d00 00000000 00000000 02000000 0a000101 0000000000000000`
/** IPV6_RECVERR (level 41, type 25) of ICMPv6 2/0 by fd00::1, MTU 1280. */
const ERROR_V6 = `3c00000000000000 29000000 19000000
  5a000000 03020000 00050000 00000000 0a00 0000 00000000 fd000000000000000000000000000001 00000000 00000000`
/** By our own host: EMSGSIZE, MTU 1500, and no offender. */
const LOCAL = `3000000000000000 00000000 0b000000
  5a000000 01000000 dc050000 00000000 00000000 00000000 0000000000000000`

test('control messages, a time and an error among them', { skip }, () => {
  const messages = controlMessages(8, bytes(STAMP + ERROR_V4))
  assert.deepEqual(
    messages.map(({ level, type }) => [level, type]),
    [
      [1, 35],
      [0, 11],
    ],
  )
  assert.equal(timeOf(8, messages), 100_001)
  assert.deepEqual(extendedErrorOf(messages), {
    errno: 113,
    origin: 'icmp',
    type: 3,
    code: 13,
    info: 0,
    from: '10.0.1.1',
  })
})

test('an error of IPv6 with its MTU, and one of our own host', { skip }, () => {
  const told = (text: string) => extendedErrorOf(controlMessages(8, bytes(text)))
  const v6 = { errno: 90, origin: 'icmp6', type: 2, code: 0, info: 1280, from: 'fd00::1' }
  assert.deepEqual(told(ERROR_V6), v6)
  assert.deepEqual(told(LOCAL), { errno: 90, origin: 'local', type: 0, code: 0, info: 1500 })
})

test('a message that claims more than there is ends the walk', { skip }, () => {
  assert.deepEqual(controlMessages(8, bytes(STAMP).subarray(0, 31)), [])
  assert.deepEqual(controlMessages(8, bytes('0000000000000000 01000000 23000000')), [])
  assert.equal(extendedErrorOf([]), undefined)
  assert.equal(timeOf(8, []), undefined)
})

test('where a packet was seen: index, and whether it went out', { skip }, () => {
  // family 17, protocol 0x0800, index 3, hatype 1, pkttype 4 (outgoing), halen 6
  const out = bytes('1100 0800 03000000 0100 04 06 020000000001 0000')
  assert.deepEqual(decodeLinkAddress(out), { index: 3, way: 'out', forOthers: false })
  const other = bytes('1100 0800 03000000 0100 03 06 020000000001 0000')
  assert.deepEqual(decodeLinkAddress(other), { index: 3, way: 'in', forOthers: true })
  assert.equal(decodeLinkAddress(out.subarray(0, 11)), undefined)
})
