/** At the target: does a socket there take what arrives, and if none does, what keeps them from it. */

import { formatEndpoint } from '../../../model/endpoint.ts'
import type { Port } from '../../../model/port.ts'
import type { CauseCode } from '../causes/causes.ts'
import { type AddressCheck, type CheckResult, fine, found, untold } from '../check.ts'
import { type Arrival, arrivalDevice, arrivalsAt, targetViews } from '../far/arrivals.ts'
import { listenersElsewhere } from '../far/elsewhere.ts'
import { passesAt } from '../far/passes-at.ts'
import { sharpened } from '../far/sharpened.ts'
import { type SocketsAt, socketsAt } from '../far/sockets-at.ts'
import { takersOf, unfitOf } from '../far/take-in.ts'
import { AT_THE_HOST } from '../host-sign.ts'
import { type Inquiry, isOpen } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import type { ReadView } from '../view.ts'

/** What a client makes suspects of, and what a look at the target decides. */
const ABSENCES: readonly CauseCode[] = [...AT_THE_HOST, 'udp-closed']

export const targetListener: AddressCheck = {
  name: 'target-listener',
  phase: 'after',
  asks: 'Does a socket at the target take what arrives there?',
  gathers: [
    'the socket table of the target',
    'its interfaces',
    'the tables of its other network namespaces',
    'whether it has sent a reset',
  ],
  concludes: [
    ...ABSENCES,
    'nat-backend-closed',
    'intercepted',
    'address-conflict',
    'nearer-box',
    'filter-reject',
  ],
  applies: inquiry => targetViews(inquiry).length > 0,
  async run(inquiry) {
    const arrivals = await arrivalsAt(inquiry)
    if (arrivals.length === 0) return untold('it is not known what arrives at the target')
    const results = []
    for (const arrival of arrivals) {
      const { claims = [], ...told } = await lookAt(inquiry, arrival)
      results.push({ ...told, claims: sharpened(inquiry, arrival.view, claims) })
    }
    return joined(results)
  },
}

async function lookAt(inquiry: Inquiry, arrival: Arrival): Promise<CheckResult> {
  const { target } = inquiry
  const { view, address, port, from } = arrival
  const at = await socketsAt(view, target.protocol, port)
  const device = await arrivalDevice(arrival)
  const arriving = { protocol: target.protocol, address, port, from, device }
  const takers = takersOf(at.sockets, arriving, at.deviceOf, at.dialect)
  if (takers.length > 0) {
    const says = `${at.textOf(takers[0]!)} takes it at ${view.label}`
    const absent = excluded(says, [...ABSENCES, 'nat-backend-closed'])
    const another = answeredByAnother(inquiry, arrival, says)
    return another.length === 0 ? fine(says, absent) : found(another[0]!.because, [...absent, ...another])
  }
  if (isOpen(inquiry)) return intercepted(inquiry, arrival)
  return nobody(inquiry, arrival, at, device)
}

/** A reset, though the target's listener and rules let it in and its TCP has sent none: who has sent it isn't the target. */
function answeredByAnother(inquiry: Inquiry, { view, address }: Arrival, takes: string): readonly Claim[] {
  const { facts } = inquiry
  const moved = facts.moved?.get(view.label)
  if (facts.outcome?.ended !== 'ECONNREFUSED' || facts.outcome.back !== 'reset' || facts.local === true)
    return []
  if (moved?.told.counters !== true || moved.rose.has('Tcp.OutRsts') || !passesAt(inquiry, view.label))
    return []
  const because = `a reset came, and ${view.label} has sent none: ${takes}, its rules let it in, and Tcp.OutRsts did not rise`
  const told = {
    is: 'likely',
    because,
    where: { host: 'on the way' },
    words: { neighbour: address, address },
    evidence: [{ source: `counters of ${view.label}`, says: because }],
  } as const
  return [
    { code: 'address-conflict', ...told },
    { code: 'nearer-box', ...told },
    { code: 'filter-reject', is: 'excluded', because, where: { host: inquiry.address } },
  ]
}

/** Somebody took our connection, and it isn't the target. */
function intercepted(inquiry: Inquiry, { view, address, port }: Arrival): CheckResult {
  // A way that was not followed to its end may have been translated there, and taken by another of its sockets.
  const isFollowed = inquiry.facts.followed?.trace.hops.at(-1)?.host === view.label
  const says = `the connection stands, though nobody at ${view.label} listens on port ${port}`
  return found(says, [
    {
      code: 'intercepted',
      is: isFollowed ? 'proven' : 'possible',
      because: says,
      where: { host: 'on the way' },
      words: { address },
      evidence: [
        {
          source: `socket table of ${view.label}`,
          says: `nobody has ${inquiry.target.protocol} port ${port} of ${address}`,
        },
        { source: 'connect', says: 'it was taken' },
      ],
    },
  ])
}

async function hasRulesUnread({ os, rules }: ReadView): Promise<boolean> {
  const filtered = await os.filtered()
  const may = filtered.known ? filtered.value : filtered.reason === 'denied'
  return may && !(await rules()).complete
}

async function nobody(
  inquiry: Inquiry,
  arrival: Arrival,
  at: SocketsAt,
  device: string,
): Promise<CheckResult> {
  const { target, facts, signal } = inquiry
  const { view, address, port, from } = arrival
  const where = { host: view.label, stage: 'socket' }
  const text = `${target.protocol} port ${port}`
  const words = { target: formatEndpoint({ address, port: port as Port }), address, host: view.label }
  const source = `socket table of ${view.label}`
  // A closed port is answered. Where nothing came back, something else is in the way before it.
  // Rules of this host that can't be read may send it somewhere else.
  const unread = facts.local === true && (await hasRulesUnread(view))
  const is =
    facts.tried?.silent === true && target.protocol === 'tcp' ? 'possible' : unread ? 'likely' : 'proven'
  const elsewhereToo: readonly Claim[] = unread
    ? [
        {
          code: 'nat-backend-closed',
          is: 'possible',
          because: 'the rules of this host can’t be read',
          words: { address },
        },
      ]
    : []
  const only = (code: CauseCode, says: string, more: Readonly<Record<string, string>> = {}): CheckResult =>
    found(says, [
      ...excluded(
        `the socket table of ${view.label} says otherwise: ${says}`,
        [...ABSENCES, ...(unread ? [] : ['nat-backend-closed' as const])].filter(one => one !== code),
      ),
      ...elsewhereToo,
      {
        code,
        is,
        because: is === 'possible' ? `${says}, though that would be answered, and nothing came back` : says,
        where,
        words: { ...words, ...more },
        evidence: [{ source, says }],
      },
    ])
  const arriving = { protocol: target.protocol, address, port, from, device }
  const [unfit] = unfitOf(at.sockets, arriving, at.deviceOf)
  if (unfit !== undefined) return only(unfit.code, `${unfit.says}${at.heldBy(unfit.socket)}`, unfit.words)
  const elsewhere = await listenersElsewhere(view, target.protocol, port, signal)
  if (elsewhere !== undefined) {
    // Whether that is the one which is meant, nobody can tell: another namespace may use the port for itself.
    const alone = only(
      target.protocol === 'tcp' ? 'nobody-listens' : 'udp-closed',
      `nobody at ${view.label} has ${text} in the namespace of ${address}`,
    )
    const claims = (alone.claims ?? []).filter(one => one.code !== 'listener-other-namespace')
    return found(elsewhere.says, [
      ...claims.map(one => (one.is === 'proven' ? { ...one, is: 'likely' as const } : one)),
      {
        code: 'listener-other-namespace',
        is: is === 'proven' ? 'likely' : is,
        because: elsewhere.says,
        where,
        title: elsewhere.title,
        words: { ...words, namespace: elsewhere.namespace },
        evidence: [{ source: `socket tables of ${view.label}`, says: elsewhere.says }],
      },
    ])
  }
  const other = target.protocol === 'tcp' ? 'udp' : 'tcp'
  const others = await socketsAt(view, other, port)
  const taker = takersOf(others.sockets, { ...arriving, protocol: other }, others.deviceOf, others.dialect)[0]
  if (taker !== undefined)
    return only(
      'listener-other-protocol',
      `${others.textOf(taker)} has that port of ${other}, nobody of ${target.protocol}`,
      {
        protocol: other.toUpperCase(),
      },
    )
  const translated = address !== inquiry.address || port !== inquiry.to.port
  if (translated)
    return only(
      'nat-backend-closed',
      `nobody at ${view.label} has ${text}, where what is for ${inquiry.address} is sent on to`,
      {
        address: inquiry.address,
        backend: words.target,
      },
    )
  return only(
    target.protocol === 'tcp' ? 'nobody-listens' : 'udp-closed',
    `nobody at ${view.label} has ${text}`,
  )
}

const excluded = (because: string, codes: readonly CauseCode[]): readonly Claim[] =>
  codes.map(code => ({ code, is: 'excluded', because }))

function joined(results: readonly CheckResult[]): CheckResult {
  const worst = results.find(({ result }) => result === 'found') ?? results[0]!
  return { ...worst, claims: results.flatMap(({ claims = [] }) => claims) }
}
