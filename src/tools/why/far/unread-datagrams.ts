/** Datagrams that came to a socket of the target: unread, or read and not answered. */
import type { CauseCode } from '../causes/causes.ts'
import type { Difference } from '../evidence/evidence.ts'
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import type { ReadView } from '../view.ts'

/** Of a question that isn’t answered (`datagrams`). */
const SENT = 3

/** What would have kept them from coming there, or is only said for want of better. */
const NOT_ARRIVED = ['filter-drop', 'way-drops', 'receive-buffer-full', 'udp-silent', 'udp-closed'] as const

/** What has to do with datagrams that came. */
const AFTER_ARRIVAL = [
  'udp-silent',
  'receive-buffer-full',
  'reply-from-elsewhere',
  'nat-backend-silent',
  'no-return-route',
] as const

export const UNREAD_CODES: readonly CauseCode[] = ['silent', ...NOT_ARRIVED, ...AFTER_ARRIVAL]

/** No datagram of anybody has come as far as UDP there: what would have become of ours is no question. */
function neverCame({ suspects }: Pick<Inquiry, 'suspects'>, view: ReadView, moved: Difference): Claim[] {
  const came = [...moved.rose.keys()].some(name => /^Udp6?\.(?:In|NoPorts|Rcvbuf)/.test(name))
  if (!moved.told.counters || came) return []
  const because = `no datagram came to ${view.label} during the attempt: its counters of UDP stayed`
  return AFTER_ARRIVAL.filter(code => suspects.of(code) !== 'proven').map(code => ({
    code,
    is: 'excluded',
    because,
  }))
}

export function unreadDatagrams(
  { facts, suspects }: Inquiry,
  view: ReadView,
  moved: Difference,
): readonly Claim[] {
  if (facts.answered === true) return []
  const waiting = moved.sockets.filter(({ state, peer }) => peer === undefined && state !== 'established')
  const unread = waiting.reduce((sum, { queue }) => sum + (queue?.receive ?? 0), 0)
  const dropped = waiting.some(({ cookie }) => (moved.dropped.get(cookie) ?? 0) > 0)
  if (dropped || waiting.length === 0) return []
  const read = moved.rose.get('Udp.InDatagrams') ?? moved.rose.get('Udp6.InDatagrams') ?? 0
  // The counter is everybody’s: fewer than ours can’t hold ours.
  if (unread === 0 && read < SENT) return read === 0 ? neverCame({ suspects }, view, moved) : []
  const says =
    unread > 0
      ? `${unread} bytes wait in the socket there, and the program does not read them`
      : `${read} datagrams were handed to programs there, and no answer came`
  const out = (code: CauseCode): Claim[] =>
    suspects.of(code) === 'proven' ? [] : [{ code, is: 'excluded', because: says }]
  return [
    ...(unread > 0 ? NOT_ARRIVED.flatMap(code => out(code)) : out('receive-buffer-full')),
    {
      code: 'silent',
      is: unread > 0 ? 'proven' : 'likely',
      because: says,
      where: { host: view.label, stage: 'socket' },
      title:
        unread > 0 ? 'the server does not read what comes to it' : 'the server gets it and does not answer',
      evidence: [
        { source: unread > 0 ? `socket table of ${view.label}` : `counters of ${view.label}`, says },
      ],
    },
  ]
}
