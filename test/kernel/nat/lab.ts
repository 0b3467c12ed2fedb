/**
 * Networks of a test: namespaces with names, links between them, programs in them. It stands in mount and process namespaces
 * of its own, so that all of it ends with the process that made it. Run a script that uses it by `runInLab`.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { whyNoStage } from '../stage/stage.ts'

/** Why no lab can be had here, or null. `tools`: programs that the test runs in it. */
export function whyNoLab(...tools: readonly string[]): string | null {
  const missing = ['nft', ...tools].find(tool => spawnSync(tool, ['--version']).error !== undefined)
  return whyNoStage() ?? (missing === undefined ? null : `${missing} is not installed`)
}

/** Runs a script of this folder in namespaces of its own, and gives what it said as its last line of JSON. */
export async function runInLab<T>(
  script: string,
  words: readonly string[] = [],
  patience = 120_000,
): Promise<T> {
  const file = fileURLToPath(new URL(script, import.meta.url))
  const argv = [
    '--net',
    '--mount',
    '--propagation',
    'private',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    process.execPath,
    file,
    ...words,
  ]
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn('unshare', argv, { stdio: ['ignore', 'pipe', 'pipe'], env, timeout: patience })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
  })
  const [status] = (await once(child, 'close')) as [number | null]
  if (status !== 0) throw new Error(`the lab ended with ${status}: ${out}${err}`)
  return JSON.parse(out.trim().split('\n').at(-1)!) as T
}

/** Milliseconds until a program that says nothing is given up. */
const PATIENCE = 20_000

export class Lab {
  readonly #programs: ChildProcess[] = []

  constructor() {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/run'])
  }

  /** Namespaces, with their loopback up. */
  add(...names: readonly string[]): void {
    for (const name of names) {
      execFileSync('ip', ['netns', 'add', name])
      this.run(name, 'ip', 'link', 'set', 'lo', 'up')
    }
  }

  /** A link between two namespaces: `link('client', '10.0.0.2/24', 'router', '10.0.0.1/24')`; devices have the other's name. */
  link(left: string, leftAddress: string, right: string, rightAddress: string): void {
    execFileSync('ip', [
      'link',
      'add',
      right,
      'netns',
      left,
      'type',
      'veth',
      'peer',
      'name',
      left,
      'netns',
      right,
    ])
    for (const [at, device, address] of [
      [left, right, leftAddress],
      [right, left, rightAddress],
    ] as const) {
      this.run(at, 'ip', 'address', 'add', address, 'dev', device)
      this.run(at, 'ip', 'link', 'set', device, 'up')
    }
  }

  route(at: string, ...words: readonly string[]): void {
    this.run(at, 'ip', 'route', 'add', ...words)
  }

  forward(...names: readonly string[]): void {
    for (const name of names) this.run(name, 'sysctl', '-qw', 'net.ipv4.ip_forward=1')
  }

  rules(at: string, text: string): void {
    this.feed(at, text, 'nft', '-f', '-')
  }

  /** Runs a program with text on its standard input. */
  feed(at: string, text: string, ...argv: readonly string[]): void {
    execFileSync('ip', ['netns', 'exec', at, ...argv], {
      input: text,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  run(at: string, ...argv: readonly string[]): string {
    return execFileSync('ip', ['netns', 'exec', at, ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    })
  }

  /** The same, whatever it ends with. */
  async ask(
    at: string,
    ...argv: readonly string[]
  ): Promise<{ status: number | null; out: string; err: string }> {
    const child = spawn('ip', ['netns', 'exec', at, ...argv], {
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
    const [status] = (await once(child, 'close')) as [number | null]
    return { status, out, err }
  }

  /** Starts a program; resolves when a line of what it writes holds `until`. */
  async start(at: string, argv: readonly string[], until: string): Promise<ChildProcess> {
    const child = spawn('ip', ['netns', 'exec', at, ...argv], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#programs.push(child)
    child.stderr!.resume()
    const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
    let isUp = false
    for await (const line of createInterface(child.stdout!)) {
      isUp = line.includes(until)
      if (isUp) break
    }
    clearTimeout(late)
    if (!isUp) throw new Error(`${argv[0]} never said "${until}"`)
    child.stdout!.resume()
    return child
  }

  close(): void {
    for (const child of this.#programs) child.kill('SIGKILL')
  }
}
