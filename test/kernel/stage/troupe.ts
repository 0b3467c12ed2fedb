/** Starts actors and clears them away again, and runs the command beside them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ActorOrder } from './actor.ts'

const ACTOR = fileURLToPath(new URL('./actor.ts', import.meta.url))
export const PORTS = fileURLToPath(new URL('../../../bin/ports.js', import.meta.url))

export interface Actor {
  readonly pid: number
  readonly port: number
  /** What it said when it stood. */
  readonly told: Readonly<Record<string, unknown>>
  readonly child: ChildProcess
  readonly lines: Interface
  alive(): boolean
}

export class Troupe {
  readonly #actors = new Set<ChildProcess>()

  /** Starts an actor and waits until it stands. `as`: words before it, `setpriv …`. */
  async start(order: ActorOrder, as: readonly string[] = []): Promise<Actor> {
    const [program, ...words] = [...as, process.execPath, ACTOR, JSON.stringify(order)]
    const child = spawn(program!, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin!.on('error', () => {})
    this.#actors.add(child)
    const lines = createInterface(child.stdout!)
    const [line] = (await once(lines, 'line')) as [string]
    const told = JSON.parse(line) as { readonly pid: number; readonly port?: number }
    return {
      pid: told.pid,
      port: told.port ?? 0,
      told,
      child,
      lines,
      alive: () => child.exitCode === null && child.signalCode === null,
    }
  }

  async close(): Promise<void> {
    const running = [...this.#actors].filter(one => one.exitCode === null && one.signalCode === null)
    await Promise.all(
      running.map(child => {
        const ended = once(child, 'exit')
        child.stdin!.end()
        return ended
      }),
    )
  }
}

export interface Ran {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** Runs `ports` without a terminal. */
export function ports(words: readonly string[], as: readonly string[] = []): Promise<Ran> {
  return ran([...as, process.execPath, PORTS, ...words])
}

/** Runs a program to its end; `answer` is typed once something matches `prompt`. */
export async function ran(
  argv: readonly string[],
  typing?: { readonly prompt: RegExp; readonly answer: string },
): Promise<Ran> {
  const [program, ...words] = argv
  const child = spawn(program!, words, {
    stdio: [typing === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
    timeout: 30_000,
  })
  let [out, err, typed] = ['', '', false]
  child.stdout!.setEncoding('utf8').on('data', text => {
    out += text
    if (typing === undefined || typed || !typing.prompt.test(out)) return
    typed = true
    child.stdin!.write(typing.answer)
  })
  child.stderr!.setEncoding('utf8').on('data', text => {
    err += text
  })
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, out, err }
}
