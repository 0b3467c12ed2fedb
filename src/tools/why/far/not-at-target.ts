/**
 * What a look at the target takes out of question where an attempt ended in silence: queues that have room, counters that stayed, a
 * route back that is there. And whether the SYN came as far at all: half a connection there says that its answer was lost.
 */
import { unmap, withoutZone } from '../../../model/address.ts'
import { isUnixName, type Socket } from '../../../model/socket.ts'
import type { CauseCode } from '../causes/causes.ts'
import type { Difference } from '../evidence/difference.ts'
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'
import type { Arrival } from './arrivals.ts'
import type { NeighbourBack } from './neighbour-back.ts'

/** Counters of which one would have risen, had that been it. */
const WOULD_RISE: readonly (readonly [CauseCode, readonly string[]])[] = [
  ['accept-queue-full', ['TcpExt.ListenOverflows']],
  ['syn-queue-full', ['TcpExt.ListenDrops', 'TcpExt.TCPReqQFullDrop', 'TcpExt.TCPReqQFullDoCookies']],
  [
    'md5-required',
    [
      'TcpExt.TCPMD5NotFound',
      'TcpExt.TCPMD5Unexpected',
      'TcpExt.TCPMD5Failure',
      'TcpExt.TCPAORequired',
      'TcpExt.TCPAOBad',
      'TcpExt.TCPAOKeyNotFound',
    ],
  ],
  ['checksum-damage', ['Tcp.InCsumErrors']],
]

/** What keeps a SYN from coming as far as the target. */
const BEFORE_ARRIVAL = [
  'neighbour-wrong',
  'neighbour-silent',
  'gateway-silent',
  'forwarding-off',
  'route-blackhole',
  'router-no-route',
  'conntrack-full',
  'host-down',
  'hop-limit',
  'icmp-limited',
] as const satisfies readonly CauseCode[]

/** A wrong neighbour at the target loses the answer, not what comes. */
const placeOf = (code: CauseCode): Claim['where'] =>
  code === 'neighbour-wrong' ? { host: THIS_HOST } : undefined

export const DECIDED_AT_TARGET: readonly CauseCode[] = [
  ...WOULD_RISE.map(([code]) => code),
  ...BEFORE_ARRIVAL,
  'no-return-route',
  'reverse-path',
  'nat-backend-silent',
  'socket-filter',
  'filter-drop',
  'way-drops',
]

/** Of TCP: the half of a connection that our SYN made there. */
export function halfOf({ facts }: Inquiry, moved: Difference): Socket | undefined {
  const local = facts.tried?.attempt.local
  return moved.sockets.find(({ state, peer }) => {
    if (state !== 'syn-recv' || peer === undefined || isUnixName(peer)) return false
    if (local?.known !== true) return true
    // A source that is translated on the way keeps its port, mostly.
    return (
      peer.port === local.value.port ||
      unmap(withoutZone(peer.address)) === unmap(withoutZone(local.value.address))
    )
  })
}

const isOfPort = ({ facts }: Inquiry, { peer }: Socket): boolean => {
  const local = facts.tried?.attempt.local
  return local?.known === true && peer !== undefined && !isUnixName(peer) && peer.port === local.value.port
}

export interface AtTarget {
  readonly arrival: Arrival
  readonly moved: Difference
  /** A route leads back to who asks, out by that device. */
  readonly back?: string
  /** The device that has the address that was asked for. */
  readonly entry?: string
  /** Its own rules let it in and the answer out. */
  readonly passes: boolean
  /** The next hop of the answer. */
  readonly neighbour?: NeighbourBack
}

export function notAtTarget(inquiry: Inquiry, at: AtTarget): readonly Claim[] {
  const { arrival, moved, back, entry, passes, neighbour } = at
  const { label } = arrival.view
  const claims: Claim[] = []
  // What was proven of another host isn't taken back by what is seen at this one.
  const out = (code: CauseCode, because: string, where?: Claim['where']): void => {
    if (where === undefined && inquiry.suspects.of(code) === 'proven') return
    claims.push({ code, is: 'excluded', because, ...(where === undefined ? {} : { where }) })
  }
  const half = halfOf(inquiry, moved)
  if (moved.told.counters)
    for (const [code, names] of WOULD_RISE)
      if (!names.some(name => moved.rose.has(name)))
        out(code, `${names.slice(0, 2).join(' and ')} stayed at ${label} during the attempt`)
  if (back !== undefined) out('no-return-route', `${label} has a route back, by ${back}`)
  out('nat-backend-silent', `${label} has the address ${arrival.address} itself`)
  out('host-down', `${label} answers us, and has the address`)
  if (passes) out('filter-drop', `the rules of ${label} let it in`, { host: inquiry.address })
  const full = moved.table !== undefined && moved.table.entries >= moved.table.limit
  if (!full) out('conntrack-full', `its table has room at ${label}`, { host: inquiry.address })
  if (half !== undefined) {
    const because = `${label} has half of the connection (SYN-RECV): it came there, and the answer is lost`
    for (const code of BEFORE_ARRIVAL) out(code, because, placeOf(code))
    out('socket-filter', because)
    // Of an earlier attempt there may be half of a connection, too; this one's is told by its port.
    if (isOfPort(inquiry, half)) claims.push({ code: 'syn-queue-full', is: 'excluded', because })
    claims.push(...onTheWay(['way-drops', 'filter-drop'], `the answer of ${label} never came`, 'way-back'))
  } else if (moved.told.counters && !moved.rose.has('Tcp.InSegs')) {
    out('socket-filter', `no segment came to ${label} during the attempt`)
    claims.push(...beforeIt(label))
  } else claims.push(...beforeIt(label))
  if (neighbour !== undefined && neighbour.state !== 'permanent')
    out('neighbour-wrong', `${label} asks for ${neighbour.address} by itself`, { host: inquiry.address })
  // The same device both ways: hosts between see the one way as they see the other.
  if (back !== undefined && back === entry && !moved.rose.has('TcpExt.IPReversePathFilter'))
    out('reverse-path', `what comes to ${label} by ${entry} is answered by ${back}`)
  return claims
}

/** Who can have lost it without a trace at the target. */
const beforeIt = (label: string): readonly Claim[] =>
  onTheWay(
    ['way-drops', 'filter-drop', 'route-blackhole', 'conntrack-full'],
    `nothing of the attempt is seen at ${label}`,
    'way',
  )

const ON_THE_WAY = { by: 'a router on the way', place: ' on the way' } as const

const onTheWay = (codes: readonly CauseCode[], because: string, leg: 'way' | 'way-back'): readonly Claim[] =>
  codes.map(code => ({
    code,
    is: 'possible',
    because,
    where: { host: 'on the way' },
    leg,
    words: ON_THE_WAY,
  }))
