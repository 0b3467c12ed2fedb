/** What the tests of `ports capacity` share: programs in namespaces of their own, and the command asked there. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../../project.ts'
import { whyNoStage } from './stage.ts'

export interface PoolItem {
  readonly at: string
  readonly pool: string
  readonly kind: string
  readonly used: number
  readonly usable: number | null
  readonly exhaustedInSeconds: number | null
  readonly connectionsLeft: number | null
  readonly cause: { readonly code: string; readonly evidence: readonly object[] } | null
  readonly users: readonly string[]
  readonly steps: readonly string[]
}

const missing = ['nft', 'prlimit', 'nsenter'].find(tool => spawnSync(tool, ['--version']).error !== undefined)
const why = whyNoStage() ?? (missing === undefined ? null : `${missing} is not installed`)
export const skip = why === null ? {} : { skip: why }

const fileOf = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url))

/** A program in a new namespace, which lives as long as the program. */
export function start(file: string, ...words: string[]): ChildProcess {
  return spawn('unshare', ['--net', process.execPath, fileOf(file), ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.stdin!.on('error', () => {}).end()
  await closed
}

/** `ports capacity` in the namespace of a process. */
export async function ports(pid: number, ...words: string[]): Promise<{ status: number; out: string }> {
  const command = [process.execPath, join(root, 'bin', 'ports.js'), 'capacity', ...words]
  const child = spawn('nsenter', [`--net=/proc/${pid}/ns/net`, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
  })
  const [status] = (await once(child, 'close')) as [number]
  assert.ok(status === 0 || status === 1, `exit status ${status}: ${err}`)
  return { status, out }
}

export const itemsOf = (out: string): readonly PoolItem[] =>
  (JSON.parse(out) as { readonly items: readonly PoolItem[] }).items
