import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { displayWidth } from './width.ts'
import { wrap } from './wrap.ts'

const rows: readonly (readonly [what: string, of: Parameters<typeof wrap>, lines: readonly string[]])[] = [
  ['a text that fits', ['one two', 7], ['one two']],
  ['one that is a column too wide', ['one two', 6], ['one', 'two']],
  ['no limit', ['one two', Number.POSITIVE_INFINITY], ['one two']],
  ['the next lines are indented', ['one two three', 7, 2], ['one two', '  three']],
  ['a part of the first line is taken', ['one two', 9, 2, 3], ['one', '  two']],
  ['a word that is wider than the terminal', ['a verylongword b', 6], ['a', 'verylongword', 'b']],
  ['wide characters count twice', ['帆船 帆船', 8], ['帆船', '帆船']],
  ['nothing', ['', 5], ['']],
]
for (const [what, of, lines] of rows) test(what, () => assert.deepEqual(wrap(...of), lines))

const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '帆'), minLength: 1, maxLength: 9 }), {
  minLength: 1,
})
test('law: no line is too wide but of one word, and the words are all there', () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 40 }), fc.nat(6), (all, width, indent) => {
      const lines = wrap(all.join(' '), width, indent)
      for (const line of lines) assert.ok(displayWidth(line) <= width || !line.trim().includes(' '), line)
      assert.deepEqual(lines.map(line => line.trim()).join(' '), all.join(' '))
    }),
  )
})
