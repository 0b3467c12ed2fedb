/** By the structures of include/uapi/linux/neighbour.h, written out, little-endian. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { viewsOf } from './netlink.ts'
import { decodeNeighbours, encodeNeighboursRequest, type RawNeighbour } from './rtnetlink-neighbours.ts'

const hex = (text: string): number[] =>
  [...text.replaceAll(' ', '').matchAll(/../g)].map(([byte]) => Number.parseInt(byte, 16))
const message = (body: string): number[] => {
  const bytes = hex(body)
  return [...hex('00000000 1c00 0200 01000000 00000000'), ...bytes].with(0, bytes.length + 16)
}
/** Family, interface 3, state, no flags, type unicast; then address and link address. */
const V4 = message('02 00 0000 03000000 0200 00 01  0800 0100 0a000001  0a00 0200 0242ac110002 0000')
const V6_FAILED = message('0a 00 0000 03000000 2000 00 01  1400 0100 fe800000000000000000000000000001')
const BRIDGE = message('07 00 0000 03000000 8000 02 00  0a00 0200 0242ac110002 0000')
const NO_STATE = message('02 00 0000 03000000 0000 00 01  0800 0100 0a000009')
const DONE = hex('14000000 0300 0200 01000000 00000000 00000000')

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
const skip = littleEndian ? {} : { skip: 'the bytes were written for a little-endian machine' }

test('neighbours of IPv4 and IPv6, and nothing else', skip, () => {
  const bytes = Uint8Array.from([...V4, ...V6_FAILED, ...BRIDGE, ...NO_STATE, ...DONE])
  const found: RawNeighbour[] = []
  assert.equal(decodeNeighbours(viewsOf(bytes), bytes.length, found).done, true)
  assert.deepEqual(found, [
    { address: '10.0.0.1', index: 3, state: 'reachable', linkAddress: '02:42:ac:11:00:02' },
    { address: 'fe80::1', index: 3, state: 'failed' },
  ])
})

test('the request is a dump of all families', skip, () =>
  assert.deepEqual(
    [...encodeNeighboursRequest()],
    hex('1c000000 1e00 0103 01000000 00000000 000000000000000000000000'),
  ),
)

test('any bytes are read without harm', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), noise => {
      const bytes = new Uint8Array((noise.length + 3) & ~3)
      bytes.set(noise)
      decodeNeighbours(viewsOf(bytes), bytes.length, [])
    }),
  ))
