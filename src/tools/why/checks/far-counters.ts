/**
 * What every host that is seen counted during the attempt. Looked at just before and just after it; where something speaks that
 * others could have caused, a second attempt has to move it again.
 */
import { isFault } from '../../../model/fault.ts'
import { type AddressCheck, fine, found, untold } from '../check.ts'
import { type Difference, differenceOf } from '../evidence/difference.ts'
import { counterEvidence, readStatements, type Shown } from '../evidence/read-statements.ts'
import { type Snapshot, type SnapshotRequest, takeSnapshot } from '../evidence/snapshot.ts'
import { STATEMENTS } from '../evidence/statements.ts'
import { arrivalsAt, targetViews } from '../far/arrivals.ts'
import { followedBy } from '../far/follow-way.ts'
import { sharpened } from '../far/sharpened.ts'
import type { Inquiry } from '../inquiry.ts'
import { type Claim, SUSPICIONS } from '../suspects.ts'
import type { ReadView } from '../view.ts'

/** A second attempt waits so long: the first SYN and one that is sent again (RFC 6298 section 2). */
const AGAIN_MS = 1_200

interface Watching {
  readonly views: readonly ReadView[]
  readonly request: SnapshotRequest
  readonly before: readonly Snapshot[]
}

/** Or why there is nothing to compare with. */
const watching = new WeakMap<Inquiry['facts'], Watching | string>()

export const farCounters: AddressCheck = {
  name: 'far-counters',
  phase: 'after',
  asks: 'What did each host that is seen count during the attempt?',
  gathers: [
    'counters of protocols before and after',
    'packets that rules counted',
    'sockets of the port',
    'tracked connections and how full their table is',
  ],
  concludes: [...new Set([...STATEMENTS.map(({ code }) => code), 'conntrack-full' as const])],
  applies: inquiry => farViews(inquiry).length > 0,
  async prepare(inquiry) {
    watching.set(inquiry.facts, await begin(inquiry))
  },
  async run(inquiry) {
    const watched = watching.get(inquiry.facts) ?? 'nothing was counted before the attempt'
    if (typeof watched === 'string') return untold(watched)
    const { views, request, before } = watched
    const after = await look(inquiry, views, request)
    const moved = new Map(views.map(({ label }, at) => [label, differenceOf(before[at]!, after[at]!)]))
    inquiry.facts.moved = moved
    const shown = views.map(view => shownAt(inquiry, view, moved.get(view.label)!))
    const again = needsMore(inquiry, shown.flat()) ? await repeat(inquiry, watched) : undefined
    const claims = views.flatMap((view, at) =>
      claimsAt(inquiry, view, shown[at]!, moved.get(view.label)!, again?.get(view.label)),
    )
    const blind = views.filter(({ label }) => !moved.get(label)!.told.counters).map(({ label }) => label)
    if (claims.length > 0) return found(claims.map(({ because }) => because).join('; '), claims)
    if (blind.length === views.length) return untold(`${blind.join(' and ')} tell no counters`)
    return fine(`nothing that tells of a fault moved at ${views.map(({ label }) => label).join(' and ')}`)
  },
}

async function begin(inquiry: Inquiry): Promise<Watching | string> {
  const views = farViews(inquiry)
  try {
    const request = await requestOf(inquiry)
    return { views, request, before: await look(inquiry, views, request) }
  } catch (error) {
    if (!isFault(error)) throw error
    return error.message
  }
}

/** This host counts, too, where it is the target itself. */
const farViews = (inquiry: Inquiry): readonly ReadView[] => [
  ...new Set([...inquiry.views.filter(({ role }) => role !== 'client'), ...targetViews(inquiry)]),
]

const look = (inquiry: Inquiry, views: readonly ReadView[], request: SnapshotRequest) =>
  Promise.all(views.map(({ os }) => takeSnapshot(os, request, { signal: inquiry.signal })))

async function requestOf(inquiry: Inquiry): Promise<SnapshotRequest> {
  // Ports as they are after what is translated on the way.
  await followedBy(inquiry)
  const { target, to } = inquiry
  const ports = (await arrivalsAt(inquiry)).map(({ port }) => port)
  return { protocol: target.protocol, ports: [...new Set([to.port, ...ports])] }
}

const shownAt = (inquiry: Inquiry, view: ReadView, moved: Difference): readonly Shown[] =>
  readStatements(moved, roleOf(inquiry, view), inquiry.target.protocol)

const roleOf = (inquiry: Inquiry, view: ReadView): ReadView['role'] =>
  targetViews(inquiry).includes(view) ? 'target' : view.role

/** Only of what blocks: a connection that stands was not dropped. */
const needsMore = ({ facts, left }: Inquiry, shown: readonly Shown[]): boolean =>
  facts.tried?.silent === true && shown.some(({ statement }) => statement.decisive) && left() > 2 * AGAIN_MS

async function repeat(
  inquiry: Inquiry,
  { views, request }: Watching,
): Promise<ReadonlyMap<string, Difference>> {
  const before = await look(inquiry, views, request)
  await inquiry.attempt({}, AGAIN_MS)
  const after = await look(inquiry, views, request)
  return new Map(views.map(({ label }, at) => [label, differenceOf(before[at]!, after[at]!)]))
}

function claimsAt(
  inquiry: Inquiry,
  view: ReadView,
  shown: readonly Shown[],
  moved: Difference,
  again: Difference | undefined,
): readonly Claim[] {
  const { label } = view
  const role = roleOf(inquiry, view)
  const second = again === undefined ? [] : readStatements(again, role, inquiry.target.protocol)
  const open = inquiry.facts.tried?.attempt.outcome.kind === 'yes' && inquiry.target.protocol === 'tcp'
  const claims = shown.flatMap((one): Claim[] => {
    const { statement } = one
    if (open && BLOCKING.has(statement.code)) return []
    const twice = second.some(other => other.statement === statement)
    const is = !statement.decisive
      ? 'possible'
      : twice
        ? 'proven'
        : again === undefined
          ? 'likely'
          : 'possible'
    return [
      {
        code: statement.code,
        is,
        because: `${one.counters.map(({ name, by }) => `${name} rose by ${by}`).join(', ')} at ${label}${twice ? ', and again with a second attempt' : ''}`,
        where: { host: label },
        leg: role === 'target' ? (statement.code === 'no-return-route' ? 'far-back' : 'far') : 'way',
        words: { by: label, host: label },
        evidence: counterEvidence(one, label),
      },
    ]
  })
  return sharpened(inquiry, view, [...claims, ...fullTable(label, role, moved)])
}

/** What would have kept the connection from standing. */
const BLOCKING: ReadonlySet<string> = new Set([
  'accept-queue-full',
  'syn-queue-full',
  'no-return-route',
  'md5-required',
  'reverse-path',
  'forwarding-off',
  'router-no-route',
  'conntrack-full',
  'ipsec-policy',
  'ipsec-no-state',
])

/** A table without room that drops is the cause; one without room alone may just be busy. */
function fullTable(label: string, role: ReadView['role'], { table, rose }: Difference): readonly Claim[] {
  if (table === undefined || table.entries < table.limit) return []
  const dropped = rose.get('conntrack.drop') ?? 0
  const says = `${table.entries} of ${table.limit} connections are tracked at ${label}`
  return [
    {
      code: 'conntrack-full',
      is: dropped > 0 ? 'proven' : SUSPICIONS[1],
      because: dropped > 0 ? `${says}, and ${dropped} packets were dropped for lack of room` : says,
      where: { host: label },
      leg: role === 'target' ? 'far' : 'way',
      words: { by: label, host: label },
      evidence: [
        { source: `connection tracking of ${label}`, says },
        ...(dropped > 0
          ? [{ source: `counters of ${label}`, says: `conntrack.drop rose by ${dropped} during the attempt` }]
          : []),
      ],
    },
  ]
}
