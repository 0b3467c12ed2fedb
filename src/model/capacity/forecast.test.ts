import assert from 'node:assert/strict'
import test from 'node:test'
import { forecastOf, type Observation } from './forecast.ts'

const churn: Observation = {
  usable: 1000,
  open: 0,
  lingering: Array.from({ length: 200 }, (_, i) => 58 + i / 100),
  came: 100,
  seconds: 1,
  ended: 100,
  lingered: 100,
  meanOpen: 0,
}

test('churn at 100 a second has 800 ports left: 8 s, give or take the root of what was counted', () => {
  const { seconds, soonest, latest, connections, rate, hold } = forecastOf(churn)!
  assert.deepEqual([Math.round(seconds), Math.round(connections), rate, hold], [8, 800, 100, 60])
  assert.ok(Math.abs(soonest - 800 / 119.6) < 0.05 && Math.abs(latest - 800 / 80.4) < 0.05)
})

test('a longer look makes the interval narrower', () => {
  const wide = forecastOf(churn)!
  const narrow = forecastOf({ ...churn, came: 1000, seconds: 10, ended: 1000, lingered: 1000 })!
  assert.ok(narrow.latest - narrow.soonest < (wide.latest - wide.soonest) / 2)
})

test('where none ends it is a leak: a straight line', () => {
  const leak = forecastOf({
    ...churn,
    lingering: [],
    open: 400,
    came: 10,
    seconds: 5,
    ended: 0,
    lingered: 0,
    meanOpen: 395,
  })!
  assert.equal(leak.hold, Number.POSITIVE_INFINITY)
  assert.equal(Math.round(leak.seconds), 300)
  assert.ok(leak.assumes.some(one => /no connection ends/.test(one)))
})

test('where nothing comes nothing is foretold', () => {
  assert.equal(forecastOf({ ...churn, came: 0 }), null)
})

test('a rate that the pool bears is for ever', () => {
  const { seconds, soonest } = forecastOf({ ...churn, usable: 10_000 })!
  assert.deepEqual([seconds, soonest], [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
})
