/**
 * The stage that tests of the socket table play on: network namespaces of their own, in which every sort of socket
 * stands, made with plain system calls by a program that tells what each of them is.
 *
 * Answers: what there is (`sockets`), what this machine can't show (`absent`), and how to run a program in the
 * namespace, with all rights, with none, or where other processes can't be seen. Needs root. What it makes goes away
 * with the process that asked for it, whichever way that ends.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { KeeperReport } from './keeper.ts'

export type { StagedSocket } from './staged-socket.ts'

export interface Stage extends KeeperReport {
  close(): Promise<void>
}

/** Why there can be no stage here, or null. */
export function whyNoStage(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are of Linux'
  const missing = ['ip', 'unshare', 'setpriv'].find(
    tool => spawnSync(tool, ['--version']).error !== undefined,
  )
  if (missing !== undefined) return `${missing} is not installed`
  // Root of a container is root and may not, either.
  return spawnSync('unshare', ['--net', 'true']).status === 0 ? null : 'only root may make network namespaces'
}

export async function setStage(): Promise<Stage> {
  const file = fileURLToPath(new URL('./keeper.ts', import.meta.url))
  const keeper = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] })
  for await (const line of createInterface(keeper.stdout!)) {
    return { ...(JSON.parse(line) as KeeperReport), close: () => end(keeper) }
  }
  throw new Error('the stage could not be set')
}

function end(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => {
    keeper.once('close', () => resolve())
    keeper.stdin!.on('error', () => {}).end()
  })
}
