/** The way of the packet through every host that is seen, and the way of its answer, by their rules, routes and neighbours. */

import type { CauseCode } from '../causes/causes.ts'
import { type AddressCheck, fine, found, untold } from '../check.ts'
import type { FarContext } from '../far/far-context.ts'
import { followedBy } from '../far/followed-by.ts'
import type { FollowedWay } from '../far/followed-way.ts'
import { sharpened } from '../far/sharpened.ts'
import { asSureAs, sourceAtTarget } from '../far/source-at-target.ts'
import { type Inquiry, isOpen } from '../inquiry.ts'
import { ON_THE_WAY as SOMEWHERE } from '../row-claims.ts'
import type { Claim } from '../suspects.ts'

/** What is out of question where a whole way is seen, there and back, and nothing stops it. */
const ON_THE_WAY = [
  'filter-drop',
  'filter-reject',
  'forwarding-off',
  'route-blackhole',
  'route-unreachable',
  'route-prohibit',
  'neighbour-wrong',
  'router-no-route',
  'router-refuses',
  'reverse-path',
  'no-return-route',
  'way-drops',
  'hop-limit',
  'reply-from-elsewhere',
] as const satisfies readonly CauseCode[]

/** What keeps a listener from taking it. */
const AT_LISTENERS = [
  'accept-queue-full',
  'syn-queue-full',
  'descriptors-exhausted',
  'process-stopped',
  'md5-required',
  'socket-filter',
] as const satisfies readonly CauseCode[]

export const farWay: AddressCheck = {
  name: 'far-way',
  phase: 'after',
  asks: 'Which way does it take through the hosts that are seen, and does an answer come back?',
  gathers: [
    'rules, routes, addresses, settings and neighbours of every host that is seen',
    'their sockets',
    'tracked connections',
  ],
  concludes: [
    ...ON_THE_WAY,
    'nat-backend-closed',
    'nat-backend-silent',
    'host-down',
    'gateway-silent',
    'neighbour-silent',
    'address-conflict',
    ...AT_LISTENERS,
    'intercepted',
    'nearer-box',
  ],
  applies: ({ views, facts }) => views.length > 1 && facts.local !== true,
  async prepare(inquiry) {
    await followedBy(inquiry)
  },
  async run(inquiry) {
    // Once more: bridges and neighbours know by now where the attempt went.
    const followed = await followedBy(inquiry, true)
    if (typeof followed === 'string') return untold(followed)
    const hosts = [...new Set(followed.trace.hops.map(({ host }) => host))].join(', ')
    const context = await contextOf(inquiry, followed)
    const { farClaims } = await import('../far/far-claims.ts')
    const foreseen = await Promise.all(
      farClaims(context)
        .filter(({ code, is }) => is !== 'possible' || !BEYOND.has(code) || isSuspect(inquiry, code))
        .map(claim => unsure(inquiry, followed, claim, context)),
    )
    const claims = [...foreseen.map(claim => weighed(inquiry, claim)), ...noListener(inquiry, context)]
    const first = claims.find(({ is }) => is !== 'excluded')
    if (first !== undefined && first.is !== 'possible') {
      const at = inquiry.views.find(({ label }) => label === first.where?.host)
      return found(first.because, at === undefined ? claims : sharpened(inquiry, at, claims))
    }
    if (!isWhole(followed))
      return untold(`it can be followed through ${hosts}, and not to its end and back`, claims)
    const says = `nothing on the way stops it: ${hosts}, and back`
    return fine(says, [
      ...claims,
      ...ON_THE_WAY.filter(code => inquiry.suspects.of(code) !== 'proven').flatMap(code =>
        excludedAt(inquiry, code, says),
      ),
    ])
  },
}

/** Silence though all is well at each host: who joins them, a switch or a bridge, may lose it and is not seen. */
function excludedAt({ facts, suspects }: Inquiry, code: CauseCode, because: string): readonly Claim[] {
  const isJoint = facts.tried?.silent === true && (code === 'filter-drop' || code === 'way-drops')
  if (!isJoint) return [{ code, is: 'excluded', because }]
  return suspects.left
    .filter(one => one.code === code && one.where.host !== SOMEWHERE)
    .map(({ where: { host } }) => ({ code, is: 'excluded', because, where: { host } }))
}

async function contextOf(inquiry: Inquiry, way: FollowedWay): Promise<FarContext> {
  const { views, client, facts } = inquiry
  const all = await Promise.all(
    // Neighbours as they are after the attempt has asked for them.
    views.map(async view => [view.label, await view.rules(), await view.os.routes()] as const),
  )
  return {
    way,
    client: client.label,
    targets: new Set(views.filter(({ role }) => role === 'target').map(({ label }) => label)),
    rules: new Map(all.map(([label, rules]) => [label, rules])),
    tables: new Map(
      all.flatMap(([label, , routes]) => (routes.known ? [[label, routes.value] as const] : [])),
    ),
    neighbours: new Map(
      all.flatMap(([label, , routes]) =>
        routes.known ? [[label, routes.value.neighbours ?? []] as const] : [],
      ),
    ),
    moved: facts.moved ?? new Map(),
    renamed: sourceAtTarget(inquiry, way.trace.hops.at(-1)?.host ?? client.label, way.source).sure === 'no',
  }
}

/** What only sharpens what the attempt has said of the address that was asked. */
const BEYOND: ReadonlySet<CauseCode> = new Set(['nat-backend-closed', 'nat-backend-silent'])
const isSuspect = ({ suspects }: Inquiry, code: CauseCode): boolean =>
  (suspects.of(code) ?? 'excluded') !== 'excluded'

/** Each host on it was seen, what decides is known, and the answer gets back to who asked. */
const isWhole = ({ trace, leaps }: FollowedWay): boolean =>
  leaps.length === 0 &&
  trace.end === 'delivered' &&
  trace.reply?.fits === true &&
  [...trace.hops, ...trace.reply.hops].every(({ decision }) => decision.kind === 'accept')

/** Behind a hop that nobody saw, what is proven of a packet from us is proven only if it holds for one from anybody. */
async function unsure(
  inquiry: Inquiry,
  followed: FollowedWay,
  claim: Claim,
  { rules }: FarContext,
): Promise<Claim> {
  const { trace, leaps, source } = followed
  const host = claim.where?.host
  if (claim.is !== 'proven' || host === undefined || leaps.length === 0) return claim
  // Before the first leap all is seen.
  const leapt = trace.hops.findIndex(one => one.host === leaps[0]!.from)
  const isAnswer = trace.reply != null && trace.hops.at(-1)?.receiver !== undefined
  const at = trace.hops.findIndex(one => one.host === host)
  if (!isAnswer && at !== -1 && at <= leapt) return claim
  const last = trace.hops.at(-1)!
  const { address, sure } = sourceAtTarget(inquiry, last.host, source)
  if (sure === 'seen' && address === source) return claim
  const judged = rules.get(host)?.judged
  if (
    claim.code.startsWith('filter-') &&
    host === last.host &&
    judged !== undefined &&
    (await import('../far/bars-anybody.ts')).barsAnybody(last, judged)
  )
    return claim
  const is = asSureAs('proven', sure === 'seen' ? 'no' : sure)
  return { ...claim, is, because: `${claim.because}; whether it comes there as ${source}, nobody sees` }
}

/** What a listener of the target would do, where the target has none for it: it passes on what comes for that port. */
function noListener({ address, suspects }: Inquiry, { way, targets }: FarContext): readonly Claim[] {
  const hop = way.trace.hops.find(({ host, end }) => targets.has(host) && end === 'sent')
  if (hop === undefined) return []
  const because = `${hop.host} passes it on: no listener of its own takes it`
  return AT_LISTENERS.filter(code => suspects.of(code) !== 'proven').map(code => ({
    code,
    is: 'excluded',
    because,
    where: { host: address },
  }))
}

/** Who is told at once didn't meet somebody who keeps silent, and the other way round: then it is another one that came first. */
function weighed(inquiry: Inquiry, claim: Claim): Claim {
  const { facts, target } = inquiry
  if (target.protocol === 'udp' || facts.tried === undefined) return claim
  const { kind } = facts.tried.attempt.outcome
  // What the rules leave open, the attempt says: somebody has refused, and here is who may have.
  if (
    claim.is === 'possible' &&
    claim.code === 'filter-reject' &&
    (kind === 'refused' || kind === 'unreachable')
  )
    return { ...claim, is: 'likely' }
  if (claim.is !== 'proven') return claim
  const odd = isOpen(inquiry)
    ? claim.code !== 'intercepted' && claim.code !== 'nearer-box'
    : kind === 'timed-out'
      ? ANSWERED.has(claim.code)
      : kind === 'refused' && SILENT.has(claim.code)
  if (!odd) return claim
  // Somebody else answers for the address, and passes on: proxy ARP (RFC 1027).
  if (isOpen(inquiry) && (claim.code === 'neighbour-wrong' || claim.code === 'address-conflict'))
    return { ...claim, is: 'excluded', because: 'the connection stands' }
  return { ...claim, is: 'possible', because: `${claim.because}; but the attempt ended otherwise` }
}

const ANSWERED: ReadonlySet<CauseCode> = new Set(['nat-backend-closed', 'filter-reject'])
const SILENT: ReadonlySet<CauseCode> = new Set([
  'filter-drop',
  'reverse-path',
  'forwarding-off',
  'no-return-route',
  'route-blackhole',
  'neighbour-wrong',
  'reply-from-elsewhere',
])
