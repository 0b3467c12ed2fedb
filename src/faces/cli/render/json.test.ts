import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { jsonDocument, ndjsonLines, stringify } from './json.ts'

const head = {
  schema: 'things@1',
  now: 0,
  host: 'harbour',
  complete: false,
  warnings: [{ code: 'x', message: 'y' }],
}

test('a document is one JSON value with its frame', () => {
  const items = [{ a: 1 }, { a: 2 }]
  assert.deepEqual(JSON.parse([...jsonDocument(head, items)].join('')), {
    schema: 'portolan/things@1',
    generatedAt: '1970-01-01T00:00:00.000Z',
    host: 'harbour',
    complete: false,
    warnings: [{ code: 'x', message: 'y' }],
    items,
  })
})

test('a document without items has an empty list', () => {
  assert.deepEqual(JSON.parse([...jsonDocument(head, [])].join('')).items, [])
})

test('no piece of a long document is long: it is never one string', () => {
  const many = Array.from({ length: 10_000 }, (_, seq) => ({ seq }))
  for (const piece of jsonDocument(head, many)) assert.ok(piece.length < 200)
})

test('a stream has a line for each item, then one for each warning, counted without gaps', () => {
  const lines = [...ndjsonLines('thing', [{ a: 1 }, { a: 2 }], head.warnings)].map(line => JSON.parse(line))
  assert.deepEqual(lines, [
    { type: 'thing', seq: 0, a: 1 },
    { type: 'thing', seq: 1, a: 2 },
    { type: 'warning', seq: 2, code: 'x', message: 'y' },
  ])
})

test('what is written reads back the same and holds nothing that drives a terminal', () => {
  const bad = /[\x00-\x1f\x7f-\x9f\p{Bidi_Control}\p{Zl}\p{Zp}\p{Surrogate}]|[\u200b\ufeff\u{e0001}]/u
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const written = stringify({ text })
      assert.doesNotMatch(written, bad)
      assert.equal(JSON.parse(written).text, text)
    }),
  )
})
for (const text of ['\x9b', '\u202e', '\u{e0041}', '\ud800', '\u2028', '\u200b']) {
  test(`the character ${stringify(text)} is escaped and kept`, () => {
    assert.match(stringify(text), /^"(?:\\u[0-9a-f]{4})+"$/)
    assert.equal(JSON.parse(stringify(text)), text)
  })
}
