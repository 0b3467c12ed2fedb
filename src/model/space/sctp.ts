/**
 * SCTP over the port space: binding one address, and listening (Linux net/sctp/socket.c). No kernel has judged it
 * (`protocol-rules.ts`). It doesn't answer for associations, nor for endpoints of several addresses (sctp_bindx(3)).
 *
 * Where it differs from TCP: bind() looks at the socket's state first, then at the address, then at the privilege, in
 * either family; IP_BIND_ADDRESS_NO_PORT means nothing; a port that the system chooses is one that nobody has at any
 * address, found from a random beginning one by one, both parities alike; and listen() without one left is EAGAIN.
 */
import { type Address, isMapped } from '../address.ts'
import { portsFrom } from './choose-port.ts'
import { type LocalAddress, localV4, localV6 } from './local-address.ts'
import { done, NOTHING, type Plan, refuse } from './plan.ts'
import type { Surroundings } from './program.ts'
import { boundAddress, ownAddress } from './sctp-address.ts'
import { SctpPort } from './sctp-port.ts'
import { type SpaceSocket, wildcardOf } from './space-socket.ts'
import { deviceOf, isPrivileged, rangeOf } from './surroundings.ts'
import type { Transport } from './transport.ts'

export class Sctp implements Transport {
  readonly #ports = new Map<number, SctpPort>()
  readonly #surroundings: Surroundings

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /** `sctp_bind`, `sctp_do_bind`. */
  bind(socket: SpaceSocket, address: Address, port: number): Plan {
    const local = socket.family === 'ipv4' ? localV4(address) : localV6(address)
    const errno = this.#whyNot(socket, local, port)
    if (errno !== null) return refuse(errno)
    const candidate: SpaceSocket = { ...socket, local }
    if (port === 0) return this.#choose(socket, candidate, 'EADDRINUSE')
    const blocker = this.#ports.get(port)?.blocker(candidate, boundAddress(local), socket) ?? null
    if (blocker !== null) return refuse('EADDRINUSE', blocker)
    return done(() => this.#hold(socket, candidate, port), { address, ports: given => given === port })
  }

  #whyNot({ num, v6only, uid, device }: SpaceSocket, { v6, v4 }: LocalAddress, port: number): string | null {
    if (num !== 0) return 'EINVAL'
    if (v6 !== null && isMapped(v6) && v6only) return 'EINVAL'
    const bare = boundAddress({ v6, v4 })
    if (bare !== '0.0.0.0' && bare !== '::' && deviceOf(this.#surroundings, bare) === null)
      return 'EADDRNOTAVAIL'
    // Addresses of a narrower scope than global must be the bound device's own (`sctp_v6_available`).
    if (bare === '::1' && device !== null && device !== 'lo') return 'EADDRNOTAVAIL'
    return isPrivileged(this.#surroundings, port) && uid !== 0 ? 'EACCES' : null
  }

  /** A port that nobody has, whatever his address and flags (`sctp_get_port_local`). */
  #choose(socket: SpaceSocket, candidate: SpaceSocket, exhausted: string): Plan {
    const [low, high] = rangeOf(this.#surroundings, socket)
    const ports = portsFrom(low, high, 1).filter(
      port => !this.#ports.has(port) && !this.#surroundings.reserved.includes(port),
    )
    const address = ownAddress(candidate.local)
    return {
      expectation: {
        errnos: [ports.length > 0 ? 'OK' : exhausted],
        address,
        ports: given => ports.includes(given),
      },
      commit: ({ errno, local }) => {
        if (errno === 'OK') this.#hold(socket, candidate, local!.port)
      },
    }
  }

  /** `sctp_listen_start`: the port is asked for once more, now as a listener. */
  listen(socket: SpaceSocket): Plan {
    if (socket.state === 'listen') return done(NOTHING)
    const candidate: SpaceSocket = { ...socket, state: 'listen' }
    if (socket.num === 0)
      return this.#choose(socket, { ...candidate, local: wildcardOf(socket.family) }, 'EAGAIN')
    const held = this.#ports.get(socket.num)!
    const blocker = held.blocker(candidate, ownAddress(socket.local), socket)
    if (blocker !== null) return refuse('EADDRINUSE', blocker)
    return done(() => {
      held.mark(candidate)
      socket.state = 'listen'
    })
  }

  #hold(socket: SpaceSocket, candidate: SpaceSocket, port: number): void {
    const held = this.#ports.get(port) ?? new SctpPort(candidate)
    this.#ports.set(port, held)
    held.mark(candidate)
    held.owners.push(socket)
    const { local, state } = candidate
    Object.assign(socket, { local, state, num: port, sport: port })
  }

  close(socket: SpaceSocket): void {
    const held = this.#ports.get(socket.num)
    if (held === undefined) return
    held.owners.splice(held.owners.indexOf(socket), 1)
    if (held.owners.length === 0) this.#ports.delete(socket.num)
  }

  connect = noAssociations
  accept = noAssociations
  disconnect = noAssociations
  shutdown = noAssociations
}

function noAssociations(): never {
  throw new Error('associations of SCTP are outside of the model: ask PortSpace.outside() first')
}
