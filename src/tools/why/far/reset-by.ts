/** Who reset a connection that stood, by the rules of the hosts that are seen: one that rejects what is said explains it. */
import type { CauseCode } from '../causes/causes.ts'
import type { Inquiry } from '../inquiry.ts'
import { ON_THE_WAY } from '../row-claims.ts'
import type { Claim } from '../suspects.ts'

/** What a reset in the middle looks like. */
export const BROKEN_OFF = ['resets-at-once', 'tls-refused', 'tls-on-plain'] as const

/** What else would have explained it. */
const OTHERS = ['intercepted', 'tls-refused', 'tls-on-plain'] as const

export const RESET_CODES: readonly CauseCode[] = ['filter-reject', ...OTHERS]

/** `claims`: who stops a packet that says something. Empty where no rule rejects it. */
export function resetBy({ address }: Inquiry, claims: readonly Claim[]): readonly Claim[] {
  const rejects = claims.filter(({ code }) => code === 'filter-reject')
  const [first] = rejects
  if (first === undefined) return []
  const { because } = first
  return [
    ...[ON_THE_WAY, address].map(
      (host): Claim => ({ code: 'filter-reject', is: 'excluded', because, where: { host } }),
    ),
    ...OTHERS.map((code): Claim => ({ code, is: 'excluded', because })),
    ...rejects,
  ]
}
