/**
 * Which socket gets a datagram (Linux `__udp4_lib_lookup`, `__udp6_lib_lookup`): a connected one found by its four ends,
 * then those bound to the address, then those of the wildcard; each time the best score.
 */
import type { LinuxDialect } from './dialect.ts'
import { isWildcard, speaksV4 } from './local-address.ts'
import type { ReuseGroups } from './reuse-groups.ts'
import type { SpaceSocket } from './space-socket.ts'

export interface Datagram {
  /** On the wire: IPv4 or real IPv6. */
  readonly source: string
  readonly sourcePort: number
  readonly address: string
  readonly port: number
  /** The device that it arrives on. */
  readonly device: string
}

/** What a search looks at. */
export interface DatagramLists {
  readonly byPort: readonly SpaceSocket[]
  readonly byAddress: readonly SpaceSocket[]
  readonly groups: Pick<ReuseGroups, 'membersOf' | 'hasConnections'>
  readonly fourTuples: readonly (readonly [socket: SpaceSocket, key: string])[]
  readonly v6Peers: ReadonlyMap<SpaceSocket, string>
}

/** All that may get it; `[null]` when nobody does. */
export function receiversOf(
  lists: DatagramLists,
  datagram: Datagram,
  { udpFourTuples, udpPortFallback }: LinuxDialect,
): readonly (SpaceSocket | null)[] {
  if (udpFourTuples) {
    const found = byFourEnds(lists, datagram)
    if (found !== null) return [found]
  }
  const plain = withoutFourEnds(lists, datagram, 0, udpPortFallback)
  return [...new Set([...plain, ...withoutFourEnds(lists, datagram, 1, udpPortFallback)])]
}

/** `preference`: what it counts that a socket has heard something on this processor. */
function withoutFourEnds(
  lists: DatagramLists,
  datagram: Datagram,
  preference: 0 | 1,
  udpPortFallback: boolean,
): readonly (SpaceSocket | null)[] {
  const v4 = !datagram.address.includes(':')
  const scored: Scored = (one, at) => {
    const score = v4 ? scoreV4(one, datagram, at) : scoreV6(one, datagram, at, lists.v6Peers.get(one))
    return score === NO_FIT || !one.heard ? score : score + preference
  }
  const specific = search(lists, scored, v4, datagram.address)
  if (specific !== null) return specific
  const wild = search(lists, scored, v4, v4 ? '0.0.0.0' : '::')
  return wild ?? [udpPortFallback ? byPortAlone(lists, scored, datagram.address) : null]
}

/**
 * All sockets of the port, whatever chain they are in: so that one whose address is just being changed is found, too. It
 * also finds sockets of IPv6 conversations by the constant that stands in for their IPv4 address (`udp4_lib_lookup1`).
 */
function byPortAlone(lists: DatagramLists, scored: Scored, at: string): SpaceSocket | null {
  let best: SpaceSocket | null = null
  let most = NO_FIT
  for (const one of lists.byPort) {
    const score = scored(one, at)
    if (score <= most) continue
    most = score
    best = one
  }
  return best
}

/** Less than any score. */
const NO_FIT = -1

/** How well a socket fits at an address, or `NO_FIT`. */
type Scored = (socket: SpaceSocket, at: string) => number

function byFourEnds({ fourTuples }: DatagramLists, datagram: Datagram): SpaceSocket | null {
  const { source, sourcePort, address, port, device } = datagram
  const key = `${address} ${port} ${source} ${sourcePort}`
  for (const [socket, found] of fourTuples) {
    if (found !== key || socket.state !== 'established') continue
    if (socket.remote?.address !== source || socket.remote.port !== sourcePort) continue
    if (socket.device === null || socket.device === device) return socket
  }
  return null
}

function search(
  lists: DatagramLists,
  scored: Scored,
  v4: boolean,
  at: string,
): readonly SpaceSocket[] | null {
  let best: readonly SpaceSocket[] | null = null
  let most = NO_FIT
  for (const one of lists.byAddress) {
    if (v4 && !isWildcard(one.local) && !speaksV4(one.local)) continue
    const score = scored(one, at)
    if (score <= most) continue
    most = score
    best = [one]
    if (one.state === 'established' || !one.reusePort) continue
    const group = lists.groups.membersOf(one)?.filter(({ state }) => state !== 'established') ?? []
    if (group.length === 0) continue
    best = group
    if (!lists.groups.hasConnections(one)) return best
  }
  return best
}

/** `compute_score` in net/ipv4/udp.c. */
function scoreV4(socket: SpaceSocket, { source, sourcePort, port, device }: Datagram, at: string): number {
  if (socket.num !== port || (socket.v6only && socket.family === 'ipv6') || socket.local.v4 !== at)
    return NO_FIT
  let score = socket.family === 'ipv4' ? 2 : 1
  if (socket.remote !== null) {
    const { address, port: peerPort } = socket.remote
    if (peerPort !== sourcePort) return NO_FIT
    if (address.includes(':')) score += 4
    else if (address === source) score += 8
    else return NO_FIT
  }
  return withDevice(socket, device, score, 4)
}

/** The same in net/ipv6/udp.c. `peer`: what the socket was connected to last. */
function scoreV6(
  socket: SpaceSocket,
  { source, sourcePort, port, device }: Datagram,
  at: string,
  peer: string | undefined,
): number {
  if (socket.num !== port || socket.family !== 'ipv6' || socket.local.v6 !== at) return NO_FIT
  let score = 0
  if (socket.remote !== null) {
    if (socket.remote.port !== sourcePort) return NO_FIT
    score++
  }
  if (peer !== undefined) {
    if (peer !== source) return NO_FIT
    score++
  }
  return withDevice(socket, device, score, 1)
}

function withDevice({ device: bound }: SpaceSocket, device: string, score: number, bonus: number): number {
  if (bound === null) return score
  return bound === device ? score + bonus : NO_FIT
}
