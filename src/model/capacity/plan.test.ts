import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { PortRange } from '../port.ts'
import { GATEWAYS } from './gateways.ts'
import { planCapacity } from './plan.ts'
import { isFirstChoice, isOdd, readRange, sizeOf } from './port-search.ts'
import { SNAT_PROBES, snatMissShare, snatUsable } from './snat.ts'
import { withinNoiseOf } from './steady-state.ts'

test('28,232 ports and 60 s bear 470 a second to one destination, 235 cheaply', () => {
  const plan = planCapacity({ rate: 400, hold: 60 })
  assert.deepEqual(
    [plan.ports, Math.floor(plan.sustainable), Math.floor(plan.cheapPerDestination!), plan.fits],
    [28_232, 470, 235, true],
  )
})

test('800 a second for 60 s are 48,000 at once: two addresses, or two destinations', () => {
  const plan = planCapacity({ rate: 800, hold: 60 })
  assert.deepEqual(
    [plan.heldPerDestination, plan.fits, plan.addressesNeeded, plan.destinationsNeeded],
    [48_000, false, 2, 2],
  )
  assert.equal(planCapacity({ rate: 800, hold: 60, addresses: 2 }).fits, true)
  assert.equal(planCapacity({ rate: 800, hold: 60, destinations: 2 }).fits, true)
  assert.equal(Math.round(plan.fullAfter!), 35, '28,232 ports at 800 a second')
})

/** Documented: connections at once to one destination from one address, and the most addresses. */
const DOCUMENTED = [
  ['aws', 55_000, 8],
  ['azure', 50_000, 16],
  ['gcp', 64_512, null],
  ['linux-snat', 64_512, null],
] as const
for (const [gateway, ports, most] of DOCUMENTED) {
  test(`${gateway}: ${ports} to one destination from one address`, () => {
    const plan = planCapacity({ rate: 1, hold: 1, gateway })
    assert.deepEqual([plan.portsPerAddress, plan.gateway?.mostAddresses], [ports, most])
    assert.match(plan.gateway!.source, /^https:/)
    assert.match(plan.gateway!.readOn, /^\d{4}-\d\d-\d\d$/)
  })
}
test('more addresses than a gateway may have are said to be too many', () => {
  assert.equal(planCapacity({ rate: 10_000, hold: 60, gateway: 'aws' }).beyondGateway, true)
  assert.equal(planCapacity({ rate: 5000, hold: 60, gateway: 'aws' }).beyondGateway, false)
})
test('every gateway has its figures', () => assert.equal(Object.keys(GATEWAYS).length, DOCUMENTED.length))

test('law: what a plan asks for is enough, and one less is not', () => {
  const asked = fc.record({
    rate: fc.double({ min: 1, max: 5000, noNaN: true }),
    hold: fc.double({ min: 1, max: 200, noNaN: true }),
  })
  fc.assert(
    fc.property(asked, request => {
      const { addressesNeeded, destinationsNeeded } = planCapacity(request)
      assert.ok(planCapacity({ ...request, addresses: addressesNeeded }).fits)
      assert.ok(planCapacity({ ...request, destinations: destinationsNeeded }).fits)
      if (addressesNeeded > 1) assert.ok(!planCapacity({ ...request, addresses: addressesNeeded - 1 }).fits)
      if (destinationsNeeded > 1)
        assert.ok(!planCapacity({ ...request, destinations: destinationsNeeded - 1 }).fits)
    }),
  )
})

/** Shares worked out by hand from 248 independent tries. */
const MISSES = [
  [0.98, 0.007],
  [0.99, 0.083],
  [0.995, 0.288],
] as const
for (const [fill, share] of MISSES) {
  test(`source NAT that is ${fill * 100} % full turns ${share * 100} % away`, () => {
    assert.ok(Math.abs(snatMissShare(fill * 64_512, 64_512) - share) < 0.001)
  })
}
test('source NAT tries 248 times; few ports are searched whole', () => {
  assert.equal(SNAT_PROBES, 248)
  assert.deepEqual([snatMissShare(127, 128), snatMissShare(128, 128)], [0, 1])
  assert.ok(snatMissShare(snatUsable(64_512, 1e-4), 64_512) <= 1e-4)
})

test('the search prefers the parity of the low bound, and an odd number of ports leaves one out', () => {
  const range = { first: 32768, last: 60999 } as PortRange
  assert.deepEqual(
    [sizeOf(range), isOdd(range), isFirstChoice(range, 40_000), isFirstChoice(range, 40_001)],
    [28_232, false, true, false],
  )
  assert.equal(isOdd({ first: 10, last: 12 } as PortRange), true)
})

const RANGES = [
  ['32768 60999', { first: 32768, last: 60999 }],
  ['40000-40999', { first: 40000, last: 40999 }],
  ['60999 32768', null],
  ['0 100', null],
  ['1 65536', null],
  ['many', null],
] as const
for (const [text, range] of RANGES)
  test(`the range ${JSON.stringify(text)}`, () => assert.deepEqual(readRange(text), range))

test('a pool is as good as full within three standard deviations', () => {
  assert.deepEqual([withinNoiseOf(100, 131), withinNoiseOf(100, 129)], [false, true])
})
