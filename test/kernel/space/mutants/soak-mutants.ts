/**
 * `npm run soak -- mutants`: how well the recorded answers of kernels know the model. Each module of `src/model/space/` is
 * changed in one place at a time, and every such mutant judged. Prints the score, and each mutant that nobody noticed.
 *
 *   npm run soak -- mutants                      all of them
 *   npm run soak -- mutants udp tcp-port         of modules whose path holds a word
 *   npm run soak -- mutants --every 5            each fifth
 *   npm run soak -- mutants --catchers           also says which program was the first to notice
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { root } from '../../../project.ts'
import { judgeRecorded } from '../judge-recorded.ts'
import { modelOf } from '../open-model.ts'
import { readRecordings } from '../recorded/recorded.ts'
import type { MutantOrder } from './mutant-worker.ts'
import { applied, erase, type Mutant, mutantsOf } from './mutants.ts'

/** What takes so much longer than the others has a loop without an end. */
const LIMIT_MS = 20_000
const WORKERS = 2

interface Placed extends Mutant {
  readonly file: string
  readonly source: string
}

export async function soakMutants(args: string[]): Promise<number> {
  const { values, positionals: words } = parseArgs({
    args,
    options: { every: { type: 'string', default: '1' }, catchers: { type: 'boolean' } },
    allowPositionals: true,
  })
  const every = Number(values.every)
  if (!(every >= 1)) {
    console.error('--every takes a number from 1.')
    return 2
  }
  const mutants = globSync('src/model/space/*.ts', { cwd: root })
    .filter(
      file => !file.endsWith('.test.ts') && (words.length === 0 || words.some(word => file.includes(word))),
    )
    .sort()
    .flatMap(placedIn)
    .filter((_, i) => i % every === 0)
  const known = disagreements()
  if (known.length > 0) console.log(`not judged by, as the model itself disagrees: ${known.join('; ')}`)
  const began = performance.now()
  const catchers = new Map<string, number>()
  const survivors = await survivorsOf(mutants, known, catchers)
  for (const { file, line, before, after } of survivors)
    console.log(`${file}:${line}  ${inOneLine(before)}  →  ${inOneLine(after)}`)
  if (values.catchers)
    for (const [name, times] of catchers) console.log(`caught ${String(times).padStart(4)} by ${name}`)
  const caught = mutants.length - survivors.length
  const seconds = Math.round((performance.now() - began) / 1000)
  console.log(
    `${mutants.length} mutants, ${caught} caught (${((100 * caught) / mutants.length).toFixed(1)} %), ${seconds} s`,
  )
  return 0
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
  known: readonly string[],
  catchers: Map<string, number>,
): Promise<Placed[]> {
  const survivors: Placed[] = []
  const queue = mutants.entries()
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      for (const [i, mutant] of queue) {
        const by = await catcherOf(mutant, known)
        if (by === null) survivors.push(mutant)
        else catchers.set(by, (catchers.get(by) ?? 0) + 1)
        if (i % 100 === 99) console.error(`${i + 1} of ${mutants.length}, ${survivors.length} survive`)
      }
    }),
  )
  return survivors.sort((a, b) => (a.file === b.file ? a.start - b.start : a.file < b.file ? -1 : 1))
}

/** The program that gives it away, or null. */
async function catcherOf(mutant: Placed, known: readonly string[]): Promise<string | null> {
  const workerData: MutantOrder = {
    url: pathToFileURL(join(root, mutant.file)).href,
    source: applied(mutant.source, mutant),
    known,
  }
  const worker = new Worker(fileURLToPath(new URL('./mutant-worker.ts', import.meta.url)), {
    workerData,
    stdout: true,
    stderr: true,
  })
  const verdict = Promise.withResolvers<string | null>()
  const timer = setTimeout(() => verdict.resolve('its slowness'), LIMIT_MS)
  worker.once('message', verdict.resolve)
  worker.once('error', () => verdict.resolve('its breakdown'))
  try {
    return await verdict.promise
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}

const inOneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 57)}…` : line
}
