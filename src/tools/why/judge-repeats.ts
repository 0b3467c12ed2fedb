/** What several connections come to, beside the first. Pure. */
import type { OnceMore } from './once-more.ts'
import type { Claim } from './suspects.ts'

/** What fits into every path of IPv4 and IPv6 with its headers (RFC 9293 section 3.7.1 has 536 for it). */
export const SMALL_SEGMENT = 500

export interface Repeats {
  readonly first: 'silent' | 'answered'
  /** Of connections like the first. */
  readonly same: readonly OnceMore['end'][]
  /** Of connections with small segments. */
  readonly small: readonly OnceMore['end'][]
  /** In how many something had to be sent again. */
  readonly again: number
  readonly spoken: string
}

export function judgeRepeats({ first, same, small, again, spoken }: Repeats): {
  readonly says: string
  readonly claims: readonly Claim[]
} {
  const answered = same.filter(end => end === 'answered').length
  const silent = same.filter(end => end === 'silent').length
  const smallAnswered = small.filter(end => end === 'answered').length
  const says = `of ${same.length} more connections ${answered} were answered`
  const evidence = [{ source: 'connect', says }]
  if (
    first === 'silent' &&
    answered === 0 &&
    silent > 0 &&
    smallAnswered > 0 &&
    smallAnswered === small.length
  ) {
    const because = `${says}, and all ${small.length} with segments of ${SMALL_SEGMENT} bytes at most`
    return {
      says: because,
      claims: [
        {
          code: 'mtu-black-hole',
          is: 'proven',
          because,
          evidence: [...evidence, { source: 'TCP_MAXSEG', says: because }],
        },
        ...excluded(
          because,
          'silent',
          'process-stopped',
          'reuseport-sibling',
          'data-lost',
          'deferred-accept',
        ),
      ],
    }
  }
  if (answered > 0 && again > 0) {
    const because = `${says}, and in ${again} something had to be sent again`
    return {
      says: because,
      claims: [
        // Two of them are no accident; how many get lost is for more connections to say.
        { code: 'loss', is: again > 1 ? 'likely' : 'possible', because, evidence },
        ...excluded(
          `${spoken} is served there: ${says}`,
          'silent',
          'process-stopped',
          'deferred-accept',
          'data-lost',
        ),
      ],
    }
  }
  if (answered > 0 && silent > 0) {
    const because = `${says} and ${silent} were not${first === 'silent' ? ', nor was the first' : ', though the first was'}`
    return {
      says: because,
      claims: [
        { code: 'reuseport-sibling', is: 'likely', because, evidence },
        ...excluded(`${spoken} is served there: ${says}`, 'silent', 'process-stopped', 'deferred-accept'),
      ],
    }
  }
  if (first === 'answered') return { says, claims: answered > 0 ? excluded(says, 'reuseport-sibling') : [] }
  if (answered > 0)
    return {
      says,
      claims: excluded(`${says}: the first was an exception`, 'silent', 'process-stopped', 'deferred-accept'),
    }
  return { says, claims: excluded(says, 'reuseport-sibling') }
}

const excluded = (because: string, ...codes: readonly Claim['code'][]): Claim[] =>
  codes.map(code => ({ code, is: 'excluded', because }))
