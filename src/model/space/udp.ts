/**
 * UDP over the port space: taking ports, connecting, and the lists that decide who gets a datagram.
 *
 * The order of the lists is observable: new sockets go to the head, but IPv6 sockets with SO_REUSEPORT to the tail
 * (Linux `udp_lib_get_port`, `sk_add_node_rcu`).
 */
import type { Address } from '../address.ts'
import { bind } from './bind.ts'
import { portsFrom } from './choose-port.ts'
import { type Datagram, type DatagramLists, receiversOf } from './demux-datagram.ts'
import { shareGroup } from './demux-listener.ts'
import type { LinuxDialect } from './dialect.ts'
import { drawAny } from './draw-port.ts'
import type { Living } from './living.ts'
import { exactKey, type LocalAddress, localV4, localV6, overlaps } from './local-address.ts'
import { done, drawnOf, type Plan, refuse } from './plan.ts'
import type { Outcome, Surroundings } from './program.ts'
import { ReuseGroups } from './reuse-groups.ts'
import { devicesOverlap } from './sharing.ts'
import { type SpaceSocket, wildcardOf } from './space-socket.ts'
import { rangeOf, sourceFor, type Target } from './surroundings.ts'
import type { Transport } from './transport.ts'

/** Beyond so many sockets of a hash chain the kernel looks at other lists; what it then answers depends on hashes. */
export const MOST_SOCKETS_OF_A_PORT = 10

export class Udp implements Transport {
  /** By port, as a bind looks at them. */
  readonly byPort: SpaceSocket[] = []
  /** By address and port, as a datagram meets them. */
  readonly byAddress: SpaceSocket[] = []
  readonly groups = new ReuseGroups()
  /** Under which four ends a connected socket is found; not always those that it has. Newest first. */
  readonly fourTuples: [socket: SpaceSocket, key: string][] = []
  /** Peer addresses of IPv6 sockets: they outlive the connection (`sk_v6_daddr`). */
  readonly v6Peers = new Map<SpaceSocket, string>()
  readonly #surroundings: Surroundings
  readonly #dialect: LinuxDialect
  readonly #living: Living | undefined

  constructor(dialect: LinuxDialect, surroundings: Surroundings, living?: Living) {
    this.#dialect = dialect
    this.#living = living
    this.#surroundings = surroundings
  }

  bind(socket: SpaceSocket, address: Address, port: number): Plan {
    return bind(socket, address, port, this.#surroundings, this)
  }

  take(socket: SpaceSocket, candidate: SpaceSocket, port: number): Plan {
    if (port === 0) return this.#choose(socket, candidate, 'EADDRINUSE')
    const blocker = this.#inUse(candidate, port)
    if (blocker !== null) return refuse('EADDRINUSE', blocker)
    return done(() => this.#hold(socket, port), { ports: given => given === port })
  }

  /** The first socket that cares decides (`udp_lib_lport_inuse`). */
  #inUse(candidate: SpaceSocket, port: number): SpaceSocket | null {
    for (const old of this.byPort) {
      if (old.num !== port || old.id === candidate.id || !meets(candidate, old)) continue
      return this.#shares(candidate, old) ? null : old
    }
    return null
  }

  #shares(candidate: SpaceSocket, old: SpaceSocket): boolean {
    return old.reusePort && candidate.reusePort && old.uid === candidate.uid
  }

  #choose(socket: SpaceSocket, candidate: SpaceSocket, exhausted: string): Plan {
    const [low, high] = rangeOf(this.#surroundings, socket)
    const isFree = (port: number): boolean =>
      !this.#surroundings.reserved.includes(port) &&
      !this.byPort.some(old => old.num === port && meets(candidate, old) && !this.#shares(candidate, old))
    const drawn = this.#living === undefined ? null : drawAny(low, high, isFree, this.#living.draw)
    const ports =
      this.#living === undefined ? portsFrom(low, high, 1).filter(isFree) : drawn === null ? [] : [drawn]
    return {
      expectation: {
        errnos: [ports.length > 0 ? 'OK' : exhausted],
        ports: port => ports.includes(port),
        ...drawnOf(drawn),
      },
      commit: ({ errno, local }) => {
        if (errno === 'OK') this.#hold(socket, local!.port)
      },
    }
  }

  #hold(socket: SpaceSocket, port: number): void {
    socket.num = port
    socket.sport = port
    if (socket.reusePort)
      this.groups.join(
        socket,
        this.byPort.find(other => shareGroup(socket, other)),
      )
    if (socket.reusePort && socket.family === 'ipv6') {
      this.byPort.push(socket)
      this.byAddress.push(socket)
    } else {
      this.byPort.unshift(socket)
      this.byAddress.unshift(socket)
    }
  }

  listen(): Plan {
    return refuse('EOPNOTSUPP')
  }

  accept(): Plan {
    return refuse('EOPNOTSUPP')
  }

  shutdown(): Plan {
    return refuse('ENOTCONN')
  }

  /** connect(), which takes a port first and asks nobody whether the four ends are free. */
  connect(socket: SpaceSocket, target: Target): Plan {
    return this.#withPort(socket, () => this.#connected(socket, target))
  }

  /** A datagram goes out; what it needs for that is taken as connect() takes it. */
  send(socket: SpaceSocket, { address: destination, port, device }: Target): Plan {
    const plan = this.#withPort(socket, () => {})
    const commit = (outcome: Outcome): void => {
      plan.commit(outcome)
      const receiver = this.byPort.find(({ id }) => id === outcome.receiver)
      if (receiver !== undefined) this.hears(receiver, destination)
    }
    const fixed = exactKey(socket.local)
    const source = fixed === '0.0.0.0' || fixed === '::' ? sourceFor(destination) : fixed
    const receivers = (sourcePort: number) => {
      // The port it takes for this may be the one it sends to.
      const lists = socket.num === 0 ? this.#withSender(socket, sourcePort) : this
      return receiversOf(
        lists,
        { source, sourcePort, address: destination, port, device: device! },
        this.#dialect,
      ).map(idOf)
    }
    return { ...plan, commit, expectation: { ...plan.expectation, receivers } }
  }

  /** A socket gets a datagram that was sent to that address. */
  hears(socket: SpaceSocket, destination: string): void {
    // Over IPv6 a former peer counts, too (`udp_queue_rcv_one_skb`, `udpv6_queue_rcv_one_skb`).
    if (socket.remote !== null || (destination.includes(':') && this.v6Peers.has(socket))) socket.heard = true
  }

  /** Who may get a datagram that arrives; `[null]` when nobody does. */
  receivers(datagram: Datagram): readonly (SpaceSocket | null)[] {
    return receiversOf(this, datagram, this.#dialect)
  }

  /** The lists as they are once the sender has the port. */
  #withSender(socket: SpaceSocket, port: number): DatagramLists {
    const sender = { ...socket, num: port }
    const { fourTuples, groups } = this
    const peer = this.v6Peers.get(socket)
    const v6Peers = peer === undefined ? this.v6Peers : new Map([...this.v6Peers, [sender, peer]])
    const last = socket.reusePort && socket.family === 'ipv6'
    const byAddress = last ? [...this.byAddress, sender] : [sender, ...this.byAddress]
    const fellow = socket.reusePort ? this.byPort.find(other => shareGroup(sender, other)) : undefined
    const group = fellow === undefined ? [] : (groups.membersOf(fellow) ?? [fellow])
    const isGrouped = (one: SpaceSocket): boolean => one === sender || group.includes(one)
    return {
      byPort: this.byPort,
      byAddress,
      fourTuples,
      v6Peers,
      groups: {
        membersOf: one => (isGrouped(one) ? [...group, sender] : groups.membersOf(one)),
        hasConnections: one => groups.hasConnections(one === sender ? (fellow ?? one) : one),
      },
    }
  }

  /** Takes a port, and then there is no way. */
  unreachable(socket: SpaceSocket): Plan {
    const plan = this.#withPort(socket, () => {})
    const errnos = plan.expectation.errnos.map(errno => (errno === 'OK' ? 'ENETUNREACH' : errno))
    return {
      expectation: { ...plan.expectation, errnos },
      commit: outcome => {
        if (outcome.errno === 'ENETUNREACH') plan.commit({ ...outcome, errno: 'OK' })
      },
    }
  }

  #withPort(socket: SpaceSocket, settle: () => void): Plan {
    if (socket.num !== 0) return done(settle, { ports: port => port === socket.sport })
    const plan = this.#choose(socket, socket, 'EAGAIN')
    return {
      ...plan,
      commit: outcome => {
        plan.commit(outcome)
        if (outcome.errno === 'OK') settle()
      },
    }
  }

  #connected(socket: SpaceSocket, target: Target): void {
    const { address: destination, mapped, port } = target
    const { groups } = this
    socket.remote = { address: destination, port }
    const fixed = exactKey(socket.local)
    if (fixed === '0.0.0.0' || fixed === '::') {
      const source = target.source ?? sourceFor(destination)
      const named = mapped ? `::ffff:${source}` : source
      this.#relocate(
        socket,
        socket.family === 'ipv4' ? localV4(source as Address) : localV6(named as Address),
      )
    }
    if (socket.family === 'ipv6') this.v6Peers.set(socket, mapped ? `::ffff:${destination}` : destination)
    groups.noteConnection(socket)
    socket.state = 'established'
    if (!this.#dialect.udpFourTuples || this.fourTuples.some(([one]) => one === socket)) return
    groups.leave(socket)
    this.fourTuples.unshift([socket, fourTuple(socket, destination, port)])
  }

  /** connect() with AF_UNSPEC (`__udp_disconnect`): it also takes the socket off its device. */
  disconnect(socket: SpaceSocket): void {
    socket.state = 'close'
    socket.remote = null
    socket.device = null
    if (!socket.addressLock) {
      if (socket.portLock) {
        this.#relocate(socket, wildcardOf(socket.family))
        this.#forgetFourTuple(socket)
      } else socket.local = wildcardOf(socket.family)
    }
    if (!socket.portLock) {
      this.#unhash(socket)
      socket.sport = 0
    }
  }

  /**
   * SO_BINDTODEVICE on a socket that has a port takes it out of its group, and lets it be found by the four ends that it has
   * now, where it was found by those that it had first (`sock_bindtoindex_locked`, `udp_rehash4`).
   */
  deviceChanged(socket: SpaceSocket): void {
    this.#relocate(socket, socket.local)
    const entry = this.fourTuples.find(([one]) => one === socket)
    if (entry === undefined) return
    // Dissolved, the conversation has no other end, and no datagram has none.
    const key = socket.remote === null ? '' : fourTuple(socket, socket.remote.address, socket.remote.port)
    if (key === entry[1]) return
    take(this.fourTuples, entry)
    this.fourTuples.unshift([socket, key])
  }

  close(socket: SpaceSocket): void {
    this.#unhash(socket)
  }

  /** It takes an address, and the place in the lists that goes with it (`udp_lib_rehash`). */
  #relocate(socket: SpaceSocket, local: LocalAddress): void {
    const moved = exactKey(local) !== exactKey(socket.local)
    socket.local = local
    this.groups.leave(socket)
    if (!moved) return
    take(this.byAddress, socket)
    this.byAddress.unshift(socket)
  }

  #unhash(socket: SpaceSocket): void {
    if (socket.num === 0) return
    this.groups.leave(socket)
    take(this.byPort, socket)
    take(this.byAddress, socket)
    this.#forgetFourTuple(socket)
    socket.num = 0
  }

  #forgetFourTuple(socket: SpaceSocket): void {
    const entry = this.fourTuples.find(([one]) => one === socket)
    if (entry !== undefined) take(this.fourTuples, entry)
  }
}

/** The two would be in each other's way but for SO_REUSEPORT. */
const meets = (candidate: SpaceSocket, old: SpaceSocket): boolean =>
  !(old.reuseAddress && candidate.reuseAddress) &&
  devicesOverlap(old.device, candidate.device) &&
  overlaps(candidate, old)

const fourTuple = ({ local, num }: SpaceSocket, address: string, port: number): string =>
  `${exactKey(local)} ${num} ${address} ${port}`

const idOf = (socket: SpaceSocket | null): number | null => (socket === null ? null : socket.id)

function take<T>(list: T[], one: T): void {
  list.splice(list.indexOf(one), 1)
}
