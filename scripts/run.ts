/** Runs one of the project's tools with its output passed through, and says how long it took. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Whether it ended with status 0. */
export function run(name: string, args: readonly string[]): boolean {
  const start = performance.now()
  const done = spawnSync(process.execPath, [program(name), ...args], { cwd: root, stdio: 'inherit' })
  if (done.error) throw done.error
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.error(`${done.status === 0 ? 'ok    ' : 'FAILED'} ${name} ${args.join(' ')} (${seconds} s)`)
  return done.status === 0
}

const TOOLS: Readonly<Record<string, string>> = { biome: '@biomejs/biome', tsc: 'typescript' }

/** The file that a tool's package names as its program: the same on systems where a program needs a suffix. */
function program(name: string): string {
  const file = createRequire(import.meta.url).resolve(`${TOOLS[name]}/package.json`)
  const { bin } = JSON.parse(readFileSync(file, 'utf8')) as { bin: Record<string, string> }
  return join(dirname(file), bin[name]!)
}
