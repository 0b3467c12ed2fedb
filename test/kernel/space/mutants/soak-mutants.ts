/**
 * `npm run soak -- mutants`: how well the recorded answers of kernels know the model. Each module of `src/model/space/` is
 * changed in one place at a time, and every such mutant judged: by the rows of the tables, those of SCTP and DCCP too, and by
 * the random programs in which the kernel had no choice, so that the score is the same after every new recording. Prints it, and
 * each mutant that nobody noticed; those that change nothing are listed in `equivalent.ts`.
 *
 *   npm run soak -- mutants                      all of them
 *   npm run soak -- mutants udp tcp-port         of modules whose path holds a word
 *   npm run soak -- mutants --every 5            each fifth
 *   npm run soak -- mutants --chance             judged also by programs in which the kernel chose by chance
 *   npm run soak -- mutants --catchers           also says which program was the first to notice
 */
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { root } from '../../../project.ts'
import { judgeRecorded } from '../judge-recorded.ts'
import { modelOf } from '../open-model.ts'
import { readRecordings } from '../recorded/recorded.ts'
import { equivalents, NOT_JUDGED } from './equivalent.ts'
import type { Judges, MutantOrder } from './mutant-worker.ts'
import { applied, erase, type Mutant, mutantsOf } from './mutants.ts'

/** What takes so much longer than the others has a loop without an end. */
const LIMIT_MS = 20_000
const WORKERS = 2
const SLOW = 'its slowness'
const BROKEN = 'its breakdown'

interface Placed extends Mutant {
  readonly file: string
  readonly source: string
}

export async function soakMutants(args: string[]): Promise<number> {
  const { values, positionals: words } = parseArgs({
    args,
    options: {
      every: { type: 'string', default: '1' },
      chance: { type: 'boolean', default: false },
      catchers: { type: 'boolean' },
    },
    allowPositionals: true,
  })
  const every = Number(values.every)
  if (!(every >= 1)) {
    console.error('--every takes a number from 1.')
    return 2
  }
  const all = globSync('src/model/space/*.ts', { cwd: root })
    .filter(
      file => !file.endsWith('.test.ts') && (words.length === 0 || words.some(word => file.includes(word))),
    )
    .sort()
  for (const file of all)
    if (basename(file) in NOT_JUDGED) console.log(`${file} is left out: ${NOT_JUDGED[basename(file)]}`)
  const files = all.filter(file => !(basename(file) in NOT_JUDGED))
  const placed = files.flatMap(placedIn)
  const mutants = placed.filter((_, i) => i % every === 0)
  const known = disagreements()
  if (known.length > 0) console.log(`not judged by, as the model itself disagrees: ${known.join('; ')}`)
  const began = performance.now()
  const catchers = new Map<string, number>()
  const { reasonOf, unmatched } = equivalents(placed)
  const uncaught = await survivorsOf(mutants, { known, chance: values.chance }, catchers)
  const survivors = uncaught.filter(mutant => !reasonOf.has(mutant))
  for (const { file, line, before, after } of survivors)
    console.log(`${file}:${line}  ${inOneLine(before)}  →  ${inOneLine(after)}`)
  const caughtAfterAll = mutants.filter(mutant => reasonOf.has(mutant) && !uncaught.includes(mutant))
  for (const { file, line, before, after } of caughtAfterAll)
    console.log(
      `${file}:${line}  ${inOneLine(before)}  →  ${inOneLine(after)}  is listed as equivalent, and was caught`,
    )
  const missing = unmatched.filter(({ file }) => files.some(one => basename(one) === file))
  for (const { file, line, change } of missing)
    console.log(`${file}: listed as equivalent, and not there: ${change.join(' → ')} in ${line}`)
  if (values.catchers)
    for (const [name, times] of catchers) console.log(`caught ${String(times).padStart(4)} by ${name}`)
  const caught = mutants.length - uncaught.length
  const equivalent = uncaught.length - survivors.length
  const score = (100 * caught) / (mutants.length - equivalent)
  const seconds = Math.round((performance.now() - began) / 1000)
  console.log(
    `${mutants.length} mutants, ${caught} caught, ${equivalent} change nothing, ${survivors.length} survive: ${score.toFixed(1)} % of those that change something, ${seconds} s`,
  )
  return caughtAfterAll.length + missing.length > 0 ? 1 : 0
}

const disagreements = (): string[] =>
  readRecordings().flatMap(({ kernel, programs }) =>
    programs.filter(one => judgeRecorded(modelOf(kernel), one) !== null).map(([name]) => name),
  )

function placedIn(file: string): Placed[] {
  const source = erase(readFileSync(join(root, file), 'utf8'))
  return mutantsOf(source).map(mutant => ({ ...mutant, file, source }))
}

async function survivorsOf(
  mutants: readonly Placed[],
  judges: Judges,
  catchers: Map<string, number>,
): Promise<Placed[]> {
  const survivors: Placed[] = []
  const queue = mutants.entries()
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      let judge = openJudge(judges)
      for (const [i, mutant] of queue) {
        const by = await judge.catcherOf(mutant)
        if (by === null) survivors.push(mutant)
        else catchers.set(by, (catchers.get(by) ?? 0) + 1)
        if (i % 100 === 99) console.error(`${i + 1} of ${mutants.length}, ${survivors.length} not caught`)
        if (by !== SLOW && by !== BROKEN) continue
        await judge.close()
        judge = openJudge(judges)
      }
      await judge.close()
    }),
  )
  return survivors.sort((a, b) => (a.file === b.file ? a.start - b.start : a.file < b.file ? -1 : 1))
}

/** A thread that judges one mutant after the other, until one of them doesn't end or breaks it. */
function openJudge(judges: Judges) {
  const worker = new Worker(fileURLToPath(new URL('./mutant-worker.ts', import.meta.url)), {
    workerData: judges,
    stdout: true,
    stderr: true,
  })
  let verdict = Promise.withResolvers<string | null>()
  worker.on('message', name => verdict.resolve(name))
  worker.on('error', () => verdict.resolve(BROKEN))
  return {
    /** The program that gives it away, or null. */
    async catcherOf(mutant: Placed): Promise<string | null> {
      verdict = Promise.withResolvers()
      const timer = setTimeout(() => verdict.resolve(SLOW), LIMIT_MS)
      worker.postMessage({
        url: pathToFileURL(join(root, mutant.file)).href,
        source: applied(mutant.source, mutant),
      } satisfies MutantOrder)
      try {
        return await verdict.promise
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => worker.terminate(),
  }
}

const inOneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 57)}…` : line
}
