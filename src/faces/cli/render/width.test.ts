import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { cutEnd, cutMiddle, displayWidth } from './width.ts'

const widths: readonly (readonly [text: string, width: number])[] = [
  ['', 0],
  ['node', 4],
  ['größe', 5],
  ['端口', 4],
  ['한글', 4],
  ['ｆｕｌｌ', 8],
  ['e\u0301', 1],
  ['🦑', 2],
  ['…', 1],
]
for (const [text, width] of widths) {
  test(`"${text}" takes ${width} columns`, () => assert.equal(displayWidth(text), width))
}

const cuts: readonly (readonly [text: string, width: number, middle: string, end: string])[] = [
  ['abcdef', 6, 'abcdef', 'abcdef'],
  ['abcdef', 5, 'ab…ef', 'abcd…'],
  ['abcdef', 4, 'ab…f', 'abc…'],
  ['abcdef', 1, '…', '…'],
  ['abcdef', 0, '', ''],
  ['端口端口', 5, '端…口', '端口…'],
  ['端口端口', 4, '端…', '端…'],
]
for (const [text, width, middle, end] of cuts) {
  test(`"${text}" cut to ${width} is "${middle}" or "${end}"`, () => {
    assert.equal(cutMiddle(text, width), middle)
    assert.equal(cutEnd(text, width), end)
  })
}

test('what is cut never takes more columns than it may', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '端', '🦑', 'é') }), fc.nat(20), (text, width) => {
      assert.ok(displayWidth(cutMiddle(text, width)) <= width)
      assert.ok(displayWidth(cutEnd(text, width)) <= width)
    }),
  )
})
