import assert from 'node:assert/strict'
import { basename, dirname } from 'node:path/posix'
import test from 'node:test'
import { generateFaultsDoc } from '../scripts/generate-faults-doc.ts'
import { generateWhyDoc } from '../scripts/generate-why-doc.ts'
import { COMMANDS, GROUPS } from '../src/faces/cli/commands.ts'
import { FAULTS } from '../src/model/faults.ts'
import { committedFiles, filesOf, textOf } from './project.ts'

const sources = filesOf('src/**/*.ts')
const products = sources.filter(file => !/\.(?:test|cases|gen)\.ts$/.test(file))
const tests = filesOf('{src,test}/**/*.test.ts').filter(file => file !== 'test/repo.test.ts')
const manifest = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }

/** Fails with one line for each that is wrong. */
const none = (wrong: readonly string[]): void => assert.equal(wrong.join('\n'), '')

test('docs/faults.md is what the catalogue says', () => {
  assert.equal(textOf('docs/faults.md'), generateFaultsDoc(), 'run "npm run generate"')
})

test('docs/why.md is what the causes and checks say', () => {
  assert.equal(textOf('docs/why.md'), generateWhyDoc(), 'run "npm run generate"')
})

const tested = tests.map(textOf).join('\n')
const raised = products
  .filter(file => !/^src\/model\/faults(?:-[\w-]+)?\.ts$/.test(file))
  .map(textOf)
  .join('\n')
for (const code of Object.keys(FAULTS)) {
  test(`${code} is raised by the code and by a test`, () => {
    const word = new RegExp(`\\b${code}\\b`)
    assert.ok(word.test(raised), 'nothing in src/ raises it')
    assert.ok(word.test(tested), 'no test raises it')
  })
}

test('no file of src/ is longer than 300 lines', () => {
  const length = (file: string): number => textOf(file).split('\n').length - 1
  none(products.filter(file => length(file) > 300).map(file => `${file}: ${length(file)} lines, split it`))
})

test('no file is named after nothing', () => {
  const empty = /^(?:utils?|helpers?|types|common|misc)\.\w+$/
  none(filesOf('{src,test,scripts,bench}/**').filter(file => empty.test(basename(file))))
})

const FACED = ['src/model/*/**', 'src/wire/*/**', 'src/os/*/**', 'src/tools/*/**']
const folders = Map.groupBy(filesOf(`{${FACED.join(',')}}/*.ts`).filter(isProduct), file => dirname(file))
for (const [folder, files] of folders) {
  if (files.length < 2) continue
  test(`${folder} has a face that says what it answers`, () => {
    const face = `${folder}/${basename(folder)}.ts`
    assert.ok(files.includes(face), `there is no ${face}`)
    assert.ok(textOf(face).startsWith('/**'), `${face} begins with no doc comment`)
  })
}

function isProduct(file: string): boolean {
  return products.includes(file)
}

test('no path of somebody’s machine and no registry host is committed', () => {
  const wrong = /\/(?:home|Users|root|work)\/[a-z]|registry\.(?:npmjs|yarnpkg)\.|"resolved":/
  const found = committedFiles().flatMap(file =>
    textOf(file)
      .split('\n')
      .flatMap((line, i) => (wrong.test(line) ? [`${file}:${i + 1} ${line.trim().slice(0, 100)}`] : [])),
  )
  none(found.filter(line => !line.startsWith('test/repo.test.ts')))
})

test('at most ten npm scripts', () => {
  assert.ok(Object.keys(manifest.scripts).length <= 10, Object.keys(manifest.scripts).join(', '))
})

test('every command has its help in test/golden/help', () => {
  const golden = filesOf('test/golden/help/*.txt').map(file => basename(file, '.txt'))
  const named = [...Object.keys(COMMANDS), ...Object.keys(GROUPS)].map(name => name.replace(' ', '-'))
  none(named.filter(name => !golden.includes(name)))
})
