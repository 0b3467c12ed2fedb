/**
 * Help against golden files: `test/golden/help/<command>.txt`, and `ports.txt` for the first page. Each holds
 * the command, a line of dashes, and the output. PORTOLAN_UPDATE_GOLDEN=1 rewrites them.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { COMMANDS, GROUPS } from './commands.ts'
import { EXIT } from './exit.ts'
import { runFake } from './fake-context.ts'

const FOLDER = new URL('../../../test/golden/help/', import.meta.url)
const update = process.env.PORTOLAN_UPDATE_GOLDEN === '1'

const pages = [
  ['ports', ['--help']] as const,
  ...[...Object.keys(COMMANDS), ...Object.keys(GROUPS)].map(
    name => [name.replace(' ', '-'), [...name.split(' '), '--help']] as const,
  ),
]
for (const [page, argv] of pages) {
  test(`ports ${argv.join(' ')} is as in help/${page}.txt`, async () => {
    const { status, out, err } = await runFake(argv)
    const golden = `ports ${argv.join(' ')}\n${'-'.repeat(40)}\n${out}`
    const file = new URL(`${page}.txt`, FOLDER)
    if (update) writeFileSync(file, golden)
    assert.equal(golden, readFileSync(file, 'utf8'))
    assert.equal(status, EXIT.done)
    assert.equal(err, '')
  })

  test(`the help of ${page} has one line of purpose, three examples, and fits into 80 columns`, async () => {
    const { out } = await runFake(argv)
    assert.match(out, /^ports[^\n]*: [A-Zt][^\n]+\n\nUsage\n/)
    const [, examples] = out.split('\nExamples\n')
    assert.equal(examples!.split('\n').filter(line => /^ {2}\S/.test(line)).length, 3)
    for (const line of out.split('\n')) assert.ok(line.length <= 80, line)
  })
}

for (const [name, { spec }] of Object.entries(COMMANDS)) {
  test(`the examples of ${name} are command lines that can be parsed`, async () => {
    for (const [line] of (await spec()).default.examples) {
      const argv = wordsOf(line)
      // What stands after `--` is another program's.
      const own = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined)
      const { status, err } = await runFake([...own.filter(word => word !== '--help'), '--help'])
      assert.equal(status, EXIT.done, `${line}: ${err}`)
    }
  })
}

/** The words after `ports` in a line of shell. */
function wordsOf(line: string): string[] {
  const [, after = ''] = /\bports\b(.*?)(?:[|)>]|$)/.exec(line) ?? []
  return [...after.matchAll(/"([^"]*)"|(\S+)/g)].map(match => match[1] ?? match[2]!)
}

for (const letters of ['-h', '-tlh']) {
  test(`ports ls ${letters} is help, too`, async () => {
    assert.equal((await runFake(['ls', letters])).out, (await runFake(['ls', '--help'])).out)
  })
}

test('--help after -- is an argument', async () => {
  const { status } = await runFake(['name', '--', '--help'])
  assert.equal(status, EXIT.nothingMatched)
})
