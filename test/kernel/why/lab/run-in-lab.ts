/** Runs a script of the matrix where nothing that it makes outlives it: in namespaces of its own, with all of its hosts. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { whyNoStage } from '../../stage/stage.ts'

const TOOLS = {
  nft: '--version',
  nsenter: '--version',
  sysctl: '--version',
  tc: '-V',
  conntrack: '--version',
  openssl: 'version',
  prlimit: '--version',
}

/** Why no lab can be had here, or null. */
export function whyNoLab(): string | null {
  const none = whyNoStage()
  if (none !== null) return none
  for (const [tool, word] of Object.entries(TOOLS))
    if (spawnSync(tool, [word]).error !== undefined) return `${tool} is not installed`
  return null
}

/** Milliseconds for the whole of it. */
const PATIENCE = 3_600_000

/** Plays rows, and gives what is told of one as soon as it is: the script writes a line of JSON for each. */
export function playAll<T extends { readonly name: string }>(
  script: string,
  names: readonly string[],
): (name: string) => Promise<T> {
  const told = new Map(names.map(name => [name, Promise.withResolvers<T>()]))
  for (const { promise } of told.values()) promise.catch(() => {})
  play<T>(script, names, row => told.get(row.name)!.resolve(row)).catch(error => {
    for (const { reject } of told.values()) reject(error)
  })
  return name => told.get(name)!.promise
}

async function play<T>(script: string, names: readonly string[], tell: (row: T) => void): Promise<void> {
  const file = fileURLToPath(new URL(script, import.meta.url))
  const own = ['--net', '--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child']
  const words = [...own, '--mount-proc', process.execPath, file, ...names]
  const { NODE_TEST_CONTEXT: _, ...ours } = process.env
  // Hundreds of processes load the same files: types are erased once. Nobody writes there, too.
  const cache = mkdtempSync(join(tmpdir(), 'portolan-why-'))
  chmodSync(cache, 0o777)
  const env = { ...ours, NODE_COMPILE_CACHE: cache }
  const child = spawn('unshare', words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  })
  const ended = once(child, 'close')
  for await (const line of createInterface(child.stdout!)) tell(JSON.parse(line) as T)
  const [status] = (await ended) as [number | null]
  rmSync(cache, { recursive: true, force: true })
  throw new Error(`the lab ended with ${status} before this row was told`)
}
