/** The vectors of RFC 5769 sections 2.1 to 2.3, sealed with the password that the RFC gives; and laws. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import test from 'node:test'
import { crc32 as peer } from 'node:zlib'
import fc from 'fast-check'
import { parseAddress } from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import type { Port } from '../model/port.ts'
import { crc32 } from './crc32.ts'
import { BINDING, decodeStun, encodeStun, STUN_CLASSES, type StunMessage } from './stun.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'))
const TRANSACTION = bytes('b7e7a701 bc34d686 fa87dfae')
const at = (address: string, port: number): Endpoint => ({
  address: parseAddress(address),
  port: port as Port,
})

const VECTORS: readonly (readonly [name: string, hex: string, message: StunMessage])[] = [
  [
    '2.1, a request',
    `00010058 2112a442 b7e7a701 bc34d686 fa87dfae
     80220010 5354554e 20746573 7420636c 69656e74
     00240004 6e0001ff
     80290008 932ff9b1 51263b36
     00060009 6576746a 3a683676 59202020
     00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
     80280004 e57a3bcf`,
    {
      class: 'request',
      method: BINDING,
      transaction: TRANSACTION,
      software: 'STUN test client',
      username: 'evtj:h6vY',
      fingerprint: 'right',
    },
  ],
  [
    '2.2, an answer by IPv4',
    `0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
     8022000b 74657374 20766563 746f7220
     00200008 0001a147 e112a643
     00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
     80280004 c07d4c96`,
    {
      class: 'success',
      method: BINDING,
      transaction: TRANSACTION,
      software: 'test vector',
      xorMapped: at('192.0.2.1', 32853),
      fingerprint: 'right',
    },
  ],
  [
    '2.3, an answer by IPv6',
    `01010048 2112a442 b7e7a701 bc34d686 fa87dfae
     8022000b 74657374 20766563 746f7220
     00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9
     00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41
     80280004 c8fb0b4c`,
    {
      class: 'success',
      method: BINDING,
      transaction: TRANSACTION,
      software: 'test vector',
      xorMapped: at('2001:db8:1234:5678:11:2233:4455:6677', 32853),
      fingerprint: 'right',
    },
  ],
]
const PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt'

for (const [name, hex, message] of VECTORS) {
  test(`RFC 5769 section ${name}`, () => assert.deepEqual(decodeStun(bytes(hex)), message))
  test(`the vector of section ${name} is copied rightly: its seal fits`, () => {
    const whole = bytes(hex)
    // RFC 8489 section 14.5: over all before it, with the length as if it ended there.
    const sealed = whole.slice(0, whole.length - 8 - 24)
    new DataView(sealed.buffer).setUint16(2, sealed.length - 20 + 24)
    const seal = createHmac('sha1', PASSWORD).update(sealed).digest('hex')
    assert.equal(seal, Buffer.from(whole.subarray(whole.length - 28, whole.length - 8)).toString('hex'))
  })
  test(`a changed byte of ${name} is noticed by the fingerprint`, () => {
    const changed = bytes(hex)
    changed[25]! ^= 1
    assert.equal(decodeStun(changed)?.fingerprint, 'wrong')
  })
}

test('CHANGE-REQUEST, RESPONSE-PORT and PADDING as RFC 5780 sections 7.2, 7.5 and 7.6 draw them', () => {
  const message: StunMessage = {
    class: 'request',
    method: BINDING,
    transaction: TRANSACTION,
    changeRequest: { address: true, port: true },
    responsePort: 40_000,
    padding: 6,
  }
  const encoded = encodeStun(message)
  assert.equal(
    Buffer.from(encoded).toString('hex'),
    Buffer.from(
      bytes(`0001001c 2112a442 b7e7a701 bc34d686 fa87dfae
        00030004 00000006
        00270004 9c400000
        00260006 00000000 00000000`),
    ).toString('hex'),
  )
  assert.deepEqual(decodeStun(encoded), message)
})

const ANSWER = bytes(VECTORS[1]![1])
const with1 = (at: number, byte: number): Uint8Array => ANSWER.with(at, byte)
const NONE: readonly (readonly [why: string, bytes: Uint8Array])[] = [
  ['shorter than a header', ANSWER.subarray(0, 19)],
  ['another cookie', with1(4, 0)],
  ['two bits that must be zero', with1(0, 0xc0)],
  ['a length that is no multiple of four', with1(3, 0x3d)],
  ['longer than it is', ANSWER.subarray(0, 40)],
]
for (const [why, odd] of NONE) test(`no STUN message: ${why}`, () => assert.equal(decodeStun(odd), undefined))

test('behind the seal only the fingerprint counts', () => {
  const whole = bytes(`01010028 2112a442 b7e7a701 bc34d686 fa87dfae
    00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
    00200008 0001a147 e112a643
    80220000`)
  const { xorMapped, software } = decodeStun(whole)!
  assert.deepEqual([xorMapped, software], [undefined, undefined])
})

const endpoint = fc
  .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(65535))
  .map(([address, port]) => at(address, port))
const PLAIN = { noNullPrototype: true } as const
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const messages = fc
  .record({
    class: fc.constantFrom(...STUN_CLASSES),
    method: fc.nat(0xfff),
    transaction: fc.uint8Array({ minLength: 12, maxLength: 12 }),
    mapped: maybe(endpoint),
    xorMapped: maybe(endpoint),
    responseOrigin: maybe(endpoint),
    otherAddress: maybe(endpoint),
    changeRequest: maybe(fc.record({ address: fc.boolean(), port: fc.boolean() }, PLAIN)),
    responsePort: maybe(fc.nat(65535)),
    padding: maybe(fc.nat(100)),
    username: maybe(fc.string()),
    software: maybe(fc.string()),
    error: maybe(fc.record({ code: fc.integer({ min: 300, max: 699 }), reason: fc.string() }, PLAIN)),
    fingerprint: maybe(fc.constant('right' as const)),
  })
  .map(
    message =>
      Object.fromEntries(
        Object.entries(message).filter(([, value]) => value !== undefined),
      ) as unknown as StunMessage,
  )

test('a message that was written reads as the same', () => {
  fc.assert(fc.property(messages, message => assert.deepEqual(decodeStun(encodeStun(message)), message)))
})

test('the check is zlib’s', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), data => assert.equal(crc32(data), peer(data))))
})
