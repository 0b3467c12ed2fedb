/** How a port is searched for, as nf_nat_l4proto_unique_tuple does it. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Tuple } from '../../filter/packet.ts'
import { portsFor, searchPort } from './port-search.ts'

const TCP = 6
const ICMP = 1
const from = (sourcePort: number): Tuple => ({ source: 1, destination: 2, sourcePort, destinationPort: 80 })

const CLASSES: readonly (readonly [port: number, low: number, high: number])[] = [
  [1, 1, 511],
  [511, 1, 511],
  [512, 600, 1023],
  [1023, 600, 1023],
  [1024, 1024, 65_535],
  [65_535, 1024, 65_535],
]
for (const [port, low, high] of CLASSES) {
  test(`without a range, ${port} stays among ${low} to ${high}`, () => {
    assert.deepEqual(portsFor(TCP, from(port), {}, 'source'), { low, size: high - low + 1 })
  })
}

test('a destination’s port changes only within a range; an identifier may be any', () => {
  assert.equal(portsFor(TCP, from(4000), {}, 'destination'), undefined)
  assert.deepEqual(portsFor(TCP, from(4000), { ports: { low: 80, high: 89 } }, 'destination'), {
    low: 80,
    size: 10,
  })
  assert.deepEqual(portsFor(ICMP, from(7), {}, 'source'), { low: 0, size: 65_536 })
  assert.equal(portsFor(47, from(0), {}, 'source'), undefined, 'GRE has none')
})

test('from the beginning that was drawn, round and round', () => {
  const tried: number[] = []
  const { tuple, free } = searchPort(
    TCP,
    from(1),
    { low: 10, size: 4 },
    'source',
    () => 2,
    one => {
      tried.push(one.sourcePort!)
      return one.sourcePort !== 11
    },
  )
  assert.deepEqual(tried, [12, 13, 10, 11])
  assert.deepEqual([tuple.sourcePort, free], [11, true])
})

test('of many ports it tries 128, 64, 32, 16 and 8, each from another beginning, and gives up', () => {
  const begun: number[] = []
  let tries = 0
  const { free } = searchPort(
    TCP,
    from(4000),
    { low: 1024, size: 64_512 },
    'source',
    round => {
      begun.push(round)
      return round * 1000
    },
    () => {
      tries++
      return true
    },
  )
  assert.equal(free, false)
  assert.deepEqual(begun, [0, 1, 2, 3, 4])
  assert.equal(tries, 128 + 64 + 32 + 16 + 8)
})

test('of few ports it tries all, once', () => {
  let tries = 0
  const { free } = searchPort(
    TCP,
    from(1),
    { low: 1, size: 100 },
    'source',
    () => 0,
    () => {
      tries++
      return true
    },
  )
  assert.deepEqual([tries, free], [100, false])
})
