/** A control group with a program that allows nobody in it to connect by IPv4, or to send packets, as IPAddressDeny= of systemd has it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AttachOrder } from '../../outside/attach-order.ts'

const ATTACHER = fileURLToPath(new URL('../../outside/attacher.ts', import.meta.url))
/** `enum bpf_prog_type`, `enum bpf_attach_type`. */
const HOOKS = {
  connect: { type: 18, attachType: 10 },
  egress: { type: 8, attachType: 1 },
} as const

export class DenyingGroup {
  readonly #path: string
  readonly #attacher: ChildProcess

  private constructor(path: string, attacher: ChildProcess) {
    this.#path = path
    this.#attacher = attacher
  }

  static async open(name: string, hook: keyof typeof HOOKS): Promise<DenyingGroup> {
    const mount = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(
      readFileSync('/proc/self/mountinfo', 'utf8'),
    )![1]
    // The namespace of processes is this play's own, and so is no number of its: names are told apart by time as well.
    const path = `${mount}/portolan-why-${name}-${process.hrtime.bigint()}`
    mkdirSync(path)
    const order: AttachOrder = {
      name: `no_${hook}`,
      ...HOOKS[hook],
      returns: 0,
      at: { path },
    }
    const attacher = spawn(process.execPath, [ATTACHER, JSON.stringify(order)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const [said] = await Promise.race([once(attacher.stdout, 'data'), once(attacher, 'exit')])
    if (Buffer.isBuffer(said)) return new DenyingGroup(path, attacher)
    rmdirSync(path)
    throw new Error('the program could not be attached')
  }

  take(pid: number): void {
    writeFileSync(`${this.#path}/cgroup.procs`, String(pid))
  }

  /** Once all who were in it have ended. */
  async close(): Promise<void> {
    const ended = once(this.#attacher, 'exit')
    this.#attacher.stdin!.end()
    await ended
    rmdirSync(this.#path)
  }
}
