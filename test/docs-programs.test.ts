/** The programs in docs/, fenced blocks of the language `ts run`, are run as they stand. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { filesOf, root, textOf } from './project.ts'

const BLOCK = /^```ts run\n([\s\S]*?)^```$/gm
const PATIENCE = 60_000

const programs = filesOf('{README.md,docs/**/*.md}').flatMap(file => {
  const text = textOf(file)
  return [...text.matchAll(BLOCK)].map(match => ({
    place: `${file}:${text.slice(0, match.index).split('\n').length}`,
    program: match[1]!,
  }))
})

test('docs/ has programs', () => assert.ok(programs.length > 0))

for (const { place, program } of programs) {
  test(place, () => {
    const folder = mkdtempSync(join(tmpdir(), 'portolan-docs-'))
    try {
      const file = join(folder, 'program.ts')
      writeFileSync(file, fromSource(program))
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
        encoding: 'utf8',
        timeout: PATIENCE,
        env,
      })
      assert.equal(status, 0, `${stdout}${stderr}`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}

/** The package is taken from its source, where its subpaths are folders. */
function fromSource(program: string): string {
  const { exports } = JSON.parse(textOf('package.json')) as {
    exports: Record<string, string | { default: string }>
  }
  return program.replace(/'portolan(\/[\w/-]+)?'/g, (_, subpath = '') => {
    const entry = exports[`.${subpath}`]
    assert.ok(typeof entry === 'object', `portolan${subpath} is no export of the package`)
    const source = entry.default.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts')
    return `'${pathToFileURL(join(root, source)).href}'`
  })
}
