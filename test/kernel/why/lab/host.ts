/**
 * A host of the lab: network, processes, mounts and name of its own. It ends, with all that runs in it, when the process that
 * made it ends.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { inNamespace } from './calls.ts'

/** `/run` is its own, as `/proc` is. It stays until its standard input ends. */
const KEEPER = `echo "$1" > /proc/sys/kernel/hostname && mount -t tmpfs tmpfs /run && ip link set lo up &&
mount -t sysfs sysfs /sys && echo ready && exec cat > /dev/null`

/** Milliseconds after which a program that should have ended is given up. */
const PATIENCE = 180_000

export class Host {
  readonly name: string
  /** Of its first process, as it is seen from outside. */
  readonly pid: number
  readonly #keeper: ChildProcess

  private constructor(name: string, pid: number, keeper: ChildProcess) {
    this.name = name
    this.pid = pid
    this.#keeper = keeper
  }

  static async open(name: string): Promise<Host> {
    const own = ['--net', '--uts', '--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child']
    const words = [...own, '--mount-proc', 'sh', '-c', KEEPER, 'sh', name]
    const keeper = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'inherit'] })
    const [said] = (await Promise.race([once(keeper.stdout!, 'data'), once(keeper, 'exit')])) as [unknown]
    if (!(said instanceof Buffer)) throw new Error(`the host ${name} could not be made: ${String(said)}`)
    return new Host(name, childrenOf(keeper.pid!)[0]!, keeper)
  }

  /** Runs a program of the network, which sees this host's network and the lab's files; throws where it fails. */
  run(...argv: readonly string[]): Promise<string> {
    return this.feed('', ...argv)
  }

  async feed(input: string, ...argv: readonly string[]): Promise<string> {
    const { status, out, err } = await this.ask(argv, input)
    if (status !== 0) throw new Error(`${this.name}: ${argv.join(' ')}: ${status} ${err}${input}`)
    return out
  }

  /** The same, whatever it ends with. */
  async ask(
    argv: readonly string[],
    input = '',
  ): Promise<{ readonly status: number | null; readonly out: string; readonly err: string }> {
    const [program, ...words] = argv
    const child = inNamespace(this.pid, () =>
      spawn(program!, words, { stdio: ['pipe', 'pipe', 'pipe'], timeout: PATIENCE }),
    )
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', text => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      err += text
    })
    child.stdin.on('error', () => {}).end(input)
    const [status] = (await once(child, 'close')) as [number | null]
    return { status, out, err }
  }

  /** Lines of ip(8), all in one go. */
  ip(...lines: readonly string[]): Promise<string> {
    return this.feed(`${lines.join('\n')}\n`, 'ip', '-batch', '-')
  }

  rules(text: string): Promise<string> {
    return this.feed(text, 'nft', '-f', '-')
  }

  /** Does one step in this host's network: what it opens stays there. */
  inside<T>(step: () => T): T {
    return inNamespace(this.pid, step)
  }

  /** `net.ipv4.ip_forward`. Gives what was there before. */
  tune(settings: Readonly<Record<string, string | number>>): Readonly<Record<string, string>> {
    return this.inside(() => {
      const before: Record<string, string> = {}
      for (const [name, value] of Object.entries(settings)) {
        const file = `/proc/sys/${name.replaceAll('.', '/')}`
        before[name] = readFileSync(file, 'utf8').trim()
        writeFileSync(file, String(value))
      }
      return before
    })
  }

  /** The words that run a program as one of this host's own processes. */
  words(...argv: readonly string[]): string[] {
    return ['--target', String(this.pid), '--net', '--pid', '--mount', '--uts', '--', ...argv]
  }

  /** Starts one of its processes, which ends with the host at the latest. */
  spawn(argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn('nsenter', this.words(...argv), { stdio: ['pipe', 'pipe', 'inherit'], ...options })
  }

  /** The same, once it has said something; `pid` is that of the program itself, as it is seen from outside. */
  async start(argv: readonly string[]): Promise<{ readonly child: ChildProcess; readonly pid: number }> {
    const child = this.spawn(argv)
    child.stdin!.on('error', () => {})
    for await (const _ of createInterface(child.stdout!)) {
      child.stdout!.resume()
      return { child, pid: childrenOf(child.pid!)[0]! }
    }
    throw new Error(`${this.name}: ${argv.join(' ')} ended before it said anything`)
  }

  /** Does as one of its own processes would: for mounts and pids. Gives what it says; throws where it fails. */
  async must(...argv: readonly string[]): Promise<string> {
    const child = this.spawn(argv, { stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout!.setEncoding('utf8').on('data', text => {
      out += text
    })
    child.stderr!.setEncoding('utf8').on('data', text => {
      err += text
    })
    const [status] = (await once(child, 'close')) as [number | null]
    if (status !== 0) throw new Error(`${this.name}: ${argv.join(' ')}: ${status} ${err}`)
    return out
  }

  async close(): Promise<void> {
    await stopped(this.#keeper)
  }
}

/** Ends a program by ending its standard input, and waits until it is over. */
export async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.stdin!.end()
  await ended
}

/** Pids of the children of a process (proc_pid_children(5)). */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number)
