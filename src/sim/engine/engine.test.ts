import assert from 'node:assert/strict'
import test from 'node:test'
import { Engine } from './engine.ts'

const engine = (clock: 'by-hand' | 'by-itself', speed = Infinity) => new Engine({ seed: 1, clock, speed })

test('by hand: time stands still but in advance', async () => {
  const one = engine('by-hand')
  const seen: number[] = []
  for (const at of [30, 10, 20]) one.schedule(at, () => seen.push(one.now()))
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(seen, [])
  await one.advance(20)
  assert.deepEqual([seen, one.now()], [[10, 20], 20])
  await one.advance(5)
  assert.deepEqual([seen, one.now()], [[10, 20], 25])
})

test('an answer that a program gives in its turn leaves at the instant of the question', async () => {
  const one = engine('by-hand')
  const seen: number[] = []
  const program = async (): Promise<void> => {
    await new Promise(resolve => process.nextTick(resolve))
    one.schedule(5, () => seen.push(one.now()))
  }
  one.schedule(10, () => {
    one.tell()
    void program()
  })
  one.schedule(12, () => seen.push(one.now()))
  await one.advance(100)
  assert.deepEqual(seen, [12, 15])
})

test('run goes on until nothing is to come, or to its limit', async () => {
  const one = engine('by-hand')
  const again = (): void => {
    one.schedule(1000, again)
  }
  again()
  await one.run(10_000)
  assert.equal(one.now(), 10_000)
  const two = engine('by-hand')
  two.schedule(7, () => two.schedule(7, () => undefined))
  await two.run(10_000)
  assert.deepEqual([two.now(), two.pending], [14, 0])
})

test('settled runs packets on their way, and leaves later timers', async () => {
  for (const clock of ['by-hand', 'by-itself'] as const) {
    const one = engine(clock, 1)
    const seen: string[] = []
    const hear = { arrived: (packet: string) => void seen.push(packet) }
    const answer = {
      arrived(packet: string): void {
        seen.push(packet)
        one.carry(10, hear, 'answer')
      },
    }
    one.carry(10, answer, 'packet')
    one.schedule(3_600_000, () => seen.push('an hour later'))
    await one.settled()
    assert.deepEqual([seen, one.now()], [['packet', 'answer'], 20], clock)
    one.close()
  }
})

test('by itself: everything happens, in order, and nobody turns the clock', async () => {
  const one = engine('by-itself')
  const seen: number[] = []
  await new Promise<void>(resolve => {
    one.schedule(86_400_000, () => {
      seen.push(one.now())
      resolve()
    })
    one.schedule(5, () => seen.push(one.now()))
  })
  assert.deepEqual(seen, [5, 86_400_000])
})

test('by itself: while no packet is on its way, a program that is busy elsewhere isn’t timed out', async () => {
  const one = engine('by-itself', 1)
  const seen: string[] = []
  const timeout = one.schedule(600_000, () => seen.push('timed out'))
  // What another thread does, or the disk, ends in some later turn of the loop.
  for (let i = 0; i < 50; i++) await new Promise(resolve => setImmediate(resolve))
  timeout.cancel()
  one.close()
  assert.deepEqual(seen, [])
})

test('by itself: advance waits for simulated time, and who waited has a turn before it goes on', async () => {
  const one = engine('by-itself')
  one.schedule(250.5, () => undefined)
  await one.advance(250)
  assert.equal(one.now(), 250)
})

test('by hand: two who turn the clock do so one after the other', async () => {
  const one = engine('by-hand')
  await Promise.all([one.advance(10), one.advance(5)])
  assert.equal(one.now(), 15)
})

test('after close nothing happens', async () => {
  const one = engine('by-hand')
  let ran = false
  one.schedule(1, () => {
    ran = true
  })
  one.close()
  one.schedule(1, () => {
    ran = true
  })
  await one.advance(10)
  assert.equal(ran, false)
})
