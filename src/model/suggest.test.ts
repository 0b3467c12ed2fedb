import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { editDistance, suggest } from './suggest.ts'

const DISTANCES: readonly [one: string, other: string, edits: number][] = [
  ['', '', 0],
  ['', 'abc', 3],
  ['sport', 'sport', 0],
  ['SPORT', 'sport', 0],
  ['sprot', 'sport', 1],
  ['spor', 'sport', 1],
  ['ssport', 'sport', 1],
  ['spurt', 'sport', 1],
  ['kitten', 'sitting', 3],
  // No place is edited twice: the unrestricted distance would be 2.
  ['ca', 'abc', 3],
]

for (const [one, other, edits] of DISTANCES) {
  test(`"${one}" to "${other}" takes ${edits} edits`, () => {
    assert.equal(editDistance(one, other), edits)
    assert.equal(editDistance(other, one), edits)
  })
}

const WORDS = ['sport', 'dport', 'port', 'state', 'exposure', 'rtt']
const SUGGESTIONS: readonly [word: string, meant: string | undefined][] = [
  ['sprot', 'sport'],
  ['drpot', 'dport'],
  ['prot', 'port'],
  ['stat', 'state'],
  ['exposrue', 'exposure'],
  ['Exposure', 'exposure'],
  ['rt', 'rtt'],
  ['xyzzy', undefined],
  ['q', undefined],
  ['', undefined],
  ['container', undefined],
]

for (const [word, meant] of SUGGESTIONS) {
  test(`"${word}" suggests ${meant ?? 'nothing'}`, () => assert.equal(suggest(word, WORDS), meant))
}

test('a word of one letter suggests no other letter', () => {
  assert.equal(suggest('q', ['x']), undefined)
  assert.equal(suggest('q', ['Q']), 'Q')
})

/** The definition of optimal string alignment, letter by letter, exponential and plain. */
const plain = (a: string, b: string): number => {
  if (a === '' || b === '') return a.length + b.length
  const edits = [
    plain(a.slice(1), b) + 1,
    plain(a, b.slice(1)) + 1,
    plain(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1),
  ]
  if (a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0])
    edits.push(plain(a.slice(2), b.slice(2)) + 1)
  return Math.min(...edits)
}

test('the distance is the one of the plain definition', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 })
  fc.assert(fc.property(word, word, (a, b) => assert.equal(editDistance(a, b), plain(a, b))))
})
