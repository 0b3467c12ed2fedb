/**
 * What the hosts that are seen show once something was said: bytes that wait unread at the program, an answer that is sent again and
 * again, packets that are too large for a link; and of datagrams, what became of them.
 */
import { unmap, withoutZone } from '../../../model/address.ts'
import { isUnixName, type Socket } from '../../../model/socket.ts'
import type { CauseCode } from '../causes/causes.ts'
import { type AddressCheck, fine, found, untold } from '../check.ts'
import { type Difference, STATEMENTS } from '../evidence/evidence.ts'
import { beginWatching, movedSince, seenFromAfar, targetViews } from '../far/far.ts'
import { BROKEN_OFF, RESET_CODES, resetBy } from '../far/reset-by.ts'
import { tooBigAt } from '../far/too-big-at.ts'
import { linkSize, TOO_LARGE } from '../far/too-large.ts'
import { UNREAD_CODES, unreadDatagrams } from '../far/unread-datagrams.ts'
import { type Inquiry, isOpen } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import type { ReadView } from '../view.ts'
import { claimsAt, shownAt } from './far-counters.ts'

export const farLater: AddressCheck = {
  name: 'far-later',
  phase: 'after',
  asks: 'What do the hosts that are seen show, once something was said?',
  gathers: [
    'queues of the connection at the target, and what it sends again',
    'counters of packets that are too large',
    'the way of a packet with bytes in it',
    'of datagrams: what was counted and dropped since the first',
  ],
  concludes: [
    ...new Set<CauseCode>([
      ...STATEMENTS.map(({ code }) => code),
      ...UNREAD_CODES,
      'data-lost',
      'filter-drop',
      ...RESET_CODES,
    ]),
  ],
  applies: inquiry =>
    seenFromAfar(inquiry).length > 0 && (inquiry.target.protocol === 'udp' || isOpen(inquiry)),
  prepare: beginWatching,
  async run(inquiry) {
    const moved = await movedSince(inquiry)
    if (typeof moved === 'string') return untold(moved)
    const claims =
      inquiry.target.protocol === 'udp' ? datagramClaims(inquiry, moved) : await openClaims(inquiry, moved)
    const worst = claims.find(({ is }) => is !== 'excluded')
    return worst === undefined ? fine('nothing there tells of a fault', claims) : found(worst.because, claims)
  },
}

const datagramClaims = (inquiry: Inquiry, moved: ReadonlyMap<string, Difference>): readonly Claim[] =>
  seenFromAfar(inquiry).flatMap(view => {
    const difference = moved.get(view.label)!
    const counted = claimsAt(inquiry, view, shownAt(inquiry, view, difference), difference, undefined)
    return targetViews(inquiry).includes(view)
      ? [
          ...counted.map(claim => provenTogether(inquiry, claim)),
          ...unreadDatagrams(inquiry, view, difference),
        ]
      : counted
  })

/** Fragments that came and never became whole are those of our question that had no answer. */
const provenTogether = ({ suspects }: Inquiry, claim: Claim): Claim =>
  claim.code === 'fragments-dropped' && suspects.of(claim.code) === 'likely'
    ? { ...claim, is: 'proven', because: `${claim.because}, and only what is cut has no answer` }
    : claim

/** Only where what follows the connection went wrong: a host counts for everybody. */
async function openClaims(
  inquiry: Inquiry,
  moved: ReadonlyMap<string, Difference>,
): Promise<readonly Claim[]> {
  const { suspects } = inquiry
  const isLeft = (code: CauseCode): boolean => (suspects.of(code) ?? 'excluded') !== 'excluded'
  const broken = BROKEN_OFF.some(isLeft)
  if (!broken && !(['silent', 'data-lost', 'mtu-black-hole'] as const).some(isLeft)) return []
  const { laterClaims } = await import('../far/later-way.ts')
  if (broken) return resetBy(inquiry, await laterClaims(inquiry))
  const views = seenFromAfar(inquiry)
  const between = await Promise.all(views.map(view => tooLarge(inquiry, view, moved.get(view.label)!)))
  return [
    ...between.flat(),
    ...targetViews(inquiry).flatMap(view => queueClaims(inquiry, view, moved.get(view.label)!)),
    ...(await laterClaims(inquiry)),
  ]
}

/** A router that had to give up packets for their size, while large ones got no answer. */
async function tooLarge(inquiry: Inquiry, view: ReadView, { rose }: Difference): Promise<readonly Claim[]> {
  const { role, label } = view
  const counters = TOO_LARGE.filter(name => rose.has(name))
  if (role !== 'between' || counters.length === 0) return []
  const size = await linkSize(inquiry, view)
  const says = counters.map(name => `${name} rose by ${rose.get(name)}`).join(', ')
  return [
    // What was said of the target's address is the same, seen from afar.
    {
      code: 'mtu-black-hole',
      is: 'excluded',
      because: `it is told of ${label} itself`,
      where: { host: inquiry.address },
    },
    {
      code: 'mtu-black-hole',
      is: 'proven',
      because: `${says} at ${label}, and nobody here was told`,
      where: { host: label, stage: 'forward' },
      ...(await tooBigAt(inquiry, view)),
      words: {
        by: label,
        host: label,
        size:
          size === undefined ? `larger than the next link of ${label} takes` : `larger than ${size} bytes`,
      },
      evidence: [
        {
          source: `counters of ${label}`,
          says: `${says}: packets were too large for the next link and must not be cut`,
        },
      ],
    },
  ]
}

/** The other ends of our connections, as the target has them: the one that is in trouble. */
function queueClaims(inquiry: Inquiry, view: ReadView, moved: Difference): readonly Claim[] {
  const { facts } = inquiry
  const ours = moved.sockets.filter(socket => socket.state === 'established' && isOurs(inquiry, socket))
  const source = `socket table of ${view.label}`
  const where = { host: view.label, stage: 'socket' }
  const resending = ours.find(one => (one.queue?.send ?? 0) > 0 && resentBy(one) > 0)
  if (resending !== undefined) {
    const send = resending.queue!.send
    const says = `${send} bytes of its answer are sent again and again, and not acknowledged`
    return [
      { code: 'silent', is: 'excluded', because: `${view.label} did answer: ${says}` },
      {
        code: send > SMALLEST_LINK ? 'mtu-black-hole' : 'data-lost',
        is: 'likely',
        because: says,
        where: { host: 'on the way' },
        leg: 'way-back',
        words: { size: 'larger than a link on the way takes' },
        evidence: [{ source, says }],
      },
    ]
  }
  const unread = ours.find(one => (one.queue?.receive ?? 0) > 0)
  if (unread !== undefined) {
    const says = `${unread.queue!.receive} bytes of ours wait there, and the program does not read them`
    const remedy = 'Start the program again: it is stuck, stopped, or waits for another protocol.'
    return [{ code: 'silent', is: 'proven', because: says, where, remedy, evidence: [{ source, says }] }]
  }
  const said = facts.talk !== undefined
  if (!said || ours.length === 0 || ours.some(({ tcp }) => tcp?.bytesReceived !== 0)) return []
  const says = `the connection stands at ${view.label}, and not one byte of what was said has come there`
  return [
    { code: 'silent', is: 'excluded', because: says },
    {
      code: 'data-lost',
      is: 'proven',
      because: says,
      evidence: [{ source, says }],
    },
  ]
}

/** By its address: what is said may be said over another connection than the first. */
function isOurs({ facts, options }: Inquiry, { peer }: Socket): boolean {
  const local = facts.tried?.attempt.local
  const address = local?.known === true ? local.value.address : options.source
  if (peer === undefined || isUnixName(peer)) return false
  return address === undefined || unmap(withoutZone(peer.address)) === unmap(withoutZone(address))
}

/** Any link takes so much in one piece: 576 bytes of IPv4 (RFC 791), less its headers. */
const SMALLEST_LINK = 536

const resentBy = (socket: Socket | undefined): number =>
  socket?.timer?.kind === 'retransmit' ? socket.timer.retransmits : 0
