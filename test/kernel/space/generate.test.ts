import assert from 'node:assert/strict'
import test from 'node:test'
import { generate } from './generate.ts'
import { PROFILE_NAMES } from './profile.ts'
import { BLOCK, moveAction, moveSurroundings } from './rebase.ts'

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed)

for (const name of PROFILE_NAMES) {
  test(`${name}: a seed is a program`, () => {
    assert.deepEqual(generate(7, name), generate(7, name))
    assert.notDeepEqual(generate(7, name), generate(8, name))
  })

  test(`${name}: up to 40 actions over at least 6 sockets, in one block of ports`, () => {
    for (const seed of SEEDS) {
      const { actions, surroundings } = generate(seed, name)
      assert.ok(actions.length > 0 && actions.length <= 40, `seed ${seed}: ${actions.length} actions`)
      assert.ok(actions.filter(action => action.do === 'socket').length >= 6, `seed ${seed}`)
      const [low, high] = surroundings.range
      assert.ok(low >= 1 && low <= high && high < BLOCK && surroundings.floor <= low, `seed ${seed}`)
      for (const action of actions)
        if ('port' in action && typeof action.port === 'number') assert.ok(action.port < BLOCK)
    }
  })
}

test('a program that is moved and moved back is what it was', () => {
  for (const seed of SEEDS) {
    const { actions, surroundings } = generate(seed, 'mixed')
    const there = moveSurroundings(surroundings, 4096)
    assert.equal(there.range[0], surroundings.range[0] + 4096)
    assert.deepEqual(moveSurroundings(there, -4096), surroundings)
    for (const action of actions) assert.deepEqual(moveAction(moveAction(action, 4096), -4096), action)
  }
})
