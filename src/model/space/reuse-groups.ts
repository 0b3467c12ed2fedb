/** Sockets that share an endpoint's traffic by SO_REUSEPORT (Linux `sock_reuseport`). */
import type { SpaceSocket } from './space-socket.ts'

export class ReuseGroups {
  readonly #groups = new Map<SpaceSocket, SpaceSocket[]>()
  readonly #withConnections = new WeakSet<SpaceSocket[]>()

  /** A socket of no group joins the group of `other`, which gets one if it has none; a new one without it. */
  join(socket: SpaceSocket, other: SpaceSocket | undefined): void {
    const group = (other === undefined ? undefined : this.#groups.get(other)) ?? []
    if (other !== undefined && !group.includes(other)) {
      group.push(other)
      this.#groups.set(other, group)
    }
    group.push(socket)
    this.#groups.set(socket, group)
  }

  leave(socket: SpaceSocket): void {
    const group = this.#groups.get(socket)
    if (group === undefined) return
    group.splice(group.indexOf(socket), 1)
    this.#groups.delete(socket)
  }

  /** Undefined for a socket in no group. */
  membersOf(socket: SpaceSocket): readonly SpaceSocket[] | undefined {
    return this.#groups.get(socket)
  }

  /** Marks the socket's group: one of its members was connected (`reuseport_has_conns_set`). */
  noteConnection(socket: SpaceSocket): void {
    const group = this.#groups.get(socket)
    if (group !== undefined) this.#withConnections.add(group)
  }

  hasConnections(socket: SpaceSocket): boolean {
    const group = this.#groups.get(socket)
    return group !== undefined && this.#withConnections.has(group)
  }
}
