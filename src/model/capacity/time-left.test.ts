/**
 * When a pool is full, against the closed forms of the textbook and against a simulation that moves one connection at a
 * time.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type Filling, heldAfter, holdOf, isBeyond, secondsLeft } from './time-left.ts'

const near = (got: number, wanted: number, share = 0.01): void =>
  assert.ok(Math.abs(got - wanted) <= share * Math.abs(wanted) + 0.05, `${got} is not near ${wanted}`)

const empty: Filling = { usable: 100, open: 0, lingering: [], rate: 10, lifetime: 0, lingerShare: 1 }

const rows: readonly (readonly [what: string, filling: Filling, seconds: number])[] = [
  ['120 ports at 10 a second, each lingering for 60 s: measured on a kernel', { ...empty, usable: 120 }, 12],
  ['470 a second fill the default range in its 60 s', { ...empty, usable: 28_232, rate: 470.6 }, 60],
  ['a third less never does', { ...empty, usable: 28_232, rate: 313 }, Number.POSITIVE_INFINITY],
  ['a leak of 2 a second', { ...empty, rate: 2, lifetime: Number.POSITIVE_INFINITY, open: 40 }, 30],
  ['nothing comes', { ...empty, rate: 0 }, Number.POSITIVE_INFINITY],
  ['it is full', { ...empty, open: 100 }, 0],
  [
    'what lingers goes in time to make room',
    { ...empty, usable: 100, rate: 1, lingering: Array(90).fill(5) },
    Number.POSITIVE_INFINITY,
  ],
  ['what lingers goes too late', { ...empty, usable: 100, rate: 1, lingering: Array(90).fill(50) }, 10],
  [
    'it goes while the pool fills: 50 at 3 s leave room for 5 s more',
    { ...empty, lingering: Array(60).fill(3) },
    10,
  ],
]
for (const [what, filling, seconds] of rows)
  test(what, () =>
    seconds === Number.POSITIVE_INFINITY
      ? assert.equal(secondsLeft(filling), seconds)
      : near(secondsLeft(filling), seconds),
  )

const pool = fc.record({
  usable: fc.integer({ min: 10, max: 30_000 }),
  rate: fc.double({ min: 0.1, max: 1000, noNaN: true }),
  lifetime: fc.double({ min: 0.1, max: 100, noNaN: true }),
})

test('law: without lingering it is H ln((N* − N0) / (N* − R))', () => {
  fc.assert(
    fc.property(pool, fc.double({ min: 0, max: 0.9, noNaN: true }), (one, share) => {
      const open = Math.floor(one.usable * share)
      const steady = one.rate * one.lifetime
      fc.pre(steady > one.usable * 1.02)
      const wanted = one.lifetime * Math.log((steady - open) / (steady - one.usable))
      near(secondsLeft({ ...one, open, lingering: [], lingerShare: 0 }), wanted)
    }),
  )
})

test('law: below the rate that it bears, an empty pool is never full; above it, always', () => {
  fc.assert(
    fc.property(pool, fc.double({ min: 0, max: 1, noNaN: true }), (one, lingerShare) => {
      const filling: Filling = { ...one, open: 0, lingering: [], lingerShare }
      const share = (one.rate * holdOf(filling)) / one.usable
      fc.pre(share < 0.98 || share > 1.02)
      assert.equal(isBeyond(filling), share > 1)
      assert.equal(Number.isFinite(secondsLeft(filling)), share > 1)
    }),
  )
})

test('law: more ports never make it sooner', () => {
  fc.assert(
    fc.property(pool, fc.nat(1000), (one, more) => {
      const filling: Filling = { ...one, open: 0, lingering: [], lingerShare: 0.5 }
      assert.ok(secondsLeft({ ...filling, usable: one.usable + more }) >= secondsLeft(filling) * 0.98)
    }),
  )
})

/** Numbers that look random, the same in every run (Park and Miller, 1988). */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** One connection at a time, at random: when each goes stands in a list that is looked through at every step. */
function simulated({ usable, open, lingering, rate, lifetime, lingerShare }: Filling, seed: number): number {
  const random = chance(seed)
  const exponential = (mean: number): number => -mean * Math.log(random())
  const goes: number[] = [...lingering]
  const live = (from: number): number =>
    from + (lifetime === 0 ? 0 : exponential(lifetime)) + (random() < lingerShare ? 60 : 0)
  for (let i = 0; i < open; i++) goes.push(live(0))
  for (let now = 0; ; ) {
    now += exponential(1 / rate)
    const held = goes.filter(at => at > now)
    if (held.length >= usable) return now
    goes.splice(0, goes.length, ...held, live(now))
  }
}

const simulations: readonly (readonly [what: string, filling: Filling])[] = [
  ['only lingering', { ...empty, usable: 400, rate: 20 }],
  ['only open', { ...empty, usable: 200, rate: 50, lifetime: 8, lingerShare: 0 }],
  ['both, half of them closed here', { ...empty, usable: 400, rate: 20, lifetime: 5, lingerShare: 0.5 }],
  ['begun with open ones', { ...empty, usable: 300, open: 100, rate: 30, lifetime: 20, lingerShare: 0 }],
  [
    'begun with lingering ones',
    { ...empty, usable: 300, rate: 10, lingering: Array.from({ length: 120 }, (_, i) => i / 2) },
  ],
]
for (const [what, filling] of simulations) {
  test(`the mean of 40 simulations is as told: ${what}`, () => {
    let sum = 0
    for (let seed = 1; seed <= 40; seed++) sum += simulated(filling, seed * 7919)
    near(secondsLeft(filling), sum / 40, 0.06)
  })
}

test('what is held then is what a sum over each moment’s arrivals gives', () => {
  const filling: Filling = {
    usable: 1e9,
    open: 50,
    lingering: [1, 2, 30],
    rate: 12,
    lifetime: 7,
    lingerShare: 0.4,
  }
  const surviving = (age: number): number => {
    const alive = Math.exp(-age / 7)
    // Ended within the last 60 s, and lingering: the rest of the distribution, less what ended earlier.
    const earlier = age > 60 ? 1 - Math.exp(-(age - 60) / 7) : 0
    return alive + 0.4 * (1 - alive - earlier)
  }
  for (const seconds of [1, 10, 59, 61, 100]) {
    let sum = 50 * surviving(seconds) + filling.lingering.filter(at => at > seconds).length
    for (let at = 0.005; at < seconds; at += 0.01) sum += 12 * 0.01 * surviving(seconds - at)
    near(heldAfter(filling, seconds), sum)
  }
})
