/** The examples of README.md and docs/ are run, so that they stay true. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import test from 'node:test'
import { type Example, examplesOf } from './console-blocks.ts'
import { filesOf, root, textOf } from './project.ts'

const PATIENCE = 30_000

const examples = filesOf('{README.md,docs/**/*.md}').flatMap(file => examplesOf(file, textOf(file)))

test('README.md has examples', () => {
  assert.ok(examples.some(({ place }) => place.startsWith('README.md:')))
})

for (const example of examples) {
  test(example.place, async () => {
    const { status, out, err } = await runExample(example)
    assert.ok(example.exits.includes(status ?? -1), `exit status ${status}\n${out}${err}`)
    if (example.output !== undefined) assert.equal(`${out}${err}`.trimEnd(), example.output)
  })
}

async function runExample({ words, interrupt }: Example) {
  const child = spawn(process.execPath, [join(root, 'bin', 'ports.js'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
    timeout: PATIENCE,
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
  })
  if (interrupt) child.stdout.once('data', () => child.kill('SIGINT'))
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, out, err }
}

const fence = '```'

test('the reader of examples knows commands, output, statuses and continuations', () => {
  const text = [
    'words',
    `${fence}console exact exit=1,3`,
    '$ ports name "http alt" | cat',
    'tcp 8080',
    '',
    'udp 8080',
    '$ npm install',
    `$ sudo ports ls \\`,
    '    -t # listening',
    fence,
    `${fence}console interrupt`,
    '$ ports watch',
    fence,
    `${fence}sh`,
    '$ ports not-this',
    fence,
  ].join('\n')
  assert.deepEqual(examplesOf('a.md', text), [
    {
      place: 'a.md:3 ports name "http alt" | cat',
      words: ['name', 'http alt'],
      exits: [1, 3],
      interrupt: false,
      output: 'tcp 8080\n\nudp 8080',
    },
    {
      place: 'a.md:8 sudo ports ls -t # listening',
      words: ['ls', '-t'],
      exits: [1, 3],
      interrupt: false,
      output: '',
    },
    { place: 'a.md:12 ports watch', words: ['watch'], exits: [130], interrupt: true },
  ])
})
