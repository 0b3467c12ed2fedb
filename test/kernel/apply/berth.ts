/**
 * A berth: a network namespace and a mount namespace of a test's own, in which the packet filter is changed. `/run` is
 * empty there. Whatever still runs in it when it is closed is ended.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PORTS, type Ran, ran } from '../stage/troupe.ts'

export const skip =
  process.platform === 'linux' && process.getuid!() === 0
    ? false
    : process.platform === 'linux'
      ? 'only root may make network namespaces'
      : 'there is no Linux kernel here'

const PREPARE = 'mount -t tmpfs tmpfs /run && ip link set lo up && echo ready && exec cat > /dev/null'

export class Berth {
  readonly #keeper: ChildProcess
  readonly #namespace: string
  /** A folder of the test's, the same inside and outside. */
  readonly folder: string

  private constructor(keeper: ChildProcess, folder: string) {
    this.#keeper = keeper
    this.#namespace = readlinkSync(`/proc/${keeper.pid}/ns/net`)
    this.folder = folder
  }

  static async open(): Promise<Berth> {
    const words = ['--net', '--mount', '--propagation', 'private', 'sh', '-c', PREPARE]
    const keeper = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(keeper.stdout!, 'data')
    return new Berth(keeper, mkdtempSync(join(tmpdir(), 'portolan-berth-')))
  }

  get pid(): number {
    return this.#keeper.pid!
  }

  /** The words that run a program in here. */
  inside(words: readonly string[]): string[] {
    return ['nsenter', `--target=${this.pid}`, '--net', '--mount', '--', ...words]
  }

  run(...words: string[]): Promise<Ran> {
    return ran(this.inside(words))
  }

  /** Runs it, and throws where it fails. */
  async must(...words: string[]): Promise<string> {
    const { status, out, err } = await this.run(...words)
    if (status !== 0) throw new Error(`${words.join(' ')}: ${status} ${err}`)
    return out
  }

  fw(...words: string[]): Promise<Ran> {
    return this.run(process.execPath, PORTS, 'fw', ...words)
  }

  file(name: string, text: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, text)
    return path
  }

  async load(text: string): Promise<void> {
    await this.must('nft', '-f', this.file('load.nft', text))
  }

  /** Our table as it is listed, without counts; empty where there is none. */
  async own(): Promise<string> {
    const { out } = await this.run('nft', 'list', 'table', 'inet', 'portolan')
    return still(out)
  }

  /** Everything of others: nft's listing without our table, and what both kinds of iptables save. */
  async others(): Promise<string> {
    const listing = await this.must('nft', 'list', 'ruleset')
    const tables = listing.split(/^(?=table )/m).filter(one => !one.startsWith('table inet portolan'))
    const saved = await Promise.all(
      ['iptables-save', 'ip6tables-save', 'iptables-legacy-save'].map(one => this.must(one)),
    )
    return still([...tables, ...saved].join('\n').replace(/^#.*$/gm, ''))
  }

  /** Pids of the watchdogs that live in here. */
  watchdogs(): number[] {
    return this.#inhabitants().filter(pid => commandOf(pid).includes('\0watchdog\0'))
  }

  #inhabitants(): number[] {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number)
      .filter(pid => orEmpty(() => readlinkSync(`/proc/${pid}/ns/net`)) === this.#namespace)
  }

  /** Runs until all watchdogs have ended. */
  async unwatched(): Promise<void> {
    await until('the watchdog ends', () => this.watchdogs().length === 0)
  }

  async close(): Promise<void> {
    const ended = once(this.#keeper, 'exit')
    for (const pid of this.#inhabitants()) kill(pid, 'SIGKILL')
    await ended
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Looks again and again, for a minute at most. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited a minute in vain: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Counts and times that change by themselves. */
export const still = (text: string): string =>
  text
    .replace(/packets \d+ bytes \d+/g, 'packets N bytes N')
    .replace(/\[\d+:\d+\]/g, '[N:N]')
    .replace(/ expires \w+/g, '')

const commandOf = (pid: number): string => orEmpty(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))

function orEmpty(ask: () => string): string {
  try {
    return ask()
  } catch {
    return ''
  }
}
