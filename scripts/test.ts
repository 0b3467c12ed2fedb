/**
 * The whole judgement on the project, `npm test`: format, lint and types, then every test, then a look at what was
 * skipped and what was left behind.
 *
 *   npm test                              everything
 *   npm test -- --only pure,replay        some suites: pure, replay, linux, repo, sim, kernel, peers
 *   npm test -- port-set kernel/          files whose path holds one of the words; without the check
 *   npm test -- --test-name-pattern=…     what node --test understands
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './run.ts'
import { allowedAbsences, describe, hidden, readAbsences } from './testing/absences.ts'
import { watch } from './testing/leftovers.ts'
import { isSuite, SUITES, type SuiteName, testFiles } from './testing/suites.ts'

process.exitCode = await main(process.argv.slice(2))

async function main(argv: readonly string[]): Promise<number> {
  const forNode = argv.filter(word => word.startsWith('--test-'))
  const { values, positionals: words } = parseArgs({
    args: argv.filter(word => !word.startsWith('--test-')),
    options: { only: { type: 'string', multiple: true } },
    allowPositionals: true,
  })
  const asked = (values.only ?? Object.keys(SUITES)).flatMap(names => names.split(','))
  const unknown = asked.find(name => !isSuite(name))
  if (unknown !== undefined) {
    console.error(`There is no suite "${unknown}"; there are ${Object.keys(SUITES).join(', ')}.`)
    return 2
  }
  const files = testFiles(root, asked as SuiteName[], words)
  if (files.length === 0) {
    console.error(`No test file matches ${words.join(' ') || asked.join(',')}.`)
    return 2
  }
  const checked = words.length > 0 || node(['scripts/check.ts'])
  const passed = await runTests(files, forNode)
  if (!checked) console.log('the check failed: see above the tests')
  return checked && passed ? 0 : 1
}

async function runTests(files: readonly string[], forNode: readonly string[]): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-test-'))
  const skips = join(folder, 'absences')
  try {
    const { env, leftovers } = watch()
    const run = (some: readonly string[], at: string, concurrency: number): boolean =>
      some.length === 0 ||
      node(
        [
          '--test',
          `--test-concurrency=${concurrency}`,
          '--test-timeout=600000',
          '--test-reporter=spec',
          '--test-reporter-destination=stdout',
          '--test-reporter=./scripts/testing/absence-reporter.ts',
          `--test-reporter-destination=${at}`,
          ...forNode,
          ...some,
        ],
        env,
      )
    // What is about time itself has the machine for itself.
    const timed = files.filter(file => file.endsWith('.timing.test.ts'))
    const others = files.filter(file => !timed.includes(file))
    const untimed = run(others, skips, Math.max(2, availableParallelism()))
    const passed = run(timed, `${skips}-timed`, 1) && untimed
    const absences = [skips, `${skips}-timed`].filter(at => existsSync(at)).flatMap(readAbsences)
    const bad = hidden(absences, allowedAbsences(root))
    const left = await leftovers()
    for (const line of describe(root, absences, bad)) console.log(line)
    for (const line of left) console.log(`left behind by this run: ${line}`)
    return passed && bad.length === 0 && left.length === 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs this Node, with no stdin and its output passed through. */
function node(args: readonly string[], env = process.env): boolean {
  const done = spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  if (done.error) throw done.error
  return done.status === 0
}
