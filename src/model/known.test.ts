import assert from 'node:assert/strict'
import { test } from 'node:test'
import { known, UNKNOWN_REASONS, UNKNOWN_SAYS, unknown, valueOr } from './known.ts'

test('what is known is the value, falsy or not', () => {
  for (const value of [0, '', false, null, 'x']) assert.equal(valueOr(known(value), 'otherwise'), value)
})

for (const reason of UNKNOWN_REASONS) {
  test(`unknown because ${reason} is not a value, and has words of its own`, () => {
    assert.equal(valueOr(unknown(reason), 'otherwise'), 'otherwise')
    assert.deepEqual(unknown(reason), { known: false, reason })
    assert.match(UNKNOWN_SAYS[reason], /^[a-z].*[a-z]$/)
    assert.equal(Object.values(UNKNOWN_SAYS).filter(says => says === UNKNOWN_SAYS[reason]).length, 1)
  })
}
