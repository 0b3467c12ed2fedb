/**
 * Who may have reset a connection that stood: the program, a filter of its host, or somebody on the way. Pure.
 *
 * A reset from another distance than the SYN-ACK's isn't the server's; one from the same distance may be. Where frames can't be seen,
 * all of them are left.
 */
import { type Address, unmap, withoutZone } from '../../model/address.ts'
import type { Seen } from '../../os/attempt.ts'
import { compareDistances } from './distance.ts'
import { ON_THE_WAY } from './row-claims.ts'
import type { Claim } from './suspects.ts'

export interface Reset {
  /** How it was told, in a sentence. */
  readonly because: string
  /** The system's word. */
  readonly code: string
  readonly seen: Seen
  readonly address: Address
  /** Both ends are this host. */
  readonly local: boolean
  /** `when something is said`; as soon as it stands. */
  readonly when?: string
}

/** The first is the reset itself; the others are reasons for it. */
export function judgeReset({
  because,
  code,
  seen,
  address,
  local,
  when = 'as soon as it stands',
}: Reset): readonly Claim[] {
  const hops = resetHops(seen, address)
  const from = hops === undefined ? undefined : compareDistances(hops.reset, hops.answer)
  const told =
    hops === undefined
      ? undefined
      : `the reset came with ${hops.reset} hops left, the SYN-ACK with ${hops.answer}`
  const evidence = [
    { source: 'recv', says: code },
    ...(told === undefined ? [] : [{ source: 'frames', says: told }]),
  ]
  const elsewhere = from === 'nearer' || from === 'farther'
  const reset: Claim = {
    code: 'resets-at-once',
    is: 'proven',
    because,
    evidence,
    words: { when },
    ...(elsewhere
      ? {
          where: { host: ON_THE_WAY },
          title: `the connection is reset ${when}, and not from where it was accepted`,
          remedy: 'Look for a filter or a proxy on the way that resets what it does not like.',
        }
      : {}),
  }
  const reason = {
    because: told ?? because,
    evidence,
    behind: 'resets-at-once',
    words: { address, place: ' on the way' },
  } as const
  const way = { ...reason, where: { host: ON_THE_WAY } } as const
  const own: Claim = {
    ...reason,
    code: 'filter-reject',
    is: 'possible',
    where: { host: address },
    leg: 'far',
    words: { address, place: ` of ${address}` },
  }
  if (local) return [reset]
  if (from === 'same') return [reset, own]
  const rejected: Claim = {
    ...way,
    code: 'filter-reject',
    is: from === 'nearer' ? 'likely' : 'possible',
    leg: 'way',
  }
  const taken: Claim = { ...way, code: 'intercepted', is: from === 'farther' ? 'likely' : 'possible' }
  return elsewhere ? [reset, rejected, taken] : [reset, own, rejected, taken]
}

/** Hops left of the first reset and the first SYN-ACK that came from there. */
function resetHops(
  { frames }: Seen,
  address: Address,
): { readonly reset: number; readonly answer: number } | undefined {
  const from = unmap(withoutZone(address))
  const came = (frames.known ? frames.value : []).filter(
    ({ way, protocol, source }) => way === 'in' && protocol === 'tcp' && source === from,
  )
  const reset = came.find(({ flags = '' }) => flags.includes('R'))
  const answer = came.find(({ flags = '' }) => flags.includes('S') && flags.includes('A'))
  return reset === undefined || answer === undefined ? undefined : { reset: reset.hops, answer: answer.hops }
}
