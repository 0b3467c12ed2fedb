/**
 * The matrix of faults, hour-long on a busy machine: each fault as a plain program meets it (`faults`), as `why` explains it (`matrix`),
 * healthy networks that look odd (`controls`), pairs of faults (`compounds`), and how long an answer takes (`speed`).
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const TABLES = ['faults', 'matrix', 'controls', 'compounds', 'speed'] as const

/** `args`: tables, all when there are none. The status is that of the tests. */
export async function soakWhy(args: string[]): Promise<number> {
  const unknown = args.find(arg => !TABLES.some(table => table === arg))
  if (unknown !== undefined) {
    console.error(`There is no table "${unknown}"; there are ${TABLES.join(', ')}.`)
    return 2
  }
  let status = 0
  for (const table of args.length === 0 ? TABLES : args) {
    const file = fileURLToPath(new URL(`${table}-rows.ts`, import.meta.url))
    const child = spawn(process.execPath, ['--test', file], { stdio: 'inherit' })
    const [ended] = (await once(child, 'close')) as [number | null]
    if (ended !== 0) status = 1
  }
  return status
}
