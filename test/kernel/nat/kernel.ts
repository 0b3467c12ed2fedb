/** The running kernel as a judge of translations: a child process with a namespace of its own (`kernel-child.ts`). */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Run } from './play.ts'
import type { Program } from './steps.ts'

export interface NatKernel {
  /** Runs are in the order of the programs; several calls are answered one after the other. */
  run(programs: readonly Program[]): Promise<readonly Run[]>
  close(): Promise<void>
}

export async function openNatKernel(): Promise<NatKernel> {
  const file = fileURLToPath(new URL('./kernel-child.ts', import.meta.url))
  const child = fork(file, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
    serialization: 'advanced',
  })
  const waiting: PromiseWithResolvers<readonly Run[]>[] = []
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  const answer = (): Promise<readonly Run[]> => {
    const next = Promise.withResolvers<readonly Run[]>()
    if (hasEnded()) next.reject(new Error('the executor has ended'))
    else waiting.push(next)
    return next.promise
  }
  const fail = (error: Error): void => {
    for (const one of waiting.splice(0)) one.reject(error)
  }
  child.on('message', runs => waiting.shift()!.resolve(runs as readonly Run[]))
  child.once('error', fail)
  child.once('exit', (status, signal) =>
    fail(new Error(`the executor ended, ${signal ?? `status ${status}`}`)),
  )
  await answer()
  return {
    run(programs) {
      const runs = answer()
      if (!hasEnded()) child.send(programs)
      return runs
    },
    async close() {
      if (hasEnded()) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
