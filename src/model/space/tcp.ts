/**
 * TCP over the port space: taking ports, listening, connecting, and how conversations end.
 *
 * Between sockets of one namespace handshakes and farewells are over when a call returns. Where a network is between them,
 * `openConnection` begins what `connect` does, and whoever hears the answer tells what came of it.
 */
import type { Address } from '../address.ts'
import { bind } from './bind.ts'
import { type Choice, chooseForBind, chooseForConnect, NO_CHOICE } from './choose-port.ts'
import type { Connected } from './connection-table.ts'
import { type Arrival, listenersFor, shareGroup } from './demux-listener.ts'
import type { LinuxDialect } from './dialect.ts'
import { drawForBind, drawForConnect, drawnChoice } from './draw-port.ts'
import type { Living } from './living.ts'
import { exactKey } from './local-address.ts'
import { done, drawnOf, NOTHING, type Plan, refuse } from './plan.ts'
import type { Outcome, SocketId, Surroundings } from './program.ts'
import { ReuseGroups } from './reuse-groups.ts'
import type { RemoteEnd, SpaceSocket } from './space-socket.ts'
import { hasOwnRange, rangeOf, sourceFor, type Target } from './surroundings.ts'
import { isTimeWait, TcpEndings } from './tcp-endings.ts'
import { departed, newChild } from './tcp-ends.ts'
import { TcpTable } from './tcp-table.ts'
import type { Transport } from './transport.ts'

export class Tcp implements Transport {
  readonly table: TcpTable
  readonly groups = new ReuseGroups()
  readonly endings: TcpEndings
  readonly #surroundings: Surroundings
  readonly #dialect: LinuxDialect
  readonly #living: Living | undefined

  constructor(dialect: LinuxDialect, surroundings: Surroundings, living?: Living) {
    this.#dialect = dialect
    this.#surroundings = surroundings
    this.#living = living
    this.table = new TcpTable(dialect)
    this.endings = new TcpEndings(this.table, this.groups)
  }

  bind(socket: SpaceSocket, address: Address, port: number): Plan {
    return bind(socket, address, port, this.#surroundings, this)
  }

  /** `inet_csk_get_port`. */
  take(socket: SpaceSocket, candidate: SpaceSocket, port: number): Plan {
    if (port === 0) return this.#choose(socket, candidate)
    const held = this.table.ports.get(port)
    const blocker = held?.letsIn(candidate) === false ? held.conflict(candidate, 'bind') : null
    if (blocker !== null) return refuse('EADDRINUSE', blocker)
    return done(() => this.#hold(socket, candidate, port), { ports: given => given === port })
  }

  #hold(socket: SpaceSocket, candidate: SpaceSocket, port: number): void {
    this.table.hold(socket, port).mark(candidate)
  }

  /** bind() to port 0, and listen() without a port (`inet_csk_find_open_port`). */
  #choose(socket: SpaceSocket, candidate: SpaceSocket): Plan {
    const { reserved, autobindReuse } = this.#surroundings
    const [low, high] = rangeOf(this.#surroundings, socket)
    const free = (strictness: 'choose' | 'choose-again') => (port: number) =>
      !reserved.includes(port) &&
      (this.table.ports.get(port)?.conflict(candidate, strictness) ?? null) === null
    const choose = (isFree: (port: number) => boolean): Choice =>
      this.#living === undefined
        ? chooseForBind(low, high, candidate.reuseAddress, isFree)
        : drawnChoice(drawForBind(low, high, candidate.reuseAddress, isFree, this.#living.draw))
    const first = choose(free('choose'))
    const again: Choice = first.canFail && autobindReuse ? choose(free('choose-again')) : NO_CHOICE
    const fails = first.canFail && again.canFail
    const ports = new Set([...first.ports, ...again.ports])
    return {
      expectation: {
        errnos: [...(ports.size > 0 ? ['OK'] : []), ...(fails ? ['EADDRINUSE'] : [])],
        ports: port => ports.has(port),
        ...drawnOf(first.drawn ?? again.drawn),
      },
      commit: ({ errno, local }) => {
        if (errno === 'OK') this.#hold(socket, candidate, local!.port)
      },
    }
  }

  /** `inet_csk_listen_start`: the port is asked for once more, now as a listener. */
  listen(socket: SpaceSocket): Plan {
    if (socket.progress !== 'unconnected') return refuse('EINVAL')
    if (socket.state === 'listen') return done(NOTHING)
    const candidate: SpaceSocket = { ...socket, state: 'listen' }
    const plan = socket.num === 0 ? this.#choose(socket, candidate) : this.#relisten(socket, candidate)
    return {
      ...plan,
      commit: outcome => {
        if (outcome.errno !== 'OK') return
        plan.commit(outcome)
        this.#startListening(socket)
      },
    }
  }

  #relisten(socket: SpaceSocket, candidate: SpaceSocket): Plan {
    const held = this.table.ports.get(socket.num)!
    const blocker = held.letsIn(candidate) ? null : held.conflict(candidate, 'bind', socket)
    if (blocker !== null) return refuse('EADDRINUSE', blocker)
    return done(() => held.mark(candidate), { ports: port => port === socket.num })
  }

  #startListening(socket: SpaceSocket): void {
    const { listeners } = this.table
    socket.state = 'listen'
    socket.sport = socket.num
    if (socket.reusePort)
      this.groups.join(
        socket,
        listeners.find(other => shareGroup(socket, other)),
      )
    if (socket.reusePort && socket.family === 'ipv6') listeners.push(socket)
    else listeners.unshift(socket)
  }

  accept(listener: SpaceSocket, as: SocketId, adopt: (child: SpaceSocket) => void): Plan {
    if (listener.state !== 'listen') return refuse('EINVAL')
    const [child] = this.endings.queueOf(listener)
    if (child === undefined) return refuse('EAGAIN')
    const taken = (): void => {
      this.endings.accepted(listener, child, as)
      adopt(child)
    }
    return done(taken, { ports: port => port === child.sport })
  }

  connect(socket: SpaceSocket, { address: destination, mapped, port, device }: Target): Plan {
    const why = whyBusy(socket)
    if (why !== null) return refuse(why)
    const fixed = exactKey(socket.local)
    const source = fixed === '0.0.0.0' || fixed === '::' ? sourceFor(destination) : fixed
    const remote = { address: destination, port }
    const found = this.listenersFor({ address: destination, port, device: device! })
    const choice = this.portFor(socket, source, remote)
    // The port it takes may be the one it asks for: it meets itself (RFC 9293 section 3.5, simultaneous open).
    const meetsItself = (own: number): boolean => source === destination && own === port
    const comesTo = (own: number): readonly string[] => {
      if (meetsItself(own)) return ['OK']
      const older = this.#older(own, source, remote)
      if (older.length === 0) return [found.length > 0 ? 'OK' : 'ECONNREFUSED']
      if (found.length === 0 || !older.every(isTimeWait)) return ['EINPROGRESS']
      return socket.counts ? ['OK', 'EINPROGRESS'] : ['OK']
    }
    return {
      expectation: {
        errnos: [
          ...new Set([...choice.ports].flatMap(comesTo)),
          ...(choice.canFail ? ['EADDRNOTAVAIL'] : []),
        ],
        ports: own => choice.ports.has(own),
        receivers: own => (meetsItself(own) ? [null] : found.map(({ id }) => id)),
      },
      commit: outcome => this.#connected(socket, outcome, source, mapped, remote, found),
    }
  }

  /**
   * What the other side still has of a conversation with the same ends: it answers that and not the SYN, and our answer ends
   * it; only the next SYN, a second later, would be a new one's. A TIME_WAIT gives way if somebody listens, to a SYN that is
   * newer by its number or its timestamp (RFC 9293 section 3.10.7.4, RFC 6191, `tcp_timewait_state_process`): a first SYN
   * always is; a socket that has counted before goes on from its own number, and in the same millisecond that is chance.
   */
  #older(own: number, source: string, { address, port }: RemoteEnd): readonly Connected[] {
    return this.table.connections.between(address, port, { address: source, port: own })
  }

  disconnect(socket: SpaceSocket): void {
    this.endings.disconnect(socket)
  }

  shutdown(socket: SpaceSocket, how: 'read' | 'write' | 'both'): Plan {
    if (socket.state === 'close') return refuse('ENOTCONN')
    return done(() => this.endings.shutdown(socket, how))
  }

  close(socket: SpaceSocket, abort: boolean): void {
    this.endings.close(socket, abort)
  }

  /** The ports that connect() may take, or has. */
  portFor(socket: SpaceSocket, source: string, remote: RemoteEnd): Choice {
    const busy = this.table.busyAt(socket, source, remote)
    if (socket.num !== 0) {
      const old = busy(socket.num)
      // A TIME_WAIT with the same ends gives way to one who holds the port (`tcp_twsk_unique`).
      if (old !== null && old.state !== 'time-wait') return NO_CHOICE
      return drawnChoice(socket.num)
    }
    const [low, high] = rangeOf(this.#surroundings, socket)
    const free = (port: number): boolean => {
      if (this.#surroundings.reserved.includes(port)) return false
      const held = this.table.ports.get(port)
      if (held === undefined || !held.connectMayChoose) return held === undefined
      const old = busy(port)
      return old === null || (isTimeWait(old) && this.#living?.mayTake?.(old) === true)
    }
    const everyPort = hasOwnRange(socket) && this.#dialect.rangeStepOne
    if (this.#living === undefined) return chooseForConnect(low, high, everyPort, free)
    return drawnChoice(drawForConnect(low, high, everyPort, free, this.#living.draw))
  }

  #connected(
    socket: SpaceSocket,
    outcome: Outcome,
    source: string,
    mapped: boolean,
    remote: RemoteEnd,
    found: readonly SpaceSocket[],
  ): void {
    const { errno, receiver } = outcome
    if (!departed(this.table, this.endings, socket, outcome, { source, mapped, remote })) return
    if (source === remote.address && socket.num === remote.port) {
      socket.remote = remote
      this.table.connections.add(socket)
      socket.state = 'established'
      socket.progress = 'connected'
      this.endings.meetItself(socket)
      return
    }
    this.endings.resetStale(socket, source, remote)
    if (errno === 'ECONNREFUSED') {
      this.endings.finish(socket)
      this.endings.forgetAddress(socket)
      return
    }
    socket.remote = remote
    this.table.connections.add(socket)
    const listener = found.find(({ id }) => id === receiver)
    if (listener === undefined) {
      socket.state = 'syn-sent'
      socket.progress = 'connecting'
      return
    }
    socket.state = 'established'
    socket.progress = 'connected'
    this.endings.enqueue(listener, this.childOf(listener, remote, source, socket.num), socket)
  }

  /** Who may get a connection that arrives. */
  listenersFor(arrival: Arrival): readonly SpaceSocket[] {
    return listenersFor(arrival, this.table.listeners, one => this.groups.membersOf(one))
  }

  /** The other end of a conversation, at the listener's side; it holds the port and is found by its four ends. */
  childOf(listener: SpaceSocket, own: RemoteEnd, address: string, port: number): SpaceSocket {
    const child = newChild(listener, own, { address, port })
    this.table.hold(child, own.port)
    this.table.connections.add(child)
    return child
  }
}

/** Why connect() isn't even begun, or null (`__inet_stream_connect`). */
export function whyBusy({ progress, state }: SpaceSocket): string | null {
  if (progress === 'connecting') return 'EALREADY'
  return progress === 'connected' || state !== 'close' ? 'EISCONN' : null
}
