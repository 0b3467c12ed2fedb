/** A `ports forward` that runs: where it listens, what it tells, what it takes of memory, and how it ends. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../../project.ts'

export interface ForwardLine {
  readonly type: string
  readonly seq: number
  readonly id?: number
  readonly listen?: readonly { readonly address: string; readonly port: number }[]
  readonly from?: { readonly address: string; readonly port: number }
  readonly as?: { readonly address: string; readonly port: number }
  readonly to?: { readonly address?: string; readonly host?: string; readonly port: number }
  readonly because?: string
  readonly code?: string
  readonly forth?: number
  readonly back?: number
  readonly dropped?: number
  readonly ms?: number
}

export class Forwarder {
  readonly lines: ForwardLine[] = []
  readonly #child: ChildProcess
  #said = ''
  #told = (): void => {}

  /** `before`: words that the command is run by, `ip netns exec …`. */
  constructor(words: readonly string[], before: readonly string[] = [], command = 'forward') {
    const [program, ...rest] = [...before, process.execPath, join(root, 'bin', 'ports.js'), command, ...words]
    this.#child = spawn(program!, [...rest, '-o', 'ndjson'], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stderr!.setEncoding('utf8').on('data', text => {
      this.#said += text
      this.#told()
    })
    createInterface(this.#child.stdout!).on('line', line => {
      this.lines.push(JSON.parse(line))
      this.#told()
    })
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** What was said on stderr. */
  get said(): string {
    return this.#said
  }

  /** The port that the first of the addresses of a rule has. */
  async port(rule = 0): Promise<number> {
    const lines = await this.until(all => all.filter(one => one.type === 'listening').length > rule)
    return lines.filter(one => one.type === 'listening')[rule]!.listen![0]!.port
  }

  /** Once what it has told is enough. Fails when it ends before. */
  async until(enough: (lines: readonly ForwardLine[]) => boolean): Promise<readonly ForwardLine[]> {
    while (!enough(this.lines)) {
      assert.ok(this.#child.exitCode === null, `it ended with ${this.#child.exitCode}: ${this.#said}`)
      await new Promise<void>(resolve => {
        this.#told = resolve
        this.#child.once('close', () => resolve())
      })
    }
    return this.lines
  }

  /** A line of that type that has these values. */
  async told(type: string, values: Partial<ForwardLine> = {}): Promise<ForwardLine> {
    const fits = (line: ForwardLine): boolean =>
      line.type === type &&
      Object.entries(values).every(([key, value]) => line[key as keyof ForwardLine] === value)
    return (await this.until(all => all.some(fits))).find(fits)!
  }

  /** Resident now and at its most, bytes (proc(5), `VmRSS` and `VmHWM`). */
  memory(): { readonly now: number; readonly most: number } {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8')
    const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
    return { now: of('VmRSS'), most: of('VmHWM') }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Its exit status, once all it wrote has been read. */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close')
    return this.#child.exitCode
  }

  /** Whatever it does. */
  async end(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL')
      await once(this.#child, 'close')
    }
  }
}
