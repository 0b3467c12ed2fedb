import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HandClock } from './hand-clock.ts'

test('it stands still until it is turned', async () => {
  const clock = new HandClock(1000)
  assert.deepEqual([clock.now(), clock.monotonic()], [1000, 0])
  await clock.advance(250)
  assert.deepEqual([clock.now(), clock.monotonic()], [1250, 250])
})

test('sleepers wake in order, each at its own time', async () => {
  const clock = new HandClock(0)
  const woken: (readonly [name: string, at: number])[] = []
  for (const [name, ms] of [
    ['late', 300],
    ['early', 100],
    ['later', 900],
  ] as const)
    void clock.sleep(ms).then(() => woken.push([name, clock.now()]))
  await clock.advance(500)
  assert.deepEqual(woken, [
    ['early', 100],
    ['late', 300],
  ])
  assert.equal(clock.sleepers, 1)
})

test('a loop that sleeps turns as often as there is time for', async () => {
  const clock = new HandClock(0)
  const at: number[] = []
  const loop = (async () => {
    while (at.length < 5) {
      await clock.sleep(1000)
      at.push(clock.now())
    }
  })()
  await clock.advance(3500)
  assert.deepEqual(at, [1000, 2000, 3000])
  await clock.advance(1500)
  await loop
  assert.deepEqual(at, [1000, 2000, 3000, 4000, 5000])
})

test('a sleeper whose signal aborts is rejected and forgotten', async () => {
  const clock = new HandClock(0)
  const stop = new AbortController()
  const sleep = clock.sleep(1000, stop.signal)
  assert.equal(clock.sleepers, 1)
  stop.abort()
  await assert.rejects(sleep, { name: 'AbortError' })
  assert.equal(clock.sleepers, 0)
})

test('somebody who waits for a sleeper waits until there is one', async () => {
  const clock = new HandClock(0)
  let waited = false
  const waiting = clock.whenSomebodySleeps().then(() => {
    waited = true
  })
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(waited, false)
  const sleep = clock.sleep(1)
  await waiting
  await clock.advance(1)
  await sleep
})
