import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { commandLine } from './command-line.ts'

const ROWS: readonly [argv: readonly string[], line: string][] = [
  [['curl', '-I', 'http://127.0.0.1:80/'], 'curl -I http://127.0.0.1:80/'],
  [['ports', 'watch', 'sport', '=', ':3000'], 'ports watch sport = :3000'],
  [['a', ''], "a ''"],
  [['a', 'b c'], "a 'b c'"],
  [['a', "it's"], "a 'it'\\''s'"],
  [['a', '$HOME', '`id`', '$(id)'], "a '$HOME' '`id`' '$(id)'"],
  [
    ['a', 'x;y', 'x|y', 'x&y', '>x', '*', '?', '~', '#x', '!x', '{a,b}'],
    "a 'x;y' 'x|y' 'x&y' '>x' '*' '?' '~' '#x' '!x' '{a,b}'",
  ],
  [['A=b', 'c=d'], "'A=b' 'c=d'"],
  [['a', '--b=c'], 'a --b=c'],
  [['a', '\u001b[2J'], "a $'\\033[2J'"],
  [['a', "\n'\\1"], "a $'\\012\\'\\\\1'"],
  [['a', '\u202e'], "a $'\\342\\200\\256'"],
  [['a', 'ü'], "a 'ü'"],
]

for (const [argv, line] of ROWS) {
  test(`${JSON.stringify(argv)} is ${line}`, () => assert.equal(commandLine(argv), line))
}

test('law: bash reads the same list', () => {
  const word = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.string({
      unit: fc.constantFrom(
        "'",
        '"',
        '\\',
        '$',
        '`',
        ' ',
        '\n',
        '\u001b',
        '1',
        'a',
        '=',
        '\u202e',
        '!',
        '\u0085',
      ),
    }),
  )
  const argv = fc.array(
    word.filter(text => !text.includes('\0')),
    { minLength: 1, maxLength: 40 },
  )
  fc.assert(
    fc.property(argv, words => {
      const line = commandLine(words)
      assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u202e]/)
      const out = execFileSync('bash', ['--norc', '--noprofile', '-c', `printf '%s\\0' ${line}`], {
        encoding: 'utf8',
        env: { LC_ALL: 'C.UTF-8' },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      assert.deepEqual(out.split('\0').slice(0, -1), words)
    }),
    { numRuns: 40 },
  )
})
