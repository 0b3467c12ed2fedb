/** Runs whole programs: to have their work done, or to have it timed. */
import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

/** A program and its arguments. */
export type Command = readonly string[]

export function run(program: string, words: readonly string[], folder: string): void {
  const done = spawnSync(program, words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  if (done.status !== 0) {
    const said = done.error?.message ?? `${done.stdout}${done.stderr}`.trim()
    throw new Error(`${program} ${words.join(' ')}: ${said}`)
  }
}

/** Milliseconds from the start of a program to its end, its output written to a file. Throws when its status is another than `status`. */
export function time(
  command: Command,
  output: string,
  env: NodeJS.ProcessEnv = process.env,
  status = 0,
): number {
  const [program, ...words] = command
  const file = openSync(output, 'w')
  try {
    const start = performance.now()
    const done = spawnSync(program!, words, { stdio: ['ignore', file, 'pipe'], env })
    const ms = performance.now() - start
    if (done.status === status) return ms
    const said = done.error?.message ?? `status ${done.status} ${done.stderr.toString().trim()}`
    throw new Error(`${command.join(' ')}: ${said}`)
  } finally {
    closeSync(file)
  }
}
