import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { cellText, clean } from './clean.ts'

const rows: readonly (readonly [what: string, text: string, shown: string])[] = [
  ['plain text', 'node server.js', 'node server.js'],
  ['the empty text', '', ''],
  ['a newline', 'a\nb', 'a\\x0ab'],
  ['an escape sequence', '\x1b[31mred', '\\x1b[31mred'],
  ['a C1 control that opens a sequence', '\x9b31m', '\\x9b31m'],
  ['delete', 'a\x7f', 'a\\x7f'],
  ['a right-to-left override', 'exe\u202egpj', 'exe\\u202egpj'],
  ['an isolate', '\u2066x\u2069', '\\u2066x\\u2069'],
  ['an Arabic letter mark', '\u061c', '\\u061c'],
  ['a zero width space', 'no\u200bde', 'no\\u200bde'],
  ['a zero width joiner', 'a\u200db', 'a\\u200db'],
  ['a byte order mark', '\ufeffx', '\\ufeffx'],
  ['a soft hyphen', 'a\u00adb', 'a\\xadb'],
  ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ['a tag character', 'a\u{e0041}', 'a\\u{e0041}'],
  ['half a surrogate pair', 'a\ud800b', 'a\\ud800b'],
  ['letters of other scripts', 'größe 端口 порт', 'größe 端口 порт'],
  ['a picture', '🦑', '🦑'],
]
for (const [what, text, shown] of rows) {
  test(`${what} is shown as ${shown}`, () => assert.equal(clean(text), shown))
}

test('what is clean holds nothing that moves a cursor, hides or turns text', () => {
  const bad = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Surrogate}]/u
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      assert.doesNotMatch(clean(text), bad)
    }),
  )
})

test('to clean twice changes nothing', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => clean(clean(text)) === clean(text)))
})

test('a cell that does not apply is empty, and a number is its digits', () => {
  assert.equal(cellText(null), '')
  assert.equal(cellText(443), '443')
  assert.equal(cellText('a\tb'), 'a\\x09b')
})
