/** The question for one route and its answer, as bytes after include/uapi/linux/rtnetlink.h. */
import assert from 'node:assert/strict'
import { endianness } from 'node:os'
import test from 'node:test'
import { parseAddress } from '../model/address.ts'
import { viewsOf } from './netlink.ts'
import { decodeRouteAnswer, encodeRouteQuestion, type RawRouteAnswer } from './rtnetlink-route-answer.ts'

const skip = endianness() === 'LE' ? false : 'the bytes were written for a little-endian machine'
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'))

test('the question: all that was said, and the table wanted', { skip }, () =>
  assert.deepEqual(
    encodeRouteQuestion({
      to: parseAddress('192.0.2.7'),
      source: parseAddress('192.0.2.1'),
      index: 3,
      mark: 9,
    }),
    bytes(`3c000000 1a00 0100 01000000 00000000
      02 20 20 00 00 00 00 00 00100000
      0800 0100 c0000207 0800 0200 c0000201 0800 0400 03000000 0800 1000 09000000`),
  ),
)

test('the question by IPv6, without its zone', { skip }, () =>
  assert.deepEqual(
    encodeRouteQuestion({ to: parseAddress('fe80::1%eth0') }),
    bytes(`30000000 1a00 0100 01000000 00000000
      0a 80 00 00 00 00 00 00 00100000
      1400 0100 fe800000000000000000000000000001`),
  ),
)

const told = (hex: string) => {
  const all: RawRouteAnswer[] = []
  const message = bytes(hex)
  return { progress: decodeRouteAnswer(viewsOf(message), message.length, all), all }
}

test('an answer: unicast by a gateway, with an MTU that was learned', { skip }, () => {
  const { progress, all } = told(`48000000 1800 0000 01000000 00000000
    02 20 00 00 fe 00 00 01 00000000
    0800 0400 03000000 0800 0500 c00002fe 0800 0700 c0000201
    0c00 0800 0800 0200 14050000 0800 0f00 64000000`)
  assert.equal(progress.done, true)
  assert.deepEqual(all, [
    { type: 1, index: 3, gateway: '192.0.2.254', source: '192.0.2.1', table: 100, mtu: 1300 },
  ])
})

test('a gateway of the other family', { skip }, () => {
  const { all } = told(`34000000 1800 0000 01000000 00000000
    02 20 00 00 fe 00 00 01 00000000
    1600 1200 0a00 fe800000000000000000000000000001 0000`)
  assert.equal(all[0]?.gateway, 'fe80::1')
})

test('a refusal ends it with the kernel’s number', { skip }, () => {
  const { progress, all } = told('14000000 0200 0000 01000000 00000000 9bffffff')
  assert.deepEqual([progress.done, progress.errno, all.length], [true, 101, 0])
})
