/** Asks why from the client of a lab: as root or as nobody, by its own view or with those of others. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { childrenOf, stopped } from './lab/host.ts'
import type { Lab } from './lab/lab.ts'
import type { Answer, Asked, AskedView, Told } from './lab/told.ts'

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

export type Question = Omit<Asked, 'views'> & { readonly as?: 'nobody'; readonly from?: readonly string[] }

interface Asker {
  readonly child: ChildProcess
  readonly lines: Interface
}

export interface AskedHow {
  /** A file of certificates that the client's programs trust. */
  readonly trusted?: string | undefined
  /** Who asks: the client. */
  readonly at?: string
  /** Words in front of the program that asks. */
  readonly around?: readonly string[]
  /** With the process that asks, as it is seen from outside, before it is asked anything. */
  readonly onStart?: (pid: number) => void
}

export class WhyAsker {
  readonly #lab: Lab
  readonly #how: AskedHow
  readonly #folder = mkdtempSync(join(tmpdir(), 'portolan-why-'))
  readonly #children: ChildProcess[] = []
  readonly #askers = new Map<string, Promise<Asker>>()
  readonly #agents = new Map<string, Promise<AskedView>>()

  constructor(lab: Lab, how: AskedHow = {}) {
    this.#lab = lab
    this.#how = how
  }

  /** `from`: hosts whose views are added, the server as the target's. */
  async ask({ as, from = [], ...question }: Question): Promise<Told> {
    const views = await Promise.all(from.map(name => this.#viewOf(name)))
    const { child, lines } = await this.#asker(as ?? 'root')
    child.stdin!.write(`${JSON.stringify({ ...question, views } satisfies Asked)}\n`)
    const [line] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string | undefined]
    if (line === undefined) throw new Error('who was asked why ended without an answer')
    const answer = JSON.parse(line) as Answer
    if ('error' in answer) throw new Error(answer.error)
    return answer.told
  }

  /** They end by themselves, so that what they have compiled is kept for those of the next lab. */
  async close(): Promise<void> {
    await Promise.all(this.#children.map(stopped))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #asker(as: 'root' | 'nobody'): Promise<Asker> {
    return kept(this.#askers, as, async () => {
      const { trusted, around = [], onStart } = this.#how
      const words = [
        ...(as === 'nobody' ? NOBODY : []),
        ...around,
        process.execPath,
        at('./lab/why-child.ts'),
      ]
      const env = {
        ...process.env,
        ...(trusted !== undefined && { NODE_EXTRA_CA_CERTS: trusted }),
      }
      const child = this.#lab.host(this.#how.at ?? 'client').spawn(words, { env })
      child.stdin!.on('error', () => {})
      this.#children.push(child)
      const lines = createInterface(child.stdout!)
      const [ready] = await Promise.race([once(lines, 'line'), once(lines, 'close')])
      if (ready === undefined) throw new Error('who is to be asked why ended at once')
      onStart?.(childrenOf(child.pid!)[0]!)
      return { child, lines }
    })
  }

  #viewOf(name: string): Promise<AskedView> {
    return kept(this.#agents, name, async () => {
      const path = join(this.#folder, name)
      const { child } = await this.#lab.host(name).start([process.execPath, at('./lab/view-agent.ts'), path])
      this.#children.push(child)
      return { role: name === 'server' ? 'target' : 'between', label: name, path }
    })
  }
}

function kept<T>(all: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let one = all.get(key)
  if (one === undefined) {
    one = make()
    all.set(key, one)
  }
  return one
}
