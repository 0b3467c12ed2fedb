/**
 * UDP of a simulated host (RFC 768): who gets a datagram is `PortSpace`'s to say; to a port that nobody holds the answer is
 * port unreachable. Datagrams for none of the host's own addresses are broadcast or multicast: everybody on the port gets them.
 */
import { type Address, familyOf, isMapped } from '../../model/address.ts'
import { exactKey, isWildcard, speaksV4 } from '../../model/space/local-address.ts'
import type { Action } from '../../model/space/program.ts'
import type { PortSpace } from '../../model/space/space.ts'
import type { SpaceSocket } from '../../model/space/space-socket.ts'
import { deviceOf } from '../../model/space/surroundings.ts'
import type { UdpDatagram } from '../../wire/ip/datagram.ts'
import type { Below } from './below.ts'
import { hashOf } from './sequence.ts'
import type { TransportSettings } from './settings.ts'
import type { SocketOwner } from './socket-owner.ts'
import type { HostParts } from './tcp-host.ts'
import { UdpSocket } from './udp-socket.ts'

/** What fits into an IP packet beside both headers. */
const MOST_DATA = { ipv4: 65_507, ipv6: 65_527 } as const
const HEADERS = { ipv4: 28, ipv6: 48 } as const
const ETHERNET_MTU = 1500

export class UdpHost {
  readonly below: Below
  readonly space: PortSpace
  readonly settings: TransportSettings
  readonly sockets = new Set<UdpSocket>()
  readonly #parts: HostParts
  readonly #bySpace = new Map<SpaceSocket, UdpSocket>()

  constructor(parts: HostParts) {
    this.below = parts.below
    this.space = parts.space
    this.settings = parts.settings
    this.#parts = parts
  }

  /** socket(). */
  socket(family: 'ipv4' | 'ipv6', owner: SocketOwner): UdpSocket {
    const id = this.#parts.nextId()
    this.space.adopt({ do: 'socket', id, protocol: 'udp', family, uid: owner.uid ?? 0 }, { errno: 'OK' })
    const socket = new UdpSocket(this, this.space.socket(id)!, owner, this.#parts.nextInode())
    this.sockets.add(socket)
    this.#bySpace.set(socket.space, socket)
    return socket
  }

  decide(action: Extract<Action, { do: 'set' | 'device' | 'range' | 'bind' | 'send' }>): string {
    const { errnos, drawn } = this.space.expect(action)
    const [errno = 'EINVAL'] = errnos
    this.space.adopt(action, { errno, local: { address: '', port: drawn ?? 0 } })
    return errno
  }

  connect({ space }: UdpSocket, address: Address, port: number): string {
    if (space.family === 'ipv4' && address.includes(':')) return 'EAFNOSUPPORT'
    const target = this.space.target(space, { do: 'connect', id: space.id, address, port })
    const source =
      target.mapped && space.v6only ? undefined : this.#sourceOf(space, target.address as Address, port)
    const plan =
      source === undefined
        ? this.space.udp.unreachable(space)
        : this.space.udp.connect(space, { ...target, source })
    const { errnos, drawn } = plan.expectation
    const [errno = 'EINVAL'] = errnos
    plan.commit({ errno, local: { address: '', port: drawn ?? 0 } })
    return errno
  }

  /** Takes a port if there is none yet, then looks for the way, then sends. */
  send(
    { space, mayBroadcast, hopLimit }: UdpSocket,
    data: Uint8Array,
    address: Address,
    port: number,
  ): string {
    if (space.family === 'ipv4' && address.includes(':')) return 'EAFNOSUPPORT'
    if (port === 0) return 'EINVAL'
    const wire = isMapped(address) || space.family === 'ipv4' ? 'ipv4' : 'ipv6'
    if (data.length > MOST_DATA[wire]) return 'EMSGSIZE'
    const action = { do: 'send', id: space.id, address, port } as const
    const errno = this.decide(action)
    if (errno !== 'OK') return errno
    const { address: there, device: arrivesOn } = this.space.target(space, action)
    const destination = there as Address
    if (destination === '255.255.255.255' && !mayBroadcast) return 'EACCES'
    const source = this.#sourceOf(space, destination, port)
    const refused = this.below.refusal?.(destination) ?? (source === undefined ? 'ENETUNREACH' : null)
    if (source === undefined || refused !== null) return refused ?? 'ENETUNREACH'
    const mtu = this.#parts.pathMtu.get(destination) ?? this.below.mtuTo?.(destination) ?? ETHERNET_MTU
    const sent = this.below.send(
      {
        source: source as Address,
        destination,
        hopLimit: hopLimit ?? this.settings.hopLimit,
        // What needs cutting may be cut (IP_PMTUDISC_WANT).
        dontFragment: data.length + HEADERS[wire] <= mtu,
        payload: { kind: 'udp', sourcePort: space.num, destinationPort: port, data: data.slice() },
      },
      // To nobody in particular: over loopback, also where that turns out to be a device's address.
      space.device ?? (arrivesOn === 'lo' ? 'lo' : undefined),
    )
    if (sent === 'sent') this.below.tally?.ip('datagramSent', wire)
    return sent === 'sent' ? 'OK' : sent === 'filtered' ? 'EPERM' : 'ENETUNREACH'
  }

  #sourceOf(space: SpaceSocket, destination: Address, port: number): string | undefined {
    const fixed = exactKey(space.local)
    return fixed === '0.0.0.0' || fixed === '::' ? this.below.sourceFor(destination, port) : fixed
  }

  /** A datagram that was delivered to this host; false where nobody is there for it. */
  receive(
    source: Address,
    destination: Address,
    { sourcePort, destinationPort, data }: UdpDatagram,
    device: string,
  ): boolean {
    const arrival = { source, sourcePort, address: destination, port: destinationPort, device }
    const isOwn = deviceOf(this.space.surroundings, destination) !== null
    const found = isOwn ? this.#chosen(this.space.udp.receivers(arrival), arrival) : this.#all(arrival)
    const { tally } = this.below
    const wire = familyOf(source)
    for (const space of found) {
      const socket = this.#bySpace.get(space)
      if (socket === undefined) continue
      this.space.udp.hears(space, destination)
      const mapped = space.family === 'ipv6' && !source.includes(':')
      const isTaken = socket.arrive({
        data,
        from: { address: mapped ? `::ffff:${source}` : source, port: sourcePort },
      })
      if (isTaken) tally?.ip('datagramTaken', wire)
      else for (const what of ['bufferFull', 'notTaken'] as const) tally?.ip(what, wire)
    }
    if (found.length === 0 && isOwn) tally?.ip('datagramForNobody', wire)
    return found.length > 0 || !isOwn
  }

  /** One of those who may get it, the same for each flow. */
  #chosen(
    receivers: readonly (SpaceSocket | null)[],
    { source, sourcePort }: { readonly source: string; readonly sourcePort: number },
  ): readonly SpaceSocket[] {
    const which =
      receivers.length < 2 ? 0 : hashOf(`${source} ${sourcePort}`, this.#parts.secret) % receivers.length
    const one = receivers[which]
    return one == null ? [] : [one]
  }

  /** `__udp4_lib_mcast_deliver`. */
  #all({
    address,
    port,
    device,
  }: {
    readonly address: string
    readonly port: number
    readonly device: string
  }) {
    const isV4 = !address.includes(':')
    return this.space.udp.byPort.filter(
      ({ num, device: bound, local, v6only }) =>
        num === port &&
        (bound === null || bound === device) &&
        (isWildcard(local) || exactKey(local) === address) &&
        (isV4 ? speaksV4(local) || (isWildcard(local) && !v6only) : local.v6 !== null),
    )
  }

  /** The socket that sent from there to there, as an ICMP error says (`__udp4_lib_err`). */
  sender(
    local: Address,
    port: number,
    remote: Address,
    remotePort: number,
    device: string,
  ): UdpSocket | undefined {
    const arrival = { source: remote, sourcePort: remotePort, address: local, port, device }
    const [space] = this.#chosen(this.space.udp.receivers(arrival), arrival)
    return space === undefined ? undefined : this.#bySpace.get(space)
  }

  left(socket: UdpSocket): void {
    this.sockets.delete(socket)
    this.#bySpace.delete(socket.space)
    this.space.forget(socket.space.id)
    this.space.udp.close(socket.space)
  }
}
