import assert from 'node:assert/strict'
import test from 'node:test'
import { viewsOf } from './netlink.ts'
import {
  decodeBridgeEntries,
  decodeNeighbours,
  encodeNeighboursRequest,
  type RawBridgeEntry,
  type RawNeighbour,
} from './rtnetlink-neighbours.ts'

const words = (...values: number[]): number[] => [...new Uint8Array(Uint32Array.from(values).buffer)]
const halves = (...values: number[]): number[] => [...new Uint8Array(Uint16Array.from(values).buffer)]
const attribute = (type: number, payload: readonly number[]): number[] => {
  const bytes = [...halves(payload.length + 4, type), ...payload]
  while (bytes.length % 4 !== 0) bytes.push(0)
  return bytes
}
/** `struct ndmsg` on interface 7, then attributes: NDA_DST 1, NDA_LLADDR 2, NDA_MASTER 9. */
const neighbour = (family: number, state: number, flags: number, ...attributes: number[][]): number[] => {
  const payload = [family, 0, 0, 0, ...words(7), ...halves(state), flags, 0, ...attributes.flat()]
  return [...words(payload.length + 16), ...halves(28, 2), ...words(1, 0), ...payload]
}
const HARDWARE = attribute(2, [2, 0, 0, 0, 0, 1])
const [REACHABLE, FAILED, PERMANENT] = [2, 0x20, 0x80] as const

const NEIGHBOURS: readonly (readonly [name: string, message: number[], wanted: string])[] = [
  [
    'of IPv4',
    neighbour(2, REACHABLE, 0, attribute(1, [10, 0, 0, 1]), HARDWARE),
    '7 10.0.0.1 reachable 02:00:00:00:00:01',
  ],
  [
    'of IPv6',
    neighbour(
      10,
      PERMANENT,
      0,
      attribute(1, [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 1]),
      HARDWARE,
    ),
    '7 2001:db8::1 permanent 02:00:00:00:00:01',
  ],
  ['that didn’t answer', neighbour(2, FAILED, 0, attribute(1, [10, 0, 0, 1])), '7 10.0.0.1 failed undefined'],
  ['in no state', neighbour(2, 0, 0, attribute(1, [10, 0, 0, 1]), HARDWARE), ''],
  ['with an address cut off', neighbour(2, REACHABLE, 0, attribute(1, [10, 0]), HARDWARE), ''],
]
for (const [name, message, wanted] of NEIGHBOURS) {
  test(`a neighbour ${name}`, () => {
    const found: RawNeighbour[] = []
    decodeNeighbours(viewsOf(Uint8Array.from(message)), message.length, found)
    assert.equal(found.map(one => `${one.index} ${one.address} ${one.state} ${one.hardware}`).join(), wanted)
  })
}

const ENTRIES: readonly (readonly [name: string, message: number[], wanted: string])[] = [
  ['that was learned', neighbour(7, REACHABLE, 0, HARDWARE, attribute(9, words(3))), '7 3 false'],
  ['of a port itself', neighbour(7, PERMANENT, 0, HARDWARE, attribute(9, words(3))), '7 3 true'],
  ['of the device’s own list', neighbour(7, PERMANENT, 2, HARDWARE), ''],
  ['of no bridge', neighbour(7, REACHABLE, 0, HARDWARE), ''],
]
for (const [name, message, wanted] of ENTRIES) {
  test(`a bridge’s entry ${name}`, () => {
    const found: RawBridgeEntry[] = []
    decodeBridgeEntries(viewsOf(Uint8Array.from(message)), message.length, found)
    assert.equal(found.map(one => `${one.index} ${one.bridge} ${one.own}`).join(), wanted)
  })
}

test('the requests are dumps with an ndmsg', () => {
  assert.deepEqual(
    [...encodeNeighboursRequest('neighbours')],
    [...words(28), ...halves(30, 0x301), ...words(1, 0, 0, 0, 0)],
  )
  assert.deepEqual(
    [...encodeNeighboursRequest('bridges')],
    [...words(28), ...halves(30, 0x301), ...words(1, 0, 7, 0, 0)],
  )
})
