/** What this host counted during the attempt: what it lost by itself, by its policies of IPsec, for want of room. */
import type { Counters } from '../../../os/os.ts'
import { type AddressCheck, fine, found, untold } from '../check.ts'
import { counterEvidence, readStatements } from '../evidence/read-statements.ts'
import { type Inquiry, isUnanswered } from '../inquiry.ts'
import { queueDrops } from '../own/own.ts'
import type { Claim } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'

const before = new WeakMap<Inquiry['facts'], Counters>()

export const ownCounters: AddressCheck = {
  name: 'own-counters',
  phase: 'after',
  asks: 'What did this host count during the attempt?',
  gathers: [
    'counters of protocols and of IPsec',
    'drops of the interface’s queue',
    'the table of tracked connections',
  ],
  concludes: [
    'ipsec-policy',
    'ipsec-no-state',
    'egress-drop',
    'conntrack-full',
    'filter-drop',
    'sandbox-denied',
    'neighbour-silent',
    'gateway-silent',
    'host-down',
    'reply-from-elsewhere',
  ],
  applies: inquiry => inquiry.facts.tried === undefined || isUnanswered(inquiry),
  async prepare({ os, facts }) {
    before.set(facts, await os.counters())
  },
  async run(inquiry) {
    const { os, facts } = inquiry
    const first = before.get(facts)
    if (first === undefined) return untold('nothing was counted before the attempt')
    const after = await os.counters()
    const told = first.protocols.known && after.protocols.known
    const claims = [
      ...(told ? protocols(inquiry, rises(first, after)) : []),
      ...(told ? noPolicy(inquiry, first, after) : []),
      ...queue(inquiry, first, after),
      ...table(inquiry, first, after),
    ]
    if (claims.some(({ is }) => is !== 'excluded'))
      return found(
        claims
          .filter(({ is }) => is !== 'excluded')
          .map(({ because }) => because)
          .join('; '),
        claims,
      )
    return told
      ? fine('nothing that tells of a fault moved here', claims)
      : untold('this host tells no counters', claims)
  },
}

function rises(first: Counters, after: Counters): ReadonlyMap<string, number> {
  const was = first.protocols.known ? first.protocols.value : new Map<string, number>()
  const is = after.protocols.known ? after.protocols.value : new Map<string, number>()
  return new Map(
    [...is].flatMap(([name, count]) => {
      const by = count - (was.get(name) ?? 0)
      return by > 0 ? [[name, by] as const] : []
    }),
  )
}

/** What only a policy of IPsec makes rise proves it where the attempt ended as it would; others merely fit. */
function protocols({ facts, target }: Inquiry, rose: ReadonlyMap<string, number>): Claim[] {
  const seen = facts.outcome
  return readStatements({ rose }, 'client', target.protocol).flatMap((one): Claim[] => {
    const { code } = one.statement
    // That something was lost here says nothing new where the rules themselves say who.
    if (code === 'filter-drop' || code === 'reply-from-elsewhere') return []
    const because = one.counters.map(({ name, by }) => `${name} rose by ${by}`).join(', ')
    const agrees =
      code === 'ipsec-policy'
        ? seen?.ended === 'EPERM'
        : code === 'ipsec-no-state'
          ? seen?.ended === 'silent' && seen.left !== true
          : seen?.left === false
    return [
      {
        code,
        is: one.statement.decisive && agrees ? 'proven' : 'possible',
        because: `${because} at this host`,
        where: { host: THIS_HOST },
        evidence: counterEvidence(one, THIS_HOST),
      },
      ...(code === 'ipsec-policy' && agrees
        ? [{ code: 'sandbox-denied', is: 'excluded', because } as const]
        : []),
    ]
  })
}

const POLICY = 'Xfrm.OutPolBlock'

/** A policy of IPsec would have been counted: without that it is a sandbox which says so at once. */
function noPolicy({ facts }: Inquiry, first: Counters, after: Counters): Claim[] {
  const { outcome } = facts
  if (outcome?.ended !== 'EPERM' || !outcome.atOnce || !first.protocols.known || !after.protocols.known)
    return []
  const [was, is] = [first.protocols.value.get(POLICY), after.protocols.value.get(POLICY)]
  if (was === undefined || is !== was) return []
  const because = `no policy of IPsec forbids it: ${POLICY} stayed`
  return [
    { code: 'ipsec-policy', is: 'excluded', because },
    {
      code: 'sandbox-denied',
      is: 'likely',
      because,
      evidence: [{ source: 'counters', says: because }],
    },
  ]
}

/** What the queue dropped by which the attempt would have left. */
function queue({ facts }: Inquiry, first: Counters, after: Counters): readonly Claim[] {
  const route =
    facts.route?.known === true && facts.route.value.kind !== 'refused' ? facts.route.value : undefined
  if (route === undefined || !first.devices.known || !after.devices.known) return []
  const [was, is] = [first.devices.value.get(route.device), after.devices.value.get(route.device)]
  if (was === undefined || is === undefined) return []
  return queueDrops({ device: route.device, before: was, after: is }, facts.outcome)
}

/** Of a table that is full: what left the host has an entry in it. */
function table({ facts }: Inquiry, { conntrack: first }: Counters, { conntrack: after }: Counters): Claim[] {
  if (!first.known || !after.known)
    return [
      {
        code: 'conntrack-full',
        is: 'excluded',
        because: 'no connections are tracked here',
        where: { host: THIS_HOST },
      },
    ]
  const { entries, limit, drop } = after.value
  const says = `${entries} of ${limit} connections are tracked here`
  const left = facts.outcome?.left
  if (entries < limit || (left === true && facts.local !== true))
    return [{ code: 'conntrack-full', is: 'excluded', because: says, where: { host: THIS_HOST } }]
  const drops = drop.known && first.value.drop.known ? drop.value - first.value.drop.value : 0
  const because = drops > 0 ? `${says}, and ${drops} packets were dropped for want of room` : says
  return [
    {
      code: 'conntrack-full',
      // Drops are counted for everybody: that nothing of ours left belongs to it.
      is: drops === 0 ? 'possible' : left === null || left === undefined ? 'likely' : 'proven',
      because,
      where: { host: THIS_HOST },
      words: { room: String(2 * limit) },
      evidence: [{ source: 'connection tracking', says: because }],
    },
  ]
}
