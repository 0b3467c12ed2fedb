/** What a program uses beside time: memory at its peak, and the processor while it has nothing to do. */
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { type Command, time } from './run.ts'

/**
 * The largest resident size that a Node program ever had, bytes: it says so itself when it ends (VmHWM, proc_pid_status(5)).
 * What wait4(2) tells would count the memory of whoever started it.
 */
export function peakMemory(command: Command, output: string): number {
  const note = `${output}.memory`
  const hook = `process.on('exit', () => {
    const fs = process.getBuiltinModule('node:fs')
    fs.writeFileSync(${JSON.stringify(note)}, fs.readFileSync('/proc/self/status', 'latin1'))
  })`
  const env = { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` }
  try {
    time(command, output, env)
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(note, 'latin1'))![1]) * 1024
  } finally {
    rmSync(note, { force: true })
  }
}

/** Share of one processor that a program takes while it waits, measured over `seconds` when it has run for two. */
export async function idleShare(command: Command, seconds: number): Promise<number> {
  const [program, ...words] = command
  const child = spawn(program!, words, { stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    await setTimeout(2000)
    const before = processorMs(child.pid!)
    const start = performance.now()
    await setTimeout(seconds * 1000)
    return (processorMs(child.pid!) - before) / (performance.now() - start)
  } finally {
    child.kill('SIGKILL')
  }
}

/** User and system time so far, of all threads; ticks are 10 ms. The name may hold anything, so we count from its end. */
function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
