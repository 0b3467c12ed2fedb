/** RFC 7422 section 2 by its own arithmetic, both ways, for every port. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type DeterministicPlan,
  hostOfPort,
  rangeOfHost,
  sharesOf,
  whyNotDeterministic,
} from './deterministic.ts'

const plan = (bits: number): DeterministicPlan => ({
  insideBase: 0x64_40_00_00, // 100.64.0.0
  insideLength: 20,
  outsideBase: 0xc6_33_64_00, // 198.51.100.0
  outsideLength: 20 + bits,
})

// Sharing ratio and ports of each host: 64512 divided by the ratio, rounded down.
for (const [bits, hosts, ports] of [
  [4, 16, 4032],
  [5, 32, 2016],
  [6, 64, 1008],
  [7, 128, 504],
  [8, 256, 252],
  [9, 512, 126],
  [10, 1024, 63],
] as const) {
  test(`${hosts} hosts to an address have ${ports} ports each, and every port leads back`, () => {
    const of = plan(bits)
    assert.deepEqual(sharesOf(of), { hostsPerAddress: hosts, portsPerHost: ports })
    // Who has a port, found the slow way: each host's range written down.
    const owner = new Map<string, number>()
    for (let host = of.insideBase; host < of.insideBase + 2 * hosts; host++) {
      const { address, low, high } = rangeOfHost(of, host)!
      assert.equal(high - low + 1, ports)
      for (let port = low; port <= high; port++) {
        assert.ok(!owner.has(`${address}:${port}`), 'nobody has it yet')
        owner.set(`${address}:${port}`, host)
      }
    }
    for (const address of [of.outsideBase, of.outsideBase + 1])
      for (let port = 0; port <= 65_535; port++)
        assert.equal(
          hostOfPort(of, address, port),
          owner.get(`${address}:${port}`) ?? null,
          `${address}:${port}`,
        )
  })
}

for (const [name, change, why] of [
  ['more addresses than hosts', { outsideLength: 19, outsideBase: 0xc6_33_60_00 }, /more outside addresses/],
  [
    'more hosts to an address than ports',
    { insideLength: 8, insideBase: 0x0a_00_00_00, outsideLength: 32 },
    /no port/,
  ],
  ['a base with bits past the prefix', { insideBase: 0x64_40_00_01 }, /bits set/],
  ['33 bits', { insideLength: 33 }, /0 to 32/],
] as const)
  test(`no plan: ${name}`, () => assert.match(whyNotDeterministic({ ...plan(8), ...change }) ?? '', why))

test('a plan that can be', () => assert.equal(whyNotDeterministic(plan(8)), null))
test('addresses of no plan have nothing', () => {
  assert.equal(rangeOfHost(plan(8), 0x0a_00_00_01), null)
  assert.equal(hostOfPort(plan(8), 0x0a_00_00_01, 5000), null)
})
