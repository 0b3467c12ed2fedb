/**
 * The running kernel as a judge of rules: a child process with a namespace of its own (`kernel-child.ts`). Needs root on
 * Linux, nft and tun devices; `whyNoJudge` says why not.
 */
import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { whyNoStage } from '../stage/stage.ts'
import type { Program, Run } from './kernel-child.ts'

export interface Kernel {
  /** Runs are in the order of the programs; several calls are answered one after the other. */
  run(programs: readonly Program[]): Promise<readonly Run[]>
  close(): Promise<void>
}

/** Why the kernel can't judge here, or null. */
export function whyNoJudge(): string | null {
  const why = whyNoStage()
  if (why !== null) return why
  if (spawnSync('nft', ['--version']).error !== undefined) return 'nft is not installed'
  return existsSync('/dev/net/tun') ? null : 'there is no /dev/net/tun here'
}

export type GroundName = 'tun' | 'bridge' | 'lending'

export async function openKernel(ground: GroundName = 'tun'): Promise<Kernel> {
  const file = fileURLToPath(new URL('./kernel-child.ts', import.meta.url))
  const child = fork(file, [ground], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
    serialization: 'advanced',
  })
  const waiting: PromiseWithResolvers<readonly Run[]>[] = []
  const ready = Promise.withResolvers<readonly Run[]>()
  waiting.push(ready)
  child.on('message', runs => waiting.shift()!.resolve(runs as readonly Run[]))
  child.once('error', fail)
  child.once('exit', (status, signal) =>
    fail(new Error(`the executor ended, ${signal ?? `status ${status}`}`)),
  )
  function fail(error: Error): void {
    for (const one of waiting.splice(0)) one.reject(error)
  }
  await ready.promise
  return {
    run(programs) {
      const answer = Promise.withResolvers<readonly Run[]>()
      if (child.exitCode !== null || child.signalCode !== null)
        answer.reject(new Error('the executor has ended'))
      else {
        waiting.push(answer)
        child.send(programs)
      }
      return answer.promise
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
