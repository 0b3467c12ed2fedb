/** For tests: an agent and who asks it in one process, with a pipe between them that can be cut, garbled and slowed. */
import { fault } from '../../model/fault.ts'
import type { OS } from '../os.ts'
import type { Link } from './link.ts'
import { type AgentOptions, openOver, type RemoteOptions, serveAgent } from './remote.ts'

/** A way for bytes in one direction. */
export class Way implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = []
  #ended = false
  #wake: (() => void) | undefined

  write(text: string | Uint8Array): void {
    if (this.#ended) return
    this.#chunks.push(typeof text === 'string' ? Buffer.from(text) : text)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  get isEnded(): boolean {
    return this.#ended
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#chunks.length > 0) yield this.#chunks.shift()!
      else if (this.#ended) return
      else
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
    }
  }
}

export interface Pipe {
  readonly there: Way
  readonly back: Way
  readonly link: Link
}

export function pipe(): Pipe {
  const [there, back] = [new Way(), new Way()]
  const link: Link = {
    place: 'ssh://web',
    login: 'web',
    input: back,
    write: text => there.write(text),
    why: async () => fault('E_REMOTE_LOST', { place: 'ssh://web', why: 'the pipe ended' }),
    async close() {
      there.end()
      back.end()
    },
  }
  return { there, back, link }
}

export const NONCE = 'a nonce'

/** A host, asked through an agent. */
export async function throughAgent(
  os: OS,
  options: RemoteOptions & Partial<AgentOptions> = {},
  { there, back, link }: Pipe = pipe(),
): Promise<{ readonly os: OS; readonly served: Promise<void> }> {
  const served = serveAgent(
    os,
    { input: there, write: text => back.write(text) },
    { program: 'portolan 0', uid: 0, ...options },
  ).finally(() => back.end())
  // Who judges how it ended awaits it.
  served.catch(() => {})
  return { os: await openOver(link, NONCE, options), served }
}
