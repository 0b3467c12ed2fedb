/** Where a server can be asked, and sockets to ask it from. */
import type { Address } from '../../../model/address.ts'
import type { Endpoint } from '../../../model/endpoint.ts'
import { fault } from '../../../model/fault.ts'
import type { Reach } from '../../../os/reach.ts'
import { formatTracked } from '../flow-words.ts'
import { Asker, type AskOptions } from './asker.ts'

/** The two addresses of a server, A and B, with the ports 1 and 2 (RFC 5780 section 6). */
export interface Sites {
  readonly a1: Endpoint
  readonly a2: Endpoint
  readonly b1: Endpoint
  readonly b2: Endpoint
}

/** Undefined where the other address isn't another, or not with another port: then nothing can be told by it. */
export function sitesOf(a1: Endpoint, other: Endpoint | undefined): Sites | undefined {
  if (other === undefined || other.address === a1.address || other.port === a1.port) return undefined
  return {
    a1,
    a2: { address: a1.address, port: other.port },
    b1: { address: other.address, port: a1.port },
    b2: other,
  }
}

export const isSameEnd = (a: Endpoint, b: Endpoint): boolean => a.address === b.address && a.port === b.port

/** Opens sockets towards one server, and closes all of them. */
export class Sockets {
  readonly #reach: Reach
  readonly #server: Endpoint
  readonly #options: AskOptions
  readonly #from: Address | undefined
  readonly #open: Asker[] = []

  constructor(reach: Reach, server: Endpoint, options: AskOptions, from: Address | undefined) {
    this.#reach = reach
    this.#server = server
    this.#options = options
    this.#from = from
  }

  /** A fresh one: nothing was ever sent from it. Throws `E_DATAGRAMS` where the host opens none. */
  async open(more: { readonly address?: Address; readonly port?: number } = {}): Promise<Asker> {
    const address = more.address ?? this.#from
    const opened = await this.#reach.datagrams({
      towards: this.#server,
      ...(address === undefined ? {} : { address }),
      ...(more.port === undefined ? {} : { port: more.port }),
    })
    if (opened.kind !== 'yes') {
      const why = opened.code ?? opened.kind
      throw fault('E_DATAGRAMS', { server: formatTracked(this.#server), why })
    }
    const asker = new Asker(opened.socket, this.#options)
    this.#open.push(asker)
    return asker
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map(({ socket }) => socket.close()))
  }
}
