/** A berth with rules, a second one that is joined to it by a cable, and logins from there to here. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Berth } from './berth.ts'

export const HERE = '10.77.0.1'
const THERE = '10.77.0.2'

export interface Told {
  readonly status: number
  readonly out: string
}

export class Harbour {
  readonly here: Berth
  readonly there: Berth
  readonly #children: ChildProcess[] = []

  private constructor(here: Berth, there: Berth) {
    this.here = here
    this.there = there
  }

  static async open(): Promise<Harbour> {
    const [here, there] = [await Berth.open(), await Berth.open()]
    for (const words of [
      `ip link add v0 type veth peer name v1 netns ${there.pid}`,
      `ip addr add ${HERE}/24 dev v0`,
      'ip link set v0 up',
    ])
      await here.must(...words.split(' '))
    for (const words of [`ip addr add ${THERE}/24 dev v1`, 'ip link set v1 up'])
      await there.must(...words.split(' '))
    return new Harbour(here, there)
  }

  /** A server of logins; its port. */
  async server(address = HERE): Promise<number> {
    const { lines } = this.#start(this.here, 'login-server.ts', ['server', address])
    const [line] = (await once(lines, 'line')) as [string]
    return (JSON.parse(line) as { port: number }).port
  }

  /** Logs in, from there or, over loopback, from here. */
  async login(port: number, address = HERE): Promise<Login> {
    const from = address === HERE ? this.there : this.here
    const { child, lines } = this.#start(from, 'login-client.ts', [address, String(port)])
    const [line] = (await once(lines, 'line')) as [string]
    if (line !== '"connected"') throw new Error(line)
    return new Login(child, lines)
  }

  #start(berth: Berth, script: string, words: readonly string[]): { child: ChildProcess; lines: Interface } {
    const path = fileURLToPath(new URL(script, import.meta.url))
    const [program, ...rest] = berth.inside([process.execPath, path, ...words])
    const child = spawn(program!, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin!.on('error', () => {})
    this.#children.push(child)
    return { child, lines: createInterface(child.stdout!) }
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL')
    await this.here.close()
    await this.there.close()
  }
}

export class Login {
  readonly #child: ChildProcess
  readonly #lines: Interface

  constructor(child: ChildProcess, lines: Interface) {
    this.#child = child
    this.#lines = lines
  }

  /** Has the command run at the other end of this connection. `ssh`: with what sshd leaves in the environment. */
  async run(words: readonly string[], { ssh = true } = {}): Promise<Told> {
    const answer = once(this.#lines, 'line')
    this.#child.stdin!.write(`${JSON.stringify({ words, ssh })}\n`)
    const [line] = (await answer) as [string]
    return JSON.parse(line) as Told
  }
}
