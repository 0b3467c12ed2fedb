/**
 * What RFC 5780 doesn't ask: whether a mapping that looks endpoint-independent stays so. A NAT that keeps the inside port
 * only as long as nothing else has it, as Linux does, passes for one until something collides.
 */
import type { Address } from '../../../model/address.ts'
import type { Endpoint } from '../../../model/endpoint.ts'
import { isSameEnd, type Sites, type Sockets } from './sites.ts'
import { type Told, told, untold } from './told.ts'

export type InboundFirst = 'keeps-port' | 'changes-port'

/**
 * The server's other address sends first, unasked; then it is asked from the same socket. A NAT that took note of what it
 * turned away, or let in for itself, has that port taken now.
 */
export async function testInboundFirst(sockets: Sockets, { a1, b2 }: Sites): Promise<Told<InboundFirst>> {
  const asker = await sockets.open()
  const first = await asker.ask(a1)
  if (first === undefined) return untold('no-answer')
  for (let i = 0; i < TIMES; i++) {
    // What the other address sends may not come in; the answer behind it says that it has been sent.
    await asker.tell(a1, { changeRequest: { address: true, port: true } })
    if ((await asker.ask(a1)) === undefined) return untold('no-answer')
  }
  const later = await asker.ask(b2)
  if (later === undefined) return untold('no-answer')
  return told(isSameEnd(later.mapped, first.mapped) ? 'keeps-port' : 'changes-port')
}

/** One may be lost. */
const TIMES = 2

export interface Collision {
  /** The second inside endpoint keeps one mapping for all, whatever the first has. */
  readonly mapping: 'keeps-mapping' | 'changes-mapping'
  /** Two inside endpoints had one outside endpoint at a time, towards different destinations. */
  readonly overloads: boolean
}

/**
 * Two of our addresses use the same port: the first towards A, the second towards B and then towards A. An
 * endpoint-independent NAT gives the second a port of its own at once.
 */
export async function testCollision(
  sockets: Sockets,
  { a1, b1 }: Sites,
  second: Address | undefined,
): Promise<Told<Collision>> {
  if (second === undefined) return untold('one-source')
  const one = await sockets.open()
  const first = await one.ask(a1)
  if (first === undefined) return untold('no-answer')
  const two = await sockets.open({ address: second, port: one.socket.local.port })
  const elsewhere = await two.ask(b1)
  const there = await two.ask(a1)
  if (elsewhere === undefined || there === undefined) return untold('no-answer')
  return told({
    mapping: isSameEnd(elsewhere.mapped, there.mapped) ? 'keeps-mapping' : 'changes-mapping',
    overloads: isSameEnd(elsewhere.mapped, first.mapped) || isSameEnd(there.mapped, first.mapped),
  })
}

export interface PortChoice {
  readonly preservation: 'always' | 'sometimes' | 'never'
  readonly samples: readonly { readonly local: number; readonly external: number }[]
  /** What is added from one mapping to the next, where that is always the same and ports aren't kept. */
  readonly step?: number
}

/** Sockets, one after the other: RFC 4787 section 4.2 asks which ports they get. */
export async function testPortChoice(
  sockets: Sockets,
  a1: Endpoint,
  count: number,
): Promise<Told<PortChoice>> {
  const samples: { local: number; external: number }[] = []
  for (let i = 0; i < count; i++) {
    const asker = await sockets.open()
    const answer = await asker.ask(a1)
    if (answer !== undefined) samples.push({ local: asker.socket.local.port, external: answer.mapped.port })
  }
  return samples.length < count ? untold('no-answer') : told(portChoice(samples))
}

export function portChoice(samples: PortChoice['samples']): PortChoice {
  const kept = samples.filter(({ local, external }) => local === external).length
  const steps = new Set(samples.slice(1).map(({ external }, i) => external - samples[i]!.external))
  const [step] = steps
  return {
    preservation: kept === samples.length ? 'always' : kept > 0 ? 'sometimes' : 'never',
    samples,
    ...(kept === 0 && steps.size === 1 && samples.length > 2 ? { step: step! } : {}),
  }
}
