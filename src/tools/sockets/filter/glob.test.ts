import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { globExpression } from './glob.ts'

const ROWS: readonly [pattern: string, name: string, fits: boolean][] = [
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', '/run/a.sock', true],
  ['/run/*', '/run/a/b.sock', true],
  ['/run/*', '/RUN/x', true],
  ['/run/?', '/run/ab', false],
  ['*.sock', '/run/.sock', true],
  ['*.sock', '/run/xsock', false],
  ['[ab]', 'B', true],
  ['[!ab]', 'b', false],
  ['[^ab]', 'c', true],
  ['[a-c]x', 'bx', true],
  ['[]a]', ']', true],
  ['[a', '[a', true],
  ['[a\\]', '[a]', true],
  ['[\\]a]', ']', true],
  ['[\\\\]', '\\', true],
  ['[a&&b]', '&', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['a+(b)|c', 'a+(b)|c', true],
  ['a.b', 'axb', false],
  ['@x', '@x', true],
  ['a\nb', 'a\nb', true],
  ['ü?', 'ü\u{1f600}', true],
]

for (const [pattern, name, fits] of ROWS) {
  test(`${JSON.stringify(pattern)} ${fits ? 'fits' : 'does not fit'} ${JSON.stringify(name)}`, () => {
    assert.equal(globExpression(pattern)?.test(name), fits)
  })
}

test('a range that runs backwards is no pattern', () => assert.equal(globExpression('[z-a]'), null))

/** fnmatch without brackets, letter by letter. */
const plain = (pattern: string, name: string): boolean => {
  if (pattern === '') return name === ''
  if (pattern[0] === '*')
    return plain(pattern.slice(1), name) || (name !== '' && plain(pattern, name.slice(1)))
  return (
    name !== '' && (pattern[0] === '?' || pattern[0] === name[0]) && plain(pattern.slice(1), name.slice(1))
  )
}

test('stars and question marks fit as their definition says', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*', '?'), maxLength: 7 })
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 7 })
  fc.assert(
    fc.property(pattern, name, (p, n) => {
      assert.equal(globExpression(p)?.test(n), plain(p, n))
    }),
    { numRuns: 1000 },
  )
})
