/** The TCP ports that are held, the connections by their four ends, and the listeners in the order they are found in. */
import { type Connected, ConnectionTable } from './connection-table.ts'
import type { LinuxDialect } from './dialect.ts'
import type { Holder, RemoteEnd, SpaceSocket } from './space-socket.ts'
import { TcpPort } from './tcp-port.ts'

export class TcpTable {
  readonly ports = new Map<number, TcpPort>()
  readonly connections = new ConnectionTable()
  /** As a search meets them: newest first, but IPv6 with SO_REUSEPORT at the end (`__inet_hash`). */
  readonly listeners: SpaceSocket[] = []
  readonly #dialect: LinuxDialect

  constructor(dialect: LinuxDialect) {
    this.#dialect = dialect
  }

  hold(holder: Holder & { num: number }, port: number, byConnect = false): TcpPort {
    let held = this.ports.get(port)
    if (held === undefined) {
      held = new TcpPort(byConnect, this.#dialect.resetOnRelease)
      this.ports.set(port, held)
    }
    held.add(holder, byConnect)
    holder.num = port
    return held
  }

  /** Gives a port back (`__inet_put_port`). */
  release(holder: Holder & { num: number }): void {
    const held = this.ports.get(holder.num)
    if (held === undefined) return
    const { num } = holder
    // The mark of connect() is taken off before the others are looked at, the number too.
    holder.connectBind = false
    held.remove(holder)
    if (held.isEmpty) this.ports.delete(num)
    else held.settle()
  }

  /** A holder takes another local address: it moves to that address's group (`inet_bhash2_update_saddr`). */
  move(socket: SpaceSocket, local: SpaceSocket['local']): void {
    const held = socket.num === 0 ? undefined : this.ports.get(socket.num)
    held?.remove(socket)
    socket.local = local
    held?.add(socket, socket.connectBind)
  }

  /** Who has these four ends already, as far as a new socket with this device sees it (`inet_match`). */
  busy(fresh: SpaceSocket, local: string, port: number, remote: RemoteEnd): Connected | null {
    return this.busyAt(fresh, local, remote)(port)
  }

  /** The same for any port of ours, for a search. */
  busyAt(fresh: SpaceSocket, local: string, remote: RemoteEnd): (port: number) => Connected | null {
    const at = this.connections.from(local, remote)
    return port => {
      for (const old of at(port)) {
        if (old !== fresh && (old.device === null || old.device === fresh.device)) return old
      }
      return null
    }
  }
}
