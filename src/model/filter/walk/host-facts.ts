/**
 * What the host has found for a packet: a socket that waits for it, the way that it takes, security policies, the system that sent it
 * (nft(8), "SOCKET EXPRESSION", "ROUTING EXPRESSIONS", "IPSEC EXPRESSIONS", "OSF EXPRESSION"; the kernel's nft_socket_eval,
 * nft_rt_get_eval, nft_xfrm_get_eval, nft_osf_eval).
 */
import type { Expression } from '../expression.ts'
import { ask, wordedFact } from './fact.ts'
import { hasRoute } from './meta.ts'
import { hasHeader } from './protocols.ts'
import { complement } from './region.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, untold, type Value } from './value.ts'

type Of<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>
const SYN = 2
const IPV4 = 'ipv4'

/** The fact `socket` 0 says that there is none, unless one is described. */
export function socket(t: Traversal, { key }: Of<'socket'>): Value {
  const words = `socket ${key}`
  const { facts } = t.surroundings
  return facts?.get('socket') === 0 && !facts.has(words) ? ABSENT : wordedFact(t, words)
}

export function routing(t: Traversal, { key, family }: Of<'rt'>): Value {
  if (!hasRoute(t)) return ABSENT
  if (key === 'nexthop' && family !== undefined && (family === 'ip') !== (t.packet.family === IPV4))
    return ABSENT
  return wordedFact(t, `rt ${key}`)
}

/** The facts `meta ipsec` 0 and `rt ipsec` 0 say that no policy was or will be at work. */
export function security(t: Traversal, { direction, key }: Of<'ipsec'>): Value {
  const none = t.surroundings.facts?.get(direction === 'in' ? 'meta ipsec' : 'rt ipsec')
  return none === 0 ? ABSENT : wordedFact(t, `ipsec ${direction} ${key}`)
}

/** Only a SYN has a fingerprint. */
export function fingerprint(t: Traversal, { key }: Of<'osf'>): Value {
  if (!hasHeader(t, 'tcp')) return ABSENT
  const { tcpFlags } = t.packet
  const isSyn =
    tcpFlags === undefined
      ? ask(t, untold('tcp flags & syn'), complement([{ low: 0, after: 1 }]), 'tcp flags syn')
      : (tcpFlags & SYN) !== 0
  return isSyn ? wordedFact(t, `osf ${key}`) : ABSENT
}
