/** The simulation beside what is known by formula, and beside the NAT itself. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { erlangB } from '../../capacity/capacity.ts'
import { NatBox } from '../nat-box.ts'
import { NAT_PROFILES } from '../profiles.ts'
import { Histogram, mostRate, planNat, simulateAddress } from './plan.ts'

/** Park and Miller's generator. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
const within = (share: number, actual: number, wanted: number): void =>
  assert.ok(Math.abs(actual / wanted - 1) <= share, `${actual} where ${wanted} is wanted`)

describe('against the closed formulas, within 2 %', () => {
  // Mappings at even times are refused from the rate on at which one port each is kept for the hold: ports / hold.
  for (const [ports, hold] of [
    [100, 2],
    [1000, 60],
    [10, 30],
    [64_512, 120],
  ] as const) {
    test(`${ports} ports kept for ${hold} s bear ${(ports / hold).toFixed(1)} a second`, () => {
      const bears = mostRate(
        rate =>
          simulateAddress({
            classes: [{ hosts: 1, rate }],
            hold,
            ports,
            arrivals: 'even',
            counted: 20_000,
            random: () => 0,
          }).refusedByPool === 0,
      )
      within(0.02, bears, ports / hold)
    })
  }
  for (const [ports, load] of [
    [50, 50],
    [100, 110],
    [200, 260],
  ] as const) {
    test(`${ports} ports and ${load} erlang: the share that Erlang B says`, () => {
      const counted = 1_000_000
      const { refusedByPool } = simulateAddress({
        classes: [{ hosts: 10, rate: load / 10 }],
        hold: 1,
        ports,
        arrivals: 'random',
        counted,
        random: seeded(7),
      })
      within(0.02, refusedByPool / counted, erlangB(load, ports))
    })
  }
  test('blocks: as many hosts as there are blocks, where each needs one', () => {
    const refused = (hosts: number) =>
      simulateAddress({
        classes: [{ hosts, rate: 1 }],
        hold: 5,
        ports: 64_512,
        blocks: { size: 512, perHost: 1 },
        arrivals: 'even',
        counted: 5000,
        random: () => 0,
      }).refusedByPool
    assert.equal(refused(126), 0)
    assert.ok(refused(127) > 0)
  })
})

describe('against the NAT itself', () => {
  for (const blocks of [undefined, { size: 16, perHost: 3 }] as const) {
    test(`the same mappings are refused, ${blocks ? 'with' : 'without'} blocks`, () => {
      const [hosts, rate, hold, ports, counted] = [8, 1.5, 10, 96, 3000]
      const { blocks: _, mappingsPerHost: __, ...plain } = NAT_PROFILES['carrier-grade']
      const box = new NatBox(
        {
          ...plain,
          holdDown: 0,
          timers: { ...plain.timers, udp: hold * 1000 },
          ports: { low: 2000, high: 2000 + ports - 1, keepsClass: true },
          ...(blocks === undefined ? {} : { blocks }),
        },
        { external: [1], random: seeded(3) },
      )
      // The simulation draws the time, then the host: so does this.
      const random = seeded(11)
      let [now, seen, refused, port] = [0, 0, 0, 0]
      while (seen < counted) {
        now += -Math.log(1 - random()) / (hosts * rate)
        const host = Math.floor(random() * hosts)
        port = (port + 1) % 60_000
        const packet = {
          protocol: 17,
          source: 100 + host,
          sourcePort: port,
          destination: 9,
          destinationPort: 53,
        }
        const came = box.outbound(packet, now * 1000)
        if (now < hold) continue
        seen++
        if (came.kind === 'dropped') refused++
      }
      const run = simulateAddress({
        classes: [{ hosts, rate }],
        hold,
        ports,
        arrivals: 'random',
        counted,
        random: seeded(11),
        ...(blocks === undefined ? {} : { blocks }),
      })
      assert.equal(run.refusedByPool + run.refusedByLimit, refused)
      assert.ok(refused > 0, 'some are')
    })
  }
})

describe('plans', () => {
  const randomFor = (run: number) => seeded(run + 1)
  test('as few addresses as will do: the same as by Erlang’s formula', () => {
    const request = {
      classes: [{ hosts: 3000, rate: 0.2 }],
      hold: 120,
      ports: 1000,
      blocked: 0.001,
      randomFor,
    }
    const { addresses, fits } = planNat(request)
    let wanted = 1
    while (erlangB(0.2 * 120 * Math.ceil(3000 / wanted), 1000) > 0.001) wanted++
    assert.ok(fits)
    within(0.02, addresses, wanted)
  })
  test('the rate that is borne is that of the formula', () => {
    const plan = planNat({
      classes: [{ hosts: 100, rate: 0.5 }],
      hold: 60,
      ports: 4000,
      addresses: 1,
      blocked: 0.01,
      randomFor,
    })
    within(0.02, plan.bears, plan.byFormula!.bears)
  })
  test('what is reserved is each host’s own: 1008 machines with 64 ports to an address', () => {
    const ask = (hosts: number) =>
      planNat({
        classes: [{ hosts, rate: 0.1 }],
        hold: 30,
        ports: 64_512,
        blocks: { size: 64, perHost: 1 },
        reserved: true,
        blocked: 0.0001,
        randomFor,
      }).addresses
    assert.deepEqual([ask(1008), ask(1009)], [1, 2])
  })
  test('a few who ask for much hit their own limit, and the pool stays free', () => {
    const plan = planNat({
      classes: [
        { hosts: 990, rate: 0.01 },
        { hosts: 10, rate: 50 },
      ],
      hold: 60,
      ports: 64_512,
      blocks: { size: 32, perHost: 2 },
      addresses: 1,
      blocked: 0.001,
      randomFor,
    })
    assert.equal(plan.blockedByPool, 0)
    assert.ok(plan.blockedByLimit > 0.5)
    assert.equal(plan.run.blocksPerHost.most, 2)
    assert.equal(plan.fits, false)
  })
})

test('percentiles: the least value that so many are no greater than', () => {
  const histogram = new Histogram()
  for (let value = 1; value <= 100; value++) histogram.add(value)
  assert.deepEqual(histogram.percentiles(), { p50: 50, p95: 95, p99: 99, most: 100 })
})
