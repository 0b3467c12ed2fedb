/**
 * Sockets of the ground: those that take what arrives, and those that packets are sent from. As what they are made of, and as
 * what the model is told of them (`socket` and `meta` expressions).
 */
import type { Scalar } from '../../../src/model/filter/pattern.ts'
import { PORTS } from './ground.ts'
import type { Probe } from './notation.ts'

export interface StagedSocket {
  readonly port: number
  readonly mark: number
  readonly transparent: boolean
  /** It is bound to these alone. */
  readonly addresses?: { readonly ipv4: string; readonly ipv6: string }
}

/** One of TCP and one of UDP each, of either family. */
export const PLAIN_SOCKETS: readonly StagedSocket[] = PORTS.map(port => ({
  port,
  mark: 0,
  transparent: false,
}))
export const SOCKETS: readonly StagedSocket[] = [
  ...PLAIN_SOCKETS,
  { port: 7000, mark: 0, transparent: true },
  { port: 7001, mark: 9, transparent: false },
  { port: 7002, mark: 0, transparent: false, addresses: { ipv4: '10.1.0.1', ipv6: 'fd01::1' } },
]

/** User and group of the sender `user`. */
export const USER = 1000
export const MARKED = { mark: 7, priority: 6 } as const
const [TCP, UDP] = [6, 17]

/** What is known of the socket that a packet is for or from, by nft's words; nothing where there is none. */
export function socketFacts({ from, shape, sender }: Probe): [string, Scalar][] {
  if (from === null) {
    const id = sender === 'user' ? USER : 0
    const { mark, priority } = sender === 'marked' ? MARKED : { mark: 0, priority: 0 }
    return [
      ['meta skuid', id],
      ['meta skgid', id],
      ['meta priority', priority],
      ['socket mark', mark],
      ['socket transparent', 0],
      // A raw socket that is bound to no address.
      ['socket wildcard', 1],
    ]
  }
  const { protocol, destination, destinationPort } = shape
  if (protocol !== TCP && protocol !== UDP) return []
  const found = SOCKETS.find(
    ({ port, addresses }) =>
      port === destinationPort && (addresses === undefined || Object.values(addresses).includes(destination)),
  )
  if (found === undefined) return []
  return [
    ['socket mark', found.mark],
    ['socket transparent', Number(found.transparent)],
    ['socket wildcard', Number(found.addresses === undefined)],
  ]
}
