/**
 * What the routing tables say of an address (nft(8), "FIB EXPRESSIONS"; the kernel's nft_fib4_eval, nft_fib6_eval).
 */
import type { Expression } from '../expression.ts'
import type { Scalar } from '../pattern.ts'
import { wordedFact } from './fact.ts'
import { inputOf, outputOf } from './meta.ts'
import type { Traversal } from './traversal.ts'
import { untold, type Value } from './value.ts'

type Fib = Extract<Expression, { kind: 'fib' }>

export function fib(t: Traversal, { flags, result }: Fib): Value {
  const text = `fib ${flags.join(' . ')} ${result}`
  const given = t.surroundings.facts?.get(text)
  if (given !== undefined) return given
  const { routing } = t.surroundings
  const { family } = t.packet
  const address = flags.includes('daddr') ? t.packet.destination : t.packet.source
  const device = deviceOf(t, flags)
  if (routing === undefined || address === undefined || device === undefined) return wordedFact(t, text)
  if (result === 'type') return routing.addressType(family, address, device ?? undefined) ?? untold(text)
  const out = outputTowards(t, address, flags, device)
  if (out === undefined) return untold(text)
  if (result === 'check') return out === null ? 0 : 1
  return out ?? ''
}

/** Null when the question names no device. */
function deviceOf(t: Traversal, flags: readonly string[]): string | null | undefined {
  if (flags.includes('iif')) return inputOf(t) ?? (inputOf(t) === null ? null : undefined)
  if (flags.includes('oif')) return outputOf(t) ?? (outputOf(t) === null ? null : undefined)
  return null
}

/** What comes by loopback is taken to have come the right way. The kind of an address is asked without the mark. */
function outputTowards(
  t: Traversal,
  address: Scalar,
  flags: readonly string[],
  device: string | null,
): string | null | undefined {
  const arrived = inputOf(t)
  if (arrived === 'lo' && flags.includes('saddr')) return 'lo'
  const { routing, mark } = t.surroundings
  const byMark = flags.includes('mark')
  if (byMark && mark === undefined) return undefined
  return routing?.outputInterface(t.packet.family, address, device ?? undefined, byMark ? mark : 0)
}
