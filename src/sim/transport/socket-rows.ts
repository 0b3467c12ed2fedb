/** The sockets of a simulated host as rows of a socket table, with whoever holds them. */
import type { Address } from '../../model/address.ts'
import type { Endpoint } from '../../model/endpoint.ts'
import type { Socket, SocketState, TcpNumbers, TimerKind } from '../../model/socket.ts'
import type { End } from '../../model/space/program.ts'
import type { SpaceSocket } from '../../model/space/space-socket.ts'
import { Request } from './listener.ts'
import type { SocketOwner } from './socket-owner.ts'
import type { Tcb } from './tcb.ts'
import type { TcpHost } from './tcp-host.ts'
import type { TcpSocket } from './tcp-socket.ts'
import type { UdpHost } from './udp-host.ts'
import { Waiting } from './waiting.ts'

export interface SocketRow {
  readonly socket: Socket
  /** Null where no process has a descriptor: half-done handshakes, what isn't accepted, and what was closed. */
  readonly owner: SocketOwner | null
}

/** `interfaceIndex`: of a device by its name; 0 for none. */
export function* socketRows(
  tcp: TcpHost,
  udp: UdpHost,
  interfaceIndex: (device: string) => number,
): Generator<SocketRow> {
  const indexOf = ({ device }: { device: string | null }): number =>
    device === null ? 0 : interfaceIndex(device)
  const unaccepted = new Set<TcpSocket>()
  for (const { listener } of tcp.sockets) for (const child of listener?.queue ?? []) unaccepted.add(child)
  for (const one of tcp.sockets) {
    if (one.space.num === 0) continue
    const holderless = one.closed || unaccepted.has(one)
    yield { socket: tcpRow(one, indexOf(one.space), holderless), owner: holderless ? null : one.owner }
  }
  for (const flow of tcp.flows.values()) {
    if (flow instanceof Request) yield { socket: requestRow(flow, tcp.below.now()), owner: null }
    else if (flow instanceof Waiting)
      yield { socket: waitingRow(flow, indexOf(flow.hold), tcp.below.now()), owner: null }
  }
  for (const one of udp.sockets) {
    if (one.space.num === 0) continue
    const { space, inode, drops, unread, peerEnd } = one
    yield {
      socket: {
        ...base('udp', space, inode, indexOf(space)),
        state: peerEnd === null ? 'bound' : 'connected',
        local: endpointOf(one.localEnd),
        ...(peerEnd === null ? {} : { peer: endpointOf(peerEnd) }),
        queue: { receive: unread, send: 0 },
        drops,
      },
      owner: one.owner,
    }
  }
}

function tcpRow(one: TcpSocket, device: number, holderless: boolean): Socket {
  const { space, tcb, listener, peerEnd, inode } = one
  const common = {
    ...base('tcp', space, holderless && one.closed ? 0 : inode, device),
    local: endpointOf(one.localEnd),
  }
  if (listener !== null) {
    const { queue, backlog, drops } = listener
    return { ...common, state: 'listen', acceptQueue: { length: queue.length, limit: backlog, drops } }
  }
  if (tcb === null || peerEnd === null || space.state === 'close')
    return { ...common, state: 'bound', queue: NOTHING }
  return {
    ...common,
    state: tcb.state === 'closed' ? 'closed' : (tcb.state satisfies SocketState),
    peer: endpointOf(peerEnd),
    queue: { receive: tcb.incoming?.length ?? 0, send: tcb.outgoing?.length ?? 0 },
    timer: timerOf(tcb, one.host.below.now()),
    tcp: numbersOf(tcb, one.host.below.now()),
  }
}

const NOTHING = { receive: 0, send: 0 } as const

function requestRow({ tcb, listener }: Request, now: number): Socket {
  const { family, uid } = listener.socket.space
  return {
    ...base('tcp', { family, uid, v6only: false }, 0, 0),
    state: 'syn-recv',
    ...endsOf(tcb, family),
    queue: NOTHING,
    timer: timerOf(tcb, now),
  }
}

function waitingRow({ tcb, substate, until, hold }: Waiting, device: number, now: number): Socket {
  return {
    ...base('tcp', { family: hold.family, uid: 0, v6only: false }, 0, device),
    state: substate,
    ...endsOf(tcb, hold.family),
    queue: NOTHING,
    timer: { kind: 'time-wait', ms: Math.max(0, Math.round(until - now)), retransmits: 0 },
  }
}

function endsOf({ ends }: Tcb, family: 'ipv4' | 'ipv6'): { local: Endpoint; peer: Endpoint } {
  const named = (address: Address): string =>
    family === 'ipv6' && !address.includes(':') ? `::ffff:${address}` : address
  return {
    local: endpointOf({ address: named(ends.local), port: ends.localPort }),
    peer: endpointOf({ address: named(ends.remote), port: ends.remotePort }),
  }
}

const endpointOf = ({ address, port }: End): Endpoint => ({ address, port }) as Endpoint

function base(
  protocol: 'tcp' | 'udp',
  { family, uid, v6only }: Pick<SpaceSocket, 'family' | 'uid' | 'v6only'>,
  inode: number,
  device: number,
) {
  return {
    protocol,
    family,
    interface: device,
    netns: 0,
    inode,
    cookie: BigInt(inode),
    uid,
    ...(family === 'ipv6' ? { v6only } : {}),
  }
}

function timerOf(tcb: Tcb, now: number): { kind: TimerKind; ms: number; retransmits: number } {
  const { retransmitAt, delayedAckAt, keepAliveAt, probing, retries } = tcb
  const told = (kind: TimerKind, at: number) => ({
    kind,
    ms: Math.max(0, Math.round(at - now)),
    retransmits: retries,
  })
  if (retransmitAt !== Infinity) return told(probing ? 'probe' : 'retransmit', retransmitAt)
  if (keepAliveAt !== Infinity) return told('keepalive', keepAliveAt)
  if (delayedAckAt !== Infinity) return told('delayed-ack', delayedAckAt)
  return { kind: 'none', ms: 0, retransmits: 0 }
}

function numbersOf(tcb: Tcb, now: number): TcpNumbers {
  return {
    ...(tcb.smoothedMs === 0 ? {} : { rttMs: tcb.smoothedMs, rttVarMs: tcb.variationMs }),
    retransmits: tcb.resent,
    bytesAcked: tcb.bytesAcknowledged,
    bytesReceived: tcb.bytesReceived,
    sinceReceivedMs: now - tcb.lastHeardAt,
    congestionWindow: Math.floor(tcb.allowed / tcb.segment),
    mss: tcb.segment,
  }
}
