import assert from 'node:assert/strict'
import test from 'node:test'
import { Funnel } from './funnel.ts'

test('who tells more than is read waits for the reader', async () => {
  const funnel = new Funnel<number>(2)
  const through: number[] = []
  const telling = (async () => {
    for (let i = 1; i <= 5; i++) {
      await funnel.tell(i)
      through.push(i)
    }
    funnel.end()
  })()
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(through, [1, 2])
  const heard: number[] = []
  for await (const one of funnel) heard.push(one)
  await telling
  assert.deepEqual(heard, [1, 2, 3, 4, 5])
})

test('at the end nobody waits any more, and what was told is still read', async () => {
  const funnel = new Funnel<number>(0)
  const telling = [funnel.tell(1), funnel.tell(2)]
  funnel.end()
  await Promise.all(telling)
  await funnel.tell(3)
  const heard: number[] = []
  for await (const one of funnel) heard.push(one)
  assert.deepEqual(heard, [1, 2])
})
