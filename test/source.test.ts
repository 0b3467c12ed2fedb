// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are code
import assert from 'node:assert/strict'
import test from 'node:test'
import { readSource } from './source.ts'

const IMPORTS: readonly (readonly [name: string, text: string, specifiers: readonly string[]])[] = [
  ['one name', "import { a } from './a.ts'", ['./a.ts']],
  ['several lines', "import {\n  a,\n  type B,\n} from './a.ts'", ['./a.ts']],
  ['a namespace', "import * as a from './a.ts'", ['./a.ts']],
  ['a default and names', "import a, { b } from './a.ts'", ['./a.ts']],
  ['for its effect', "import './a.ts'", ['./a.ts']],
  ['passed on', "export { a } from './a.ts'\nexport * from './b.ts'", ['./a.ts', './b.ts']],
  ['types', "import type { A } from './a.ts'", ['./a.ts']],
  ['when it is needed', "const a = await import('./a.ts')", ['./a.ts']],
  ['required', "const a = require('koffi')", ['koffi']],
  ['built in', "process.getBuiltinModule('node:fs')", ['node:fs']],
  ['a worker', "new Worker(new URL('./thread.ts', import.meta.url))", ['./thread.ts']],
  ['an address is no import', "new URL('http://localhost/')", []],
  ['in a comment', "/** `import { a } from './a.ts'` */\n// import './b.ts'", []],
  ['in a string', '"import { a } from \'./a.ts\'"', []],
  ['in a template', "`import './a.ts'`", []],
  ['in a hole of a template', "`${await import('./a.ts')}`", ['./a.ts']],
  ['after a regular expression with a quote', "const quote = /['\"]/\nimport './a.ts'", ['./a.ts']],
  ['after a regular expression with a slash in brackets', "const r = /[/']/\nimport './a.ts'", ['./a.ts']],
  ['after a division', "const half = a / 2 // it's\nimport './a.ts'", ['./a.ts']],
  ['after an escaped quote', "const q = 'it\\'s'\nimport './a.ts'", ['./a.ts']],
  ['a function called from', "Array.from('abc')", []],
]

for (const [name, text, specifiers] of IMPORTS) {
  test(`imports: ${name}`, () => {
    assert.deepEqual(
      readSource(text).imports.map(({ specifier }) => specifier),
      specifiers,
    )
  })
}

const CODE: readonly (readonly [name: string, text: string, code: string])[] = [
  ['a comment goes', 'a /* b */ c', 'a         c'],
  ['the inside of a string goes', "a('bc')", "a('  ')"],
  ['the inside of a template goes, its holes stay', '`a${b}c${`d${e}`}`', '` ${b} ${` ${e}`}`'],
  ['an object in a hole', '`${{ a: 1 }.a}b`', '`${{ a: 1 }.a} `'],
  ['a regular expression goes', 'a(/b"/)', 'a(    )'],
  ['a division stays', 'a / b / c', 'a / b / c'],
  ['lines stay', '/*\n*/ a', '  \n   a'],
]

for (const [name, text, code] of CODE) {
  test(`code: ${name}`, () => assert.equal(readSource(text).code, code))
}

test('imports know their line, whether they are of types only, and whether they are late', () => {
  const text = "\nimport type { A } from 'a'\nimport { b } from 'b'\nawait import('c')"
  assert.deepEqual(readSource(text).imports, [
    { specifier: 'a', line: 2, typeOnly: true, late: false },
    { specifier: 'b', line: 3, typeOnly: false, late: false },
    { specifier: 'c', line: 4, typeOnly: false, late: true },
  ])
})
