import assert from 'node:assert/strict'
import test from 'node:test'
import { ToldQueue } from './told-queue.ts'

async function rest<T>(queue: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of queue) all.push(one)
  return all
}

test('what is told is read in its order, whenever it is read', async () => {
  const queue = new ToldQueue<number>(10)
  queue.tell(1)
  const reading = rest(queue)
  queue.tell(2)
  await Promise.resolve()
  queue.tell(3)
  queue.end()
  assert.deepEqual(await reading, [1, 2, 3])
})

test('beyond the bound it is counted, and the reader told once there is room', async () => {
  const queue = new ToldQueue<string>(2, count => `${count} lost`)
  for (const one of ['a', 'b', 'c', 'd']) queue.tell(one)
  const reader = queue[Symbol.asyncIterator]()
  assert.equal((await reader.next()).value, 'a')
  queue.tell('e')
  queue.end()
  const told: string[] = []
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) told.push(next.value)
  assert.deepEqual(told, ['b', '2 lost', 'e'])
})

test('what was lost last is told at the end', async () => {
  const queue = new ToldQueue<string>(1, count => `${count} lost`)
  for (const one of ['a', 'b', 'c']) queue.tell(one)
  queue.end()
  assert.deepEqual(await rest(queue), ['a', '2 lost'])
})

test('after the end nothing is kept', async () => {
  const queue = new ToldQueue<string>(10)
  queue.end()
  assert.equal(queue.tell('late'), false)
  assert.deepEqual(await rest(queue), [])
})
