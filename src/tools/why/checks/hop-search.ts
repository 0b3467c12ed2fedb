/**
 * How far packets for this port come: attempts with a small time to live, from one and the same port of ours, so that routers that
 * share out flows send all of them the same way; then an echo request to the hop behind the last that answered.
 */
import type { Address } from '../../../model/address.ts'
import { familyOf } from '../../../model/address.ts'
import type { Port } from '../../../model/port.ts'
import type { Attempt, IcmpError, Pinged } from '../../../os/attempt.ts'
import type { CauseCode } from '../causes/causes.ts'
import { type AddressCheck, type CheckResult, found, untold } from '../check.ts'
import type { Inquiry } from '../inquiry.ts'
import { ROW_CODES } from '../outcome-rows.ts'
import { outcomeOf } from '../outcomes.ts'
import { isDecided } from '../rank.ts'
import { ON_THE_WAY } from '../row-claims.ts'
import type { Claim } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'

const MOST_HOPS = 16
const PROBE_MS = 500
/** Hops in a row that say nothing: routers may keep silent for a while. */
const QUIET_HOPS = 2
/** What has to be left for the checks that follow, milliseconds. */
const RESERVE_MS = 1_500

export const hopSearch: AddressCheck = {
  name: 'hop-search',
  phase: 'after',
  asks: 'How far do packets for this port come?',
  gathers: [
    'attempts with a small time to live, from one port',
    'ICMP time exceeded and who sends it',
    'echo requests with the same time to live',
  ],
  concludes: [...new Set<CauseCode>([...ROW_CODES, 'loss', 'icmp-limited'])],
  applies: ({ facts, target, suspects }) =>
    target.protocol === 'tcp' &&
    facts.local !== true &&
    facts.outcome?.ended === 'silent' &&
    facts.outcome.left !== false &&
    facts.route?.known === true &&
    facts.route.value.kind === 'unicast' &&
    facts.route.value.gateway !== undefined &&
    !isDecided(suspects),
  async run(inquiry) {
    const { facts } = inquiry
    const hops = await search(inquiry)
    if (!Array.isArray(hops)) return stands(inquiry, hops as Attempt)
    const known = hops.flatMap(one => (one === null ? [] : [one]))
    facts.hops = known
    const last = known.at(-1)
    if (last === undefined) return nowhere(inquiry, hops.length)
    return withLeft(await beyond(inquiry, last, hops.lastIndexOf(last) + 2), last)
  },
}

/** Who answered at each time to live, from 1; null where nobody did. Or the attempt that came through. */
async function search(inquiry: Inquiry): Promise<(Address | null)[] | Attempt> {
  const hops: (Address | null)[] = []
  let sourcePort: Port | undefined
  let quiet = 0
  for (let limit = 1; limit <= MOST_HOPS && quiet < QUIET_HOPS; limit++) {
    if (inquiry.left() < RESERVE_MS + PROBE_MS) break
    const attempt = await inquiry.attempt(
      { hops: limit, ...(sourcePort === undefined ? {} : { sourcePort }) },
      PROBE_MS,
    )
    const from = await expiredAt(attempt, inquiry)
    if (attempt.local.known) sourcePort = attempt.local.value.port
    if (attempt.outcome.kind === 'yes') return attempt
    await attempt.close()
    if (from === undefined && attempt.outcome.kind !== 'timed-out') break
    hops.push(from ?? null)
    quiet = from === undefined ? quiet + 1 : 0
  }
  return hops
}

/** A packet whose time runs out ends at the next hop: who says nothing of that keeps other errors to itself as well. */
function keptBack({ facts }: Inquiry, asked: number): readonly Claim[] {
  const route = facts.route?.known === true ? facts.route.value : undefined
  const gateway = route?.kind === 'unicast' ? route.gateway : undefined
  if (gateway === undefined || asked === 0 || !facts.tried!.seen.icmp.known) return []
  const because = `${gateway} says nothing of a packet whose time must run out there: nor may it say why it passes nothing on`
  return [
    {
      code: 'icmp-limited',
      is: 'possible',
      because,
      where: { host: gateway },
      words: { by: gateway },
      evidence: [{ source: 'time to live', says: because }],
    },
  ]
}

/** What was silent before stands now: what had made it silent isn't so. */
async function stands({ facts, suspects, client }: Inquiry, attempt: Attempt): Promise<CheckResult> {
  const request = facts.tried!.request
  const seen = await attempt.seen()
  const own = (await client.addresses()).map(({ address }) => address)
  facts.tried = { request, attempt, seen, silent: false }
  facts.outcome = outcomeOf(facts.tried, { local: false, own })
  const because = 'two attempts had no answer, and another a moment later stood'
  const gone = suspects.left.filter(({ code }) => ROW_CODES.includes(code))
  return found(because, [
    ...gone.map(({ code }): Claim => ({ code, is: 'excluded', because })),
    { code: 'loss', is: 'likely', because, evidence: [{ source: 'connect', says: because }] },
  ])
}

const isExpired = (error: IcmpError, family: 'ipv4' | 'ipv6'): boolean =>
  error.type === (family === 'ipv4' ? 11 : 3) && error.code === 0

async function expiredAt(attempt: Attempt, { address }: Inquiry): Promise<Address | undefined> {
  const { icmp } = await attempt.seen()
  if (!icmp.known) return undefined
  return icmp.value.find(error => isExpired(error, familyOf(address)))?.from
}

/** Not even the first router is heard of for this port: whether it is for an echo request tells the port from the router. */
async function nowhere(inquiry: Inquiry, asked: number): Promise<CheckResult> {
  const { facts, address } = inquiry
  const route =
    facts.route?.known === true && facts.route.value.kind !== 'refused' ? facts.route.value : undefined
  const first = route?.gateway ?? 'the first router'
  const { icmp } = await echo(inquiry, 1)
  const says = 'no router says that time ran out there'
  if (icmp?.from !== undefined && isExpired(icmp, familyOf(address))) {
    facts.echoedFrom = icmp.from
    const because = `${says} for this port, and ${icmp.from} does for an echo request`
    return found(because, placed(because, { filter: ` of ${icmp.from}, or behind it,` }))
  }
  return untold(says, [
    ...placed(`${says}, not even ${first}`, {
      filter: ` of ${first}, or behind it,`,
      router: `${first}, or a router behind it,`,
    }),
    ...keptBack(inquiry, asked),
  ])
}

/** Says of suspects on the way, where there are any, where they may stand. */
const placed = (
  because: string,
  { filter, router }: { readonly filter: string; readonly router?: string },
): readonly Claim[] => [
  { code: 'filter-drop', is: 'possible', because, where: { host: ON_THE_WAY }, words: { place: filter } },
  ...(router === undefined ? [] : PASSING).map(
    (code): Claim => ({
      code,
      is: 'possible',
      because,
      where: { host: ON_THE_WAY },
      words: { by: router! },
    }),
  ),
]

/** Who has any of these doesn’t say that time ran out: ip_forward comes behind all of them. */
const PASSING = ['forwarding-off', 'route-blackhole', 'reverse-path'] as const

/** What a router has counted hops of has left this host; and that router passes it on. */
function withLeft(result: CheckResult, last: Address): CheckResult {
  const because = `packets for this port come to ${last}`
  const gone = HELD_HERE.map(
    (code): Claim => ({
      code,
      is: 'excluded',
      because,
      where: { host: THIS_HOST, ...(code === 'filter-drop' ? { stage: 'output' } : {}) },
    }),
  )
  const { claims = [], ...told } = result
  return {
    ...told,
    claims: [
      ...gone,
      ...placed(because, { filter: ` of ${last}, or behind it,`, router: `a router behind ${last}` }),
      ...claims,
    ],
  }
}

const HELD_HERE = [
  'filter-drop',
  'egress-drop',
  'ipsec-no-state',
  'neighbour-silent',
  'gateway-silent',
] as const

/** Who is behind the last router that answered for this port, if an echo request gets there. */
async function beyond(inquiry: Inquiry, last: Address, limit: number): Promise<CheckResult> {
  const { address, facts } = inquiry
  const { kind, icmp } = await echo(inquiry, limit)
  const as = `packets for this port come to ${last}, and nothing is heard from beyond`
  const evidence = [{ source: 'time to live', says: `${as}, ${(facts.hops ?? []).length} hops away` }]
  const words = { behind: `, after ${last},` }
  if (kind === 'yes') {
    const says = `${as}; an echo request gets from there to the target itself`
    return found(says, [
      { code: 'way-drops', is: 'possible', because: says, where: { host: ON_THE_WAY }, words, evidence },
    ])
  }
  if (icmp?.from !== undefined && isExpired(icmp, familyOf(address)) && icmp.from !== last) {
    const says = `${as}, though an echo request gets on to ${icmp.from}`
    const far: Claim = { code: 'filter-drop', is: 'excluded', because: says, where: { host: address } }
    return found(says, [
      {
        code: 'way-drops',
        is: 'likely',
        because: says,
        where: { host: ON_THE_WAY },
        words,
        evidence: [...evidence, { source: 'ping', says }],
      },
      ...(echoed(facts.ping?.kind) ? [far] : []),
    ])
  }
  return found(as, [
    { code: 'way-drops', is: 'possible', because: as, where: { host: ON_THE_WAY }, words, evidence },
  ])
}

const echo = ({ os, address, signal, options }: Inquiry, hops: number): Promise<Pinged> =>
  os.reach.ping(
    {
      to: address,
      hops,
      ...(options.source === undefined ? {} : { source: options.source }),
      ...(options.device === undefined ? {} : { device: options.device }),
    },
    { timeoutMs: PROBE_MS, signal },
  )

const echoed = (kind: string | undefined): boolean => kind === 'yes'
