/** Asks why from the client of a lab: as root or as nobody, by its own view or with those of others. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { stopped } from './lab/host.ts'
import type { Lab } from './lab/lab.ts'
import type { Answer, Asked, AskedView, Told } from './lab/told.ts'

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

export type Question = Omit<Asked, 'views'> & { readonly as?: 'nobody'; readonly from?: readonly string[] }

interface Asker {
  readonly child: ChildProcess
  readonly lines: Interface
}

export class WhyAsker {
  readonly #lab: Lab
  readonly #trusted: string | undefined
  readonly #folder = mkdtempSync(join(tmpdir(), 'portolan-why-'))
  readonly #children: ChildProcess[] = []
  readonly #askers = new Map<string, Promise<Asker>>()
  readonly #agents = new Map<string, Promise<AskedView>>()

  /** `trusted`: a file of certificates that the client's programs trust. */
  constructor(lab: Lab, trusted?: string) {
    this.#lab = lab
    this.#trusted = trusted
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
      const words = [...(as === 'nobody' ? NOBODY : []), process.execPath, at('./lab/why-child.ts')]
      const env = {
        ...process.env,
        ...(this.#trusted !== undefined && { NODE_EXTRA_CA_CERTS: this.#trusted }),
      }
      const child = this.#lab.client.spawn(words, { env })
      child.stdin!.on('error', () => {})
      this.#children.push(child)
      const lines = createInterface(child.stdout!)
      await once(lines, 'line')
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
