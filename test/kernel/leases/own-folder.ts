/** A folder for leases that no other program looks at, and processes that lease there. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

export const PORTS = fileURLToPath(new URL('ports.ts', import.meta.url))
const CHOOSER = fileURLToPath(new URL('chooser.ts', import.meta.url))

/** As the real one: everybody may write there, and nobody may take away what is another's. */
export function ownFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'pt-leases-'))
  chmodSync(folder, 0o1777)
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Chooser {
  readonly child: ChildProcess
  /** The next line that it writes; undefined when it has ended. */
  line(): Promise<string | undefined>
}

/** It is ended after the test, if it still runs. `as`: user id. */
export function startChooser(t: TestContext, folder: string, words: readonly string[], as?: number): Chooser {
  const child = spawn(process.execPath, [CHOOSER, folder, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(as === undefined ? {} : { uid: as, gid: as }),
  })
  t.after(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  return { child, line: async () => (await lines.next()).value as string | undefined }
}

export interface Ran {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** Runs a program to its end. */
export async function runToEnd(
  program: string,
  words: readonly string[],
  options: { readonly uid?: number; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<Ran> {
  const { uid } = options
  const child = spawn(program, words, {
    ...options,
    ...(uid === undefined ? {} : { gid: uid }),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
  })
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, out, err }
}

export const runPorts = (folder: string, words: readonly string[], uid?: number): Promise<Ran> =>
  runToEnd(process.execPath, [PORTS, folder, ...words], uid === undefined ? {} : { uid })
