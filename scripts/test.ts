/**
 * The whole judgement on the project, `npm test`: format, lint and types, then every test, then a look at what was
 * skipped and what was left behind.
 *
 *   npm test                              everything
 *   npm test -- --only pure,replay        some suites: pure, replay, linux, repo, sim, kernel, peers
 *   npm test -- port-set kernel/          files whose path holds one of the words; without the check
 *   npm test -- --test-name-pattern=…     what node --test understands
 *
 * A file says in its name how it runs, if not two by two: `x.timing.test.ts` alone, `x.waiting.test.ts` beside all others.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './run.ts'
import { allowedAbsences, describe, hidden, readAbsences } from './testing/absences.ts'
import { watch } from './testing/leftovers.ts'
import { isSuite, SUITES, type SuiteName, testFiles } from './testing/suites.ts'

const KINDS = ['timing', 'waiting'] as const
/** Milliseconds for a file of those that wait. */
const LONG = 1_800_000

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
  const checked = words.length > 0 || (await node(['scripts/check.ts']))
  const passed = await runTests(files, forNode)
  if (!checked) console.log('the check failed: see above the tests')
  return checked && passed ? 0 : 1
}

async function runTests(files: readonly string[], forNode: readonly string[]): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-test-'))
  try {
    const { env, leftovers } = watch()
    const run = (
      some: readonly string[],
      kind: string,
      concurrency: number,
      output?: number,
    ): Promise<boolean> =>
      some.length === 0
        ? Promise.resolve(true)
        : node(
            [
              '--test',
              `--test-concurrency=${concurrency}`,
              `--test-timeout=${kind === 'waiting' ? LONG : 600_000}`,
              '--test-reporter=spec',
              '--test-reporter-destination=stdout',
              '--test-reporter=./scripts/testing/absence-reporter.ts',
              `--test-reporter-destination=${join(folder, kind)}`,
              ...forNode,
              ...some,
            ],
            env,
            output,
          )
    // What is about time itself has the machine for itself; what mostly waits goes on beside all others, and is told after them.
    const [timed, waiting] = KINDS.map(kind => files.filter(file => file.endsWith(`.${kind}.test.ts`)))
    const others = files.filter(file => !timed!.includes(file) && !waiting!.includes(file))
    const told = join(folder, 'waiting-told')
    const aside = others.length === 0 ? undefined : openSync(told, 'w')
    const waited = run(waiting!, 'waiting', 1, aside)
    const untimed = await run(others, 'others', Math.max(2, availableParallelism()))
    const wholly = (await waited) && untimed
    if (aside !== undefined) {
      closeSync(aside)
      process.stdout.write(readFileSync(told))
    }
    const passed = (await run(timed!, 'timing', 1)) && wholly
    const absences = [...KINDS, 'others']
      .map(kind => join(folder, kind))
      .filter(at => existsSync(at))
      .flatMap(readAbsences)
    const bad = hidden(absences, allowedAbsences(root))
    const left = await leftovers()
    for (const line of describe(root, absences, bad)) console.log(line)
    for (const line of left) console.log(`left behind by this run: ${line}`)
    return passed && bad.length === 0 && left.length === 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs this Node, with no stdin and its output passed through, or to a file that is open. */
async function node(args: readonly string[], env = process.env, output?: number): Promise<boolean> {
  const to = output ?? 'inherit'
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', to, to] })
  const [status] = (await once(child, 'close')) as [number | null]
  return status === 0
}
