import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseAddress } from '../model/address.ts'
import { decodeEcho, ECHO_HEADER, encodeEchoRequest, withoutHeader } from './echo.ts'
import { decodeDatagram, encodeDatagram, isIntact } from './ip/ip.ts'

test('a request reads back, and its checksum is right (the oracle: whole packets of IPv4)', () =>
  fc.assert(
    fc.property(fc.nat(0xffff), fc.nat(0xffff), fc.nat(64), (identifier, sequence, length) => {
      const bytes = encodeEchoRequest(false, identifier, sequence, length)
      assert.deepEqual(decodeEcho(false, bytes), { kind: 'request', identifier, sequence })
      const whole = encodeDatagram({
        source: parseAddress('192.0.2.1'),
        destination: parseAddress('192.0.2.2'),
        hopLimit: 64,
        payload: { kind: 'other', protocol: 1, data: bytes },
      })
      assert.ok(isIntact(whole))
      assert.deepEqual(withoutHeader(whole), bytes)
      const read = decodeDatagram(whole)!.payload
      assert.ok(read.kind === 'icmp' && read.type === 8 && read.data.length === length)
    }),
  ))

test('of IPv6 the types are others (RFC 4443 section 4)', () => {
  const bytes = encodeEchoRequest(true, 7, 9, 0)
  assert.equal(bytes[0], 128)
  assert.deepEqual(decodeEcho(true, bytes), { kind: 'request', identifier: 7, sequence: 9 })
  bytes[0] = 129
  assert.deepEqual(decodeEcho(true, bytes), { kind: 'reply', identifier: 7, sequence: 9 })
})

test('other messages, and what is too short, are no echo', () => {
  const bytes = encodeEchoRequest(false, 1, 1, 4)
  assert.equal(decodeEcho(true, bytes), undefined)
  assert.equal(decodeEcho(false, bytes.subarray(0, ECHO_HEADER - 1)), undefined)
  assert.equal(decodeEcho(false, new Uint8Array(0)), undefined)
  assert.deepEqual(withoutHeader(new Uint8Array(0)), new Uint8Array(0))
})
