/**
 * How TCP conversations end: who keeps the port in TIME_WAIT, who gives it back, and what the other end becomes.
 */
import type { Connected } from './connection-table.ts'
import type { ReuseGroups } from './reuse-groups.ts'
import type { RemoteEnd, SpaceSocket, TimeWait } from './space-socket.ts'
import { wildcardOf } from './space-socket.ts'
import type { TcpTable } from './tcp-table.ts'

export class TcpEndings {
  readonly #table: TcpTable
  readonly #groups: ReuseGroups
  /** Connections that wait to be accepted. */
  readonly #queues = new Map<SpaceSocket, SpaceSocket[]>()
  readonly #peers = new Map<Connected, Connected>()

  constructor(table: TcpTable, groups: ReuseGroups) {
    this.#table = table
    this.#groups = groups
  }

  queueOf(listener: SpaceSocket): readonly SpaceSocket[] {
    return this.#queues.get(listener) ?? []
  }

  enqueue(listener: SpaceSocket, child: SpaceSocket, client: SpaceSocket): void {
    this.#queues.set(listener, [...this.queueOf(listener), child])
    this.#pair(child, client)
  }

  accepted(listener: SpaceSocket, child: SpaceSocket, as: number): void {
    this.#queues.set(
      listener,
      this.queueOf(listener).filter(one => one !== child),
    )
    Object.assign(child, { id: as })
  }

  /** Simultaneous open with itself: both ends of the conversation are one socket. */
  meetItself(socket: SpaceSocket): void {
    this.#pair(socket, socket)
  }

  #pair(one: Connected, other: Connected): void {
    this.#peers.set(one, other)
    this.#peers.set(other, one)
  }

  /** close(). `abort`: SO_LINGER of 0 seconds. */
  close(socket: SpaceSocket, abort: boolean): void {
    if (socket.state === 'listen') this.stopListening(socket)
    else if (abort) this.reset(socket)
    else this.#sayGoodbye(socket)
    this.leave(socket)
  }

  #sayGoodbye(socket: SpaceSocket): void {
    if (socket.state === 'established' || socket.state === 'close-wait') this.sendFin(socket)
    if (socket.state !== 'fin-wait-2') return
    const peer = this.#peers.get(socket)!
    this.#unpair(socket)
    this.#pair(this.wait(socket), peer)
  }

  /** shutdown() of what isn't closed. */
  shutdown(socket: SpaceSocket, how: 'read' | 'write' | 'both'): void {
    if (socket.state === 'syn-sent' || (socket.state === 'listen' && how !== 'write')) this.disconnect(socket)
    else if (how !== 'read' && (socket.state === 'established' || socket.state === 'close-wait'))
      this.sendFin(socket)
  }

  /** `tcp_disconnect`: the port is kept only if bind() named it, the address likewise. */
  disconnect(socket: SpaceSocket): void {
    if (socket.state === 'listen') this.stopListening(socket)
    else this.reset(socket)
    if (socket.state !== 'close') this.finish(socket)
    this.forgetAddress(socket)
    socket.remote = null
    socket.progress = 'unconnected'
  }

  /** Tells the peer with a reset, if there is one that would care. */
  reset(socket: SpaceSocket): void {
    const peer = this.#peers.get(socket)
    if (peer === undefined || peer === socket) return
    if (isTimeWait(peer)) this.end(peer)
    else this.finish(peer)
  }

  /** A FIN: by close() or by shutdown() of the writing side. */
  sendFin(socket: SpaceSocket): void {
    const peer = this.#peers.get(socket)!
    if (peer === socket) {
      // Simultaneous close: both have said goodbye, and wait.
      this.wait(socket)
      this.finish(socket)
      return
    }
    if (socket.state === 'established') {
      socket.state = 'fin-wait-2'
      if (peer.state === 'established') peer.state = 'close-wait'
      return
    }
    // The peer has said goodbye before: it waits, we are done.
    this.finish(socket)
    if (isTimeWait(peer)) return
    this.wait(peer)
    this.finish(peer)
  }

  /** The state becomes CLOSE; the port goes back unless bind() named it (`tcp_set_state`). */
  finish(socket: SpaceSocket): void {
    this.#unpair(socket)
    this.#table.connections.drop(socket)
    socket.state = 'close'
    if (!socket.portLock) this.giveBack(socket)
  }

  giveBack(socket: SpaceSocket): void {
    if (socket.num === 0) return
    this.#table.release(socket)
    socket.num = 0
  }

  /** The address is the wildcard again unless bind() named one (`inet_bhash2_reset_saddr`). */
  forgetAddress(socket: SpaceSocket): void {
    if (socket.addressLock) return
    this.#table.move(socket, wildcardOf(socket.family))
  }

  /** A TIME_WAIT ends early. */
  end(timeWait: TimeWait): void {
    this.#table.connections.drop(timeWait)
    this.#table.release(timeWait)
  }

  /** A new SYN meets what is left of an older conversation with the same ends: a TIME_WAIT gives way, others are reset. */
  resetStale(socket: SpaceSocket, source: string, remote: RemoteEnd): void {
    const stale = { address: source, port: socket.num }
    for (const old of this.#table.connections.between(remote.address, remote.port, stale)) {
      if (isTimeWait(old)) this.end(old)
      else this.finish(old)
    }
  }

  stopListening(listener: SpaceSocket): void {
    const { listeners } = this.#table
    listeners.splice(listeners.indexOf(listener), 1)
    this.#groups.leave(listener)
    for (const child of this.queueOf(listener)) {
      this.reset(child)
      this.leave(child)
    }
    this.#queues.delete(listener)
  }

  /** What is left of the socket goes on as the kernel's small kind of socket, with its flags as they were. */
  wait(socket: SpaceSocket): TimeWait {
    const { uid, reuseAddress, reusePort, v6only, device, local, connectBind, family, num } = socket
    const timeWait: TimeWait = {
      id: socket.id,
      protocol: 'tcp',
      family,
      uid,
      reuseAddress,
      reusePort,
      v6only,
      device,
      local,
      connectBind,
      state: 'time-wait',
      num,
      remote: socket.remote!,
    }
    this.#table.hold(timeWait, num, connectBind)
    this.#table.connections.add(timeWait)
    return timeWait
  }

  /** Nothing of the socket is left. */
  leave(socket: SpaceSocket): void {
    this.#unpair(socket)
    this.#table.connections.drop(socket)
    this.giveBack(socket)
  }

  #unpair(one: Connected): void {
    const other = this.#peers.get(one)
    this.#peers.delete(one)
    if (other !== undefined) this.#peers.delete(other)
  }
}

export const isTimeWait = (one: Connected): one is TimeWait => one.state === 'time-wait'
