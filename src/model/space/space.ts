/**
 * The port space of a host: who may bind, listen and connect where, what is refused and why, and who gets what arrives.
 *
 * It answers for TCP and UDP over IPv4 and IPv6 within one network namespace, as Linux decides it (net/ipv4, net/ipv6;
 * RFC 9293 for TCP's states, RFC 6056 for the choice of ports), in the dialect it is given; and for binds and listens of
 * SCTP and DCCP, each in a space of its own, by rules that no kernel has judged (`protocol-rules.ts`). It doesn't answer for
 * VRFs, multicast, SO_INCOMING_CPU and BPF programs, nor for more than ten UDP sockets on a port.
 *
 * An action is first looked at (`expect`), which changes nothing, and then becomes true (`adopt`) with what really came
 * of it: where the system chooses by chance, the model takes over its choice. A space that *lives*, a simulated host's, draws
 * instead (`Living`): of all choices one is expected, and connections are begun by `openConnection` and ended by what arrives.
 */
import { type Address, isMapped, parseAddress, unmap } from '../address.ts'
import type { LinuxDialect } from './dialect.ts'
import type { Living } from './living.ts'
import { exactKey } from './local-address.ts'
import { whyOutside } from './outside.ts'
import { done, type Plan, refuse } from './plan.ts'
import type { Action, End, Expectation, Outcome, SocketId, SpaceProtocol, Surroundings } from './program.ts'
import { errnoOfMissing } from './protocol-rules.ts'
import { Sctp } from './sctp.ts'
import { setOption } from './set-option.ts'
import { localEndOf, newSocket, peerEndOf, type SpaceSocket } from './space-socket.ts'
import { deviceOf, type Target } from './surroundings.ts'
import { Tcp, whyBusy } from './tcp.ts'
import type { Transport } from './transport.ts'
import { Udp } from './udp.ts'

export { LINUX_DIALECTS, type LinuxDialect, linuxDialect } from './dialect.ts'
export type { Action, Expectation, Outcome, Program, Surroundings } from './program.ts'
export { PROTOCOL_RULES, type ProtocolRules } from './protocol-rules.ts'

export class PortSpace {
  readonly surroundings: Surroundings
  readonly tcp: Tcp
  readonly udp: Udp
  readonly #dialect: LinuxDialect
  readonly #transports: Readonly<Record<SpaceProtocol, Transport>>
  readonly #sockets = new Map<SocketId, SpaceSocket>()
  #planned: { readonly action: Action; readonly plan: Plan } | null = null

  constructor(dialect: LinuxDialect, surroundings: Surroundings, living?: Living) {
    this.surroundings = surroundings
    this.#dialect = dialect
    this.tcp = new Tcp(dialect, surroundings, living)
    this.udp = new Udp(dialect, surroundings, living)
    this.#transports = {
      tcp: this.tcp,
      udp: this.udp,
      sctp: new Sctp(surroundings),
      dccp: new Tcp(dialect, surroundings),
    }
  }

  socket(id: SocketId): SpaceSocket | undefined {
    return this.#sockets.get(id)
  }

  /** What getsockname() tells of a socket; null when there is none. */
  localEnd(id: SocketId): End | null {
    const socket = this.#sockets.get(id)
    return socket === undefined ? null : localEndOf(socket)
  }

  /** What getpeername() tells; null without a peer. */
  peerEnd(id: SocketId): End | null {
    const socket = this.#sockets.get(id)
    return socket === undefined ? null : peerEndOf(socket)
  }

  /** Why the model doesn't judge an action here, by name; null when it does. */
  outside(action: Action): string | null {
    return whyOutside(this, action)
  }

  /** What the action may come to. */
  expect(action: Action): Expectation {
    return this.plan(action).expectation
  }

  /** Makes it true, as it came. */
  adopt(action: Action, outcome: Outcome): void {
    this.plan(action).commit(outcome)
    this.#planned = null
  }

  plan(action: Action): Plan {
    if (this.#planned?.action !== action) this.#planned = { action, plan: this.#plan(action) }
    return this.#planned.plan
  }

  /** A connection that arrived becomes a socket of the space. */
  adopted(child: SpaceSocket, id: SocketId): void {
    Object.assign(child, { id })
    this.#sockets.set(id, child)
  }

  /** A socket is closed: no action names it any more. What the network still has to end is its transport's. */
  forget(id: SocketId): void {
    this.#sockets.delete(id)
  }

  #plan(action: Action): Plan {
    if (action.do === 'socket') {
      const { id, protocol, family, uid } = action
      const missing = errnoOfMissing(this.#dialect, protocol)
      if (missing !== null) return refuse(missing)
      return done(() => this.#sockets.set(id, newSocket(id, protocol, family, uid)))
    }
    const socket = this.#sockets.get(action.id)
    if (socket === undefined) return refuse('EBADF')
    const transport = this.#transports[socket.protocol]
    switch (action.do) {
      case 'set':
      case 'device':
      case 'range':
        return setOption(socket, action, () => this.udp.deviceChanged(socket))
      case 'bind':
        return transport.bind(socket, parseAddress(action.address), action.port)
      case 'listen':
        return transport.listen(socket)
      case 'connect':
      case 'send': {
        const target = this.target(socket, action)
        if (target.mapped && socket.v6only) return this.#unreachable(socket)
        return action.do === 'send' ? this.udp.send(socket, target) : transport.connect(socket, target)
      }
      case 'disconnect':
        return done(() => transport.disconnect(socket))
      case 'accept':
        return transport.accept(socket, action.as, child => this.#sockets.set(action.as, child))
      case 'shutdown':
        return transport.shutdown(socket, action.how)
      case 'close':
        return done(() => {
          this.#sockets.delete(socket.id)
          transport.close(socket, action.abort === true)
        })
    }
  }

  /** IPv4 from an IPv6 socket that is for IPv6 only: a datagram socket has taken a port before that is noticed. */
  #unreachable(socket: SpaceSocket): Plan {
    return socket.protocol === 'udp' ? this.udp.unreachable(socket) : refuse(whyBusy(socket) ?? 'ENETUNREACH')
  }

  /** Where a connect or send goes. */
  target(
    socket: SpaceSocket,
    { do: verb, address, port }: Extract<Action, { do: 'connect' | 'send' }>,
  ): Target {
    const named = parseAddress(address)
    const mapped = isMapped(named)
    const wire = unmap(named)
    const number = typeof port === 'number' ? port : (this.#sockets.get(port.of)?.sport ?? 0)
    const to = (destination: string, byV4 = mapped): Target => ({
      address: destination,
      mapped: byV4,
      port: number,
      // A datagram to nobody in particular goes over loopback, also where that turns out to be a device's address.
      device: wire === '0.0.0.0' && verb === 'send' ? 'lo' : deviceOf(this.surroundings, destination),
    })
    if (wire === '0.0.0.0') {
      const own = exactKey(socket.local)
      return to(own === '0.0.0.0' || own.includes(':') ? '127.0.0.1' : own)
    }
    if (wire !== '::') return to(wire)
    return isMapped(socket.local.v6 ?? ('' as Address)) ? to('127.0.0.1', true) : to('::1')
  }
}
