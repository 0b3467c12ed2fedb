/** Runs a program in our place: its own input and outputs, its exit status ours. */
import { constants } from 'node:os'
import { fault } from '../../model/fault.ts'

/**
 * The status, or 128 and the number of the signal that ended it, as shells have it. When the signal aborts, the program
 * is told to end. Throws `E_PROGRAM_MISSING`.
 */
export async function runProgram(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const { spawn } = await import('node:child_process')
  const [program, ...args] = argv
  const child = spawn(program!, args, { stdio: 'inherit' })
  const end = (): void => void child.kill('SIGTERM')
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', cause =>
        reject(fault('E_PROGRAM_MISSING', { program: program!, why: cause.message }, { cause })),
      )
      child.once('close', (code, name) =>
        resolve(code ?? 128 + (name === null ? 0 : constants.signals[name])),
      )
    })
  } finally {
    signal.removeEventListener('abort', end)
  }
}
