/**
 * What every host that is seen counted during the attempt. Looked at just before and just after it; where something speaks that
 * others could have caused, a second attempt has to move it again.
 */
import { type AddressCheck, fine, found, untold } from '../check.ts'
import {
  counterEvidence,
  type Difference,
  readStatements,
  type Shown,
  STATEMENTS,
} from '../evidence/evidence.ts'
import { beginWatching, movedDuring, movedSince, roleOf, seenFromAfar } from '../far/far.ts'
import { sharpened } from '../far/sharpened.ts'
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import type { ReadView } from '../view.ts'

/** A second attempt waits so long: the first SYN and one that is sent again (RFC 6298 section 2). */
const AGAIN_MS = 1_200

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
  // Of datagrams, once some were sent: `far-later`.
  applies: inquiry => inquiry.target.protocol === 'tcp' && seenFromAfar(inquiry).length > 0,
  async prepare(inquiry) {
    await beginWatching(inquiry)
  },
  async run(inquiry) {
    const moved = await movedSince(inquiry)
    if (typeof moved === 'string') return untold(moved)
    const views = seenFromAfar(inquiry)
    const shown = views.map(view => shownAt(inquiry, view, moved.get(view.label)!))
    const drops = views.some(view => dropsForRoom(moved.get(view.label)!))
    const again = needsMore(inquiry, shown.flat(), drops)
      ? await movedDuring(inquiry, () => inquiry.attempt({}, AGAIN_MS))
      : undefined
    const claims = views.flatMap((view, at) =>
      claimsAt(inquiry, view, shown[at]!, moved.get(view.label)!, again?.get(view.label)),
    )
    const blind = views.filter(({ label }) => !moved.get(label)!.told.counters).map(({ label }) => label)
    if (claims.length > 0) return found(claims.map(({ because }) => because).join('; '), claims)
    if (blind.length === views.length)
      return untold(`${blind.join(' and ')} ${blind.length === 1 ? 'tells' : 'tell'} no counters`)
    return fine(`nothing that tells of a fault moved at ${views.map(({ label }) => label).join(' and ')}`)
  },
}

export const shownAt = (inquiry: Inquiry, view: ReadView, moved: Difference): readonly Shown[] =>
  readStatements(moved, roleOf(inquiry, view), inquiry.target.protocol)

/** Only of what blocks: a connection that stands was not dropped. */
const needsMore = ({ facts, left }: Inquiry, shown: readonly Shown[], drops: boolean): boolean =>
  facts.tried?.silent === true &&
  (drops || shown.some(({ statement }) => statement.decisive)) &&
  left() > 2 * AGAIN_MS

const dropsForRoom = ({ table, rose }: Difference): boolean =>
  table !== undefined && table.entries >= table.limit && (rose.get('conntrack.drop') ?? 0) > 0

/** What each statement that holds comes to; `again`: what a second attempt moved. */
export function claimsAt(
  inquiry: Inquiry,
  view: ReadView,
  shown: readonly Shown[],
  moved: Difference,
  again: Difference | undefined,
): readonly Claim[] {
  const { label } = view
  const role = roleOf(inquiry, view)
  const second = again === undefined ? [] : readStatements(again, role, inquiry.target.protocol)
  // A host counts for everybody: where the attempt wasn’t silent, what moved there was somebody else’s.
  if (inquiry.target.protocol === 'tcp' && inquiry.facts.tried?.silent !== true) return []
  const claims = shown.flatMap((one): Claim[] => {
    const { statement } = one
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
        words: { by: label, host: label, ...settings(statement.code, inquiry) },
        evidence: counterEvidence(one, label),
      },
    ]
  })
  return sharpened(inquiry, view, [...claims, ...fullTable(label, role, moved, again)])
}

/** Of all devices: a counter doesn’t say which one it was. */
const settings = (code: string, { address }: Inquiry): Readonly<Record<string, string>> =>
  code !== 'forwarding-off'
    ? {}
    : { setting: address.includes(':') ? 'net.ipv6.conf.all.forwarding' : 'net.ipv4.ip_forward' }

/** A table without room that drops may have dropped others’ packets: proof is that it does with each attempt. One without room alone may just be busy. */
function fullTable(
  label: string,
  role: ReadView['role'],
  { table, rose }: Difference,
  again: Difference | undefined,
): readonly Claim[] {
  if (table === undefined || table.entries < table.limit) return []
  const dropped = rose.get('conntrack.drop') ?? 0
  const says = `${table.entries} of ${table.limit} connections are tracked at ${label}`
  return [
    {
      code: 'conntrack-full',
      is: dropped === 0 ? 'possible' : (again?.rose.get('conntrack.drop') ?? 0) > 0 ? 'proven' : 'likely',
      because: dropped > 0 ? `${says}, and ${dropped} packets were dropped for lack of room` : says,
      where: { host: label },
      leg: role === 'target' ? 'far' : 'way',
      words: { by: label, host: label, room: String(2 * table.limit) },
      evidence: [
        { source: `connection tracking of ${label}`, says },
        ...(dropped > 0
          ? [{ source: `counters of ${label}`, says: `conntrack.drop rose by ${dropped} during the attempt` }]
          : []),
      ],
    },
  ]
}
