/**
 * The ground for programs outside of the rules: a berth with a pair of devices v0 and v1, v0 with addresses, and rules that
 * accept port 22, drop port 23 and reject port 113. `attach` keeps a program attached for as long as a function runs.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { offHeap, openLibc } from '../../../src/os/ffi.ts'
import { Berth } from '../apply/berth.ts'
import { PORTS, type Ran } from '../stage/troupe.ts'
import type { Attached, AttachOrder } from './attach-order.ts'

const ATTACHER = fileURLToPath(new URL('./attacher.ts', import.meta.url))
const RULES = `table inet f {
  chain i {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iifname "lo" accept
    tcp dport { 22, 8080 } accept
    udp dport 53 accept
    tcp dport 113 reject with tcp reset
  }
  chain o {
    type filter hook output priority 0; policy accept;
  }
}`
const PREPARE = [
  'ip link add v0 type veth peer name v1',
  'ip address add 10.9.0.1/24 dev v0',
  'ip address add fd09::1/64 dev v0 nodad',
  'ip link set v0 up',
  'ip link set v1 up',
  'ip address add 10.10.0.1/24 dev v1',
  'ip address add fd0a::1/64 dev v1 nodad',
  'sysctl -q -w net.ipv4.ip_forward=1',
  'sysctl -q -w net.ipv6.conf.all.forwarding=1',
  'mkdir /run/bpf',
  'mount -t bpf bpf /run/bpf',
]

export class Outside {
  readonly berth: Berth
  /** Of v0. */
  readonly index: number

  private constructor(berth: Berth, index: number) {
    this.berth = berth
    this.index = index
  }

  static async open(): Promise<Outside> {
    const berth = await Berth.open()
    try {
      for (const line of PREPARE) await berth.must(...line.split(' '))
      await berth.load(RULES)
      const shown = JSON.parse(await berth.must('ip', '-j', 'link', 'show', 'v0')) as { ifindex: number }[]
      return new Outside(berth, shown[0]!.ifindex)
    } catch (error) {
      await berth.close()
      throw error
    }
  }

  /** Runs `use` while the program is attached. It is not when this comes back. */
  async attach<T>(order: AttachOrder, use: (attached: Attached) => Promise<T>): Promise<T> {
    const [program, ...words] = this.berth.inside([process.execPath, ATTACHER, JSON.stringify(order)])
    const child = spawn(program!, words, { stdio: ['pipe', 'pipe', 'pipe'] })
    let err = ''
    child.stderr.on('data', text => {
      err += text
    })
    const ended = once(child, 'close')
    try {
      const first = await Promise.race([once(child.stdout, 'data'), ended])
      if (!Buffer.isBuffer(first[0])) throw new Error(`${order.name} was not attached: ${err}`)
      return await use(JSON.parse(String(first[0])) as Attached)
    } finally {
      child.stdin.end()
      await ended
    }
  }

  ports(...words: string[]): Promise<Ran> {
    return this.berth.run(process.execPath, PORTS, ...words)
  }

  /** Verdict, exit status and what isn't known, of one flow. */
  async judged(flow: string): Promise<Judged & { readonly status: number | null }> {
    const { status, out, err } = await this.ports('fw', 'test', flow, '--json')
    return { status, ...judgedIn(out, err)[0]! }
  }

  /** Of several at once, by their names. */
  async allJudged(flows: Readonly<Record<string, string>>): Promise<Readonly<Record<string, Judged>>> {
    const { out, err } = await this.ports('fw', 'test', ...Object.values(flows), '--json')
    const judged = judgedIn(out, err)
    return Object.fromEntries(Object.keys(flows).map((name, at) => [name, judged[at]!]))
  }

  close(): Promise<void> {
    return this.berth.close()
  }
}

interface Item {
  readonly verdict: string
  readonly unknown: readonly { readonly expression: string }[]
}
export interface Judged {
  readonly verdict: string
  readonly unknown: readonly string[]
}

function judgedIn(out: string, err: string): readonly Judged[] {
  const { items } = JSON.parse(out || '{}') as { items?: readonly Item[] }
  if (items === undefined) throw new Error(`${out}${err}`)
  return items.map(({ verdict, unknown }) => ({
    verdict,
    unknown: unknown.map(({ expression }) => expression),
  }))
}

/** Why no program can be attached here, or false. */
export function whyNoPrograms(): string | false {
  if (process.platform !== 'linux') return 'there is no Linux kernel here'
  if (process.getuid!() !== 0) return 'only root may make network namespaces'
  const ffi = openLibc()
  if ('missing' in ffi) throw new Error(ffi.missing)
  // BPF_PROG_GET_NEXT_ID, from 0: answered with an id, or ENOENT where there is no program.
  const done = ffi.libc.bpf(11, offHeap(64).fill(0), 64)
  const errno = done < 0 ? ffi.libc.errno() : 0
  return errno === 0 || errno === 2 ? false : 'BPF programs may not be attached here'
}

export const whyNoBtf = (): string | false =>
  existsSync('/sys/kernel/btf/vmlinux') ? false : 'the kernel has no BTF'

/** A control group of the test's own, or why there can be none. */
export function makeGroup(): { readonly path: string; readonly name: string } | string {
  const mount = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(
    readFileSync('/proc/self/mountinfo', 'utf8'),
  )?.[1]
  if (mount === undefined) return 'no cgroup v2 hierarchy is mounted'
  const name = `/portolan-outside-${process.pid}`
  try {
    mkdirSync(mount + name)
    return { path: mount + name, name }
  } catch {
    return 'control groups can’t be made here'
  }
}

export const removeGroup = (path: string): void => rmdirSync(path)
