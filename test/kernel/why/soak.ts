/**
 * The matrix of faults, one table at a time: each fault as a plain program meets it (`faults`), as `why` explains it (`matrix`), healthy
 * networks that look odd (`controls`), pairs of faults (`compounds`), which all run with the tests, too; and how long an answer takes
 * (`speed`), which no test decides.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const TABLES = {
  faults: 'faults.waiting.test.ts',
  matrix: 'matrix.waiting.test.ts',
  alone: 'matrix.timing.test.ts',
  controls: 'controls.waiting.test.ts',
  compounds: 'compounds.waiting.test.ts',
  speed: 'speed-rows.ts',
} as const

type Table = keyof typeof TABLES
const isTable = (name: string): name is Table => Object.hasOwn(TABLES, name)

/** `args`: tables, all when there are none. The status is that of the tests. */
export async function soakWhy(args: string[]): Promise<number> {
  const unknown = args.find(arg => !isTable(arg))
  if (unknown !== undefined) {
    console.error(`There is no table "${unknown}"; there are ${Object.keys(TABLES).join(', ')}.`)
    return 2
  }
  let status = 0
  for (const table of args.length === 0 ? (Object.keys(TABLES) as Table[]) : args.filter(isTable)) {
    const file = fileURLToPath(new URL(TABLES[table], import.meta.url))
    const child = spawn(process.execPath, ['--test', file], { stdio: 'inherit' })
    const [ended] = (await once(child, 'close')) as [number | null]
    if (ended !== 0) status = 1
  }
  return status
}
