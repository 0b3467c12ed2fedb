/** The tests of RFC 5780 sections 4.3 to 4.5, each on sockets of its own. */

import type { Endpoint } from '../../../model/endpoint.ts'
import type { Dependence } from '../../../model/nat/behaviour.ts'
import type { Asker } from './asker.ts'
import { isSameEnd, type Sites, type Sockets } from './sites.ts'
import { type Told, told, untold } from './told.ts'

/** `first`: how the server's first site saw the socket. The same to its other address: endpoint-independent. */
export async function testMapping(asker: Asker, first: Endpoint, sites: Sites): Promise<Told<Dependence>> {
  const second = await asker.ask(sites.b1)
  if (second === undefined) return untold('no-answer')
  if (isSameEnd(second.mapped, first)) return told('endpoint-independent')
  const third = await asker.ask(sites.b2)
  if (third === undefined) return untold('no-answer')
  return told(isSameEnd(third.mapped, second.mapped) ? 'address-dependent' : 'address-and-port-dependent')
}

/**
 * Whether answers come in from where nobody was asked. Two fresh sockets: one that asked the other address before, even
 * for another test, would let it in.
 */
export async function testFiltering(sockets: Sockets, { a1, a2, b2 }: Sites): Promise<Told<Dependence>> {
  const hears = async (change: { address: boolean; port: boolean }, from: Endpoint) => {
    const asker = await sockets.open()
    if ((await asker.ask(a1)) === undefined) return 'no-answer' as const
    const answer = await asker.ask(a1, { changeRequest: change })
    if (answer === undefined) return 'nothing' as const
    return isSameEnd(answer.from, from) ? ('heard' as const) : ('no-change' as const)
  }
  const [other, port] = await Promise.all([
    hears({ address: true, port: true }, b2),
    hears({ address: false, port: true }, a2),
  ])
  for (const outcome of [other, port])
    if (outcome === 'no-answer' || outcome === 'no-change') return untold(outcome)
  if (other === 'heard') return told('endpoint-independent')
  return told(port === 'heard' ? 'address-dependent' : 'address-and-port-dependent')
}

export type Hairpin = 'external-source' | 'internal-source' | 'none'

/** Milliseconds after which what was sent to our own outside address has come or doesn't. */
const HAIRPIN_WAITS = [300, 500, 700] as const

/**
 * Whether two sockets reach each other by their outside endpoints, and what source they see then (RFC 4787 section 6). The
 * called one sends first, lest it is the filtering that keeps the other out.
 */
export async function testHairpin(sockets: Sockets, a1: Endpoint): Promise<Told<Hairpin>> {
  const [called, caller] = [await sockets.open(), await sockets.open()]
  const [outside, callersOutside] = [await called.ask(a1), await caller.ask(a1)]
  if (outside === undefined || callersOutside === undefined) return untold('no-answer')
  let transaction: Uint8Array | undefined
  for (const wait of HAIRPIN_WAITS) {
    await called.tell(callersOutside.mapped)
    transaction = await caller.tell(outside.mapped, {}, transaction)
    const from = await called.hear(transaction, wait)
    if (from === undefined) continue
    return told(isSameEnd(from, caller.socket.local) ? 'internal-source' : 'external-source')
  }
  return told('none')
}
