/** What an error, or silence, after a datagram comes to. Silence means little: most servers answer only what they understand. */
import type { Address } from '../../model/address.ts'
import { formatEndpoint } from '../../model/endpoint.ts'
import type { Attempt } from '../../os/attempt.ts'
import type { Tried } from '../../os/reach.ts'
import type { CauseCode } from './causes/causes.ts'
import { type CheckResult, found, untold } from './check.ts'
import type { Inquiry } from './inquiry.ts'
import { OUTCOME_ROWS } from './outcome-rows.ts'
import { outcomeOf, rowFor } from './outcomes.ts'
import { type DatagramQuery, whyItKeepsSilent } from './protocols/protocols.ts'
import { ON_THE_WAY, rowClaims, sentence } from './row-claims.ts'
import type { Claim } from './suspects.ts'
import { THIS_HOST } from './view.ts'

const OWN_CODES = [
  'udp-closed',
  'udp-silent',
  'filter-drop',
  'filter-reject',
  'sandbox-denied',
  'receive-buffer-full',
  'datagram-too-large',
  'reply-from-elsewhere',
  'stale-translation',
  'no-return-route',
  'way-drops',
  'host-down',
] as const satisfies readonly CauseCode[]

/** All that may be concluded here. */
export const DATAGRAM_CODES: readonly CauseCode[] = [
  ...new Set<CauseCode>([
    ...OWN_CODES,
    ...OUTCOME_ROWS.flatMap(({ suspects }) => suspects.map(({ code }) => code)),
  ]),
]

/** Sending failed, or an error came back for what was sent. `own`: this host's addresses. */
export function judgeDatagramError(inquiry: Inquiry, outcome: Tried, own: readonly Address[]): CheckResult {
  const { facts, address, to } = inquiry
  const tried = facts.tried!
  const attempt: Attempt = { ...tried.attempt, outcome, ms: tried.attempt.ms, atOnce: tried.attempt.atOnce }
  const seen = outcomeOf({ ...tried, attempt }, { local: facts.local === true, own })
  facts.outcome = seen
  facts.answered = false
  const says = sentence(seen)
  const words = { address, target: formatEndpoint(to) }
  // Connecting sends nothing: what forbids that is no filter.
  if (outcome.code === 'EPERM' && tried.attempt.outcome.kind === 'yes') {
    const because = `this host refuses to send the datagram (${says})`
    const evidence = [{ source: 'send', says: because }]
    const at = { where: { host: THIS_HOST, stage: 'output' }, leg: 'here', words, evidence, because } as const
    return found(because, [
      // nf_hook_slow: a packet that is dropped while it is sent comes back as EPERM (net/netfilter/core.c).
      { ...at, code: 'filter-drop', is: 'likely' },
      { code: 'sandbox-denied', is: 'possible', because, evidence, where: { host: THIS_HOST } },
    ])
  }
  const closed =
    seen.icmp === '3/3' || seen.icmp === '1/4' || (seen.icmp === null && outcome.kind === 'refused')
  if (closed && seen.by !== 'this-host') {
    const because = `${says}: port unreachable`
    const evidence = [{ source: 'icmp', says }]
    if (seen.by === 'other')
      return found(because, [
        {
          code: 'filter-reject',
          is: 'likely',
          because,
          evidence,
          where: { host: seen.sender ?? ON_THE_WAY },
          leg: 'way',
          words,
        },
        { code: 'udp-closed', is: 'possible', because, evidence, words },
      ])
    return found(because, [
      // A filter that rejects says the same; who it is only the target can tell.
      { code: 'udp-closed', is: 'likely', because, evidence, words },
      {
        code: 'filter-reject',
        is: 'possible',
        because,
        evidence,
        where: { host: address },
        leg: 'far',
        words,
      },
    ])
  }
  const row = rowFor(seen)
  if (row === undefined) return untold(says)
  return found(
    `${row.name}: ${says}`,
    row.suspects.map(suspect => rowClaims(inquiry, seen, suspect, says, row.source)),
  )
}

interface Silence {
  readonly query: DatagramQuery | undefined
  readonly waited: number
  /** Whether the host says of other ports that they are closed; absent where that wasn't asked. */
  readonly saysClosed: boolean | undefined
  /** Whether it answers echo requests; absent where that wasn't asked. */
  readonly echoes?: boolean | undefined
}

export function judgeDatagramSilence(
  inquiry: Inquiry,
  { query, waited, saysClosed, echoes }: Silence,
): CheckResult {
  const { address, to } = inquiry
  const asked = query === undefined ? 'an empty datagram' : `a question of ${query.title} (${query.source})`
  const mute = query === undefined ? whyItKeepsSilent(to.port) : undefined
  const because = `${asked}, sent three times, had no answer in ${(waited / 1_000).toFixed(1)} s`
  const closed =
    saysClosed === undefined
      ? ''
      : saysClosed
        ? '; of another port the host says that nobody listens there, so this one is open, or filtered'
        : '; of another port it says nothing, either'
  const echo =
    echoes === undefined
      ? ''
      : echoes
        ? '; it answers an echo request'
        : '; nor does it answer an echo request'
  const says = `${because}${closed}${echo}${mute === undefined ? '' : `; ${mute}`}`
  const evidence = [{ source: 'recv', says }]
  const words = { address, target: formatEndpoint(to) }
  const maybe = (code: CauseCode, more: Partial<Claim> = {}): Claim => ({
    code,
    is: 'possible',
    because: says,
    evidence,
    words,
    ...more,
  })
  const [first] = inquiry.facts.hops ?? []
  const by = first === undefined ? 'a router on the way' : `a router behind ${first}`
  const onTheWay = { where: { host: ON_THE_WAY }, words: { ...words, by, place: ' on the way' } }
  const atTarget = { ...words, by: address, place: ` of ${address}` }
  // Somebody who says anything at all is there, and has a way back.
  const whole =
    saysClosed === true || echoes === true
      ? []
      : [
          maybe('host-down'),
          maybe('no-return-route', { words: atTarget }),
          maybe('forwarding-off', onTheWay),
          maybe('route-blackhole', { ...onTheWay, leg: 'way' }),
          maybe('reverse-path', onTheWay),
          maybe('conntrack-full', { ...onTheWay, leg: 'way' }),
          maybe('neighbour-wrong', onTheWay),
          maybe('neighbour-wrong', {
            where: { host: address },
            leg: 'far-back',
            words: { ...words, neighbour: 'its next hop' },
          }),
          maybe('icmp-limited', onTheWay),
        ]
  const between = [
    maybe('filter-drop', { ...onTheWay, leg: 'way' }),
    maybe('way-drops', {
      ...onTheWay,
      words: first === undefined ? words : { ...words, behind: `, after ${first},` },
    }),
    maybe('stale-translation', onTheWay),
    maybe('reply-from-elsewhere'),
    maybe('nat-backend-silent'),
    ...whole,
  ]
  return untold(says, [
    // Where nothing of that host is heard, the program is one suspect among many.
    maybe('udp-silent', { is: whole.length > 0 && echoes === false ? 'possible' : 'likely' }),
    maybe('filter-drop', { where: { host: address }, leg: 'far', words: atTarget }),
    maybe('receive-buffer-full'),
    ...(inquiry.facts.local === true ? [] : between),
  ])
}
