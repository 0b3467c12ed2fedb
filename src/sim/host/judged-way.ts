/** What a judge's path means for the packet that was judged: where it goes and how it looks by then, or what is answered. */
import type { RejectAnswer } from '../../model/filter/decision.ts'
import type { LinuxRouter } from '../../model/path/linux-router.ts'
import type { Path } from '../../model/path/path.ts'
import type { RouteAnswer } from '../../model/path/routing.ts'
import type { Datagram, TcpSegment } from '../../wire/ip/datagram.ts'
import { packetOf, quotedIn, redirected, requoted } from '../../wire/ip/ip.ts'

export type JudgedWay =
  | { readonly kind: 'here'; readonly datagram: Datagram }
  | { readonly kind: 'out'; readonly datagram: Datagram; readonly device: string }
  /** `route`: of which kind the one is that leads nowhere. */
  | { readonly kind: 'no-route'; readonly route: RouteAnswer['kind'] }
  | { readonly kind: 'expired' }
  | { readonly kind: 'not-forwarding' }
  | {
      readonly kind: 'filtered'
      /** Before anything of IP saw it. */
      readonly atIngress?: true
      /** The ICMP error that the sender gets. */
      readonly reject?: { readonly type: number; readonly code: number }
      /** The reset that the sender gets. */
      readonly answer?: Datagram
    }

export function judgedWay(
  judge: LinuxRouter,
  datagram: Datagram,
  from: string | null,
  now: number,
): JudgedWay {
  const quoted = quotedIn(datagram)
  const passing = { packet: packetOf(datagram), ...(quoted === undefined ? {} : { quoted }) }
  const path = from === null ? judge.make(passing, now) : judge.receive({ ...passing, from }, now)
  switch (path.end) {
    case 'delivered':
      return { kind: 'here', datagram: after(path, datagram) }
    case 'sent': {
      const device = path.surroundings.outputInterface
      return device === null || device === undefined
        ? { kind: 'no-route', route: 'none' }
        : { kind: 'out', device, datagram: after(path, datagram) }
    }
    case 'no-route':
      return { kind: 'no-route', route: refusing(path) }
    case 'expired':
      return { kind: 'expired' }
    case 'not-forwarding':
      return { kind: 'not-forwarding' }
    // Of bridges, which a simulated host has none of.
    case 'returned':
    case 'not-addressed':
      return { kind: 'filtered' }
    case 'filtered':
      return rejected(path, datagram)
  }
}

function refusing({ stages }: Path): RouteAnswer['kind'] {
  const last = stages.findLast(({ kind }) => kind === 'routing')
  return last?.kind === 'routing' ? last.route.kind : 'none'
}

/** The packet as it is now, and of an error also what it quotes. */
function after({ packet, quoted }: Path, datagram: Datagram): Datagram {
  const changed = redirected(datagram, packet)
  return quoted === undefined ? changed : requoted(changed, quoted.tuple)
}

function rejected({ decision, answered, stages }: Path, datagram: Datagram): JudgedWay {
  const { rejectWith } = decision
  const last = stages.at(-1)
  if (last?.kind === 'hook' && last.hook === 'ingress') return { kind: 'filtered', atIngress: true }
  if (decision.kind !== 'reject' || rejectWith === undefined || answered === false)
    return { kind: 'filtered' }
  if (rejectWith.kind !== 'tcp reset') return { kind: 'filtered', reject: typeAndCode(rejectWith) }
  const { payload } = datagram
  return payload.kind === 'tcp'
    ? { kind: 'filtered', answer: reset(datagram, payload) }
    : { kind: 'filtered' }
}

const typeAndCode = ({ type, code }: Extract<RejectAnswer, { readonly type: number }>) => ({ type, code })

const [FIN, SYN, RST, ACK] = [1, 2, 4, 16]

/** RFC 9293 section 3.10.7.1: a reset of what belongs to no connection (nf_reject_ip_tcphdr_put). */
function reset({ source, destination }: Datagram, segment: TcpSegment): Datagram {
  const isAck = (segment.flags & ACK) !== 0
  const counted =
    segment.data.length + ((segment.flags & SYN) !== 0 ? 1 : 0) + ((segment.flags & FIN) !== 0 ? 1 : 0)
  return {
    source: destination,
    destination: source,
    hopLimit: 64,
    payload: {
      kind: 'tcp',
      sourcePort: segment.destinationPort,
      destinationPort: segment.sourcePort,
      sequence: isAck ? segment.acknowledgement : 0,
      acknowledgement: isAck ? 0 : (segment.sequence + counted) >>> 0,
      flags: isAck ? RST : RST | ACK,
      windowSize: 0,
      data: new Uint8Array(0),
    },
  }
}
