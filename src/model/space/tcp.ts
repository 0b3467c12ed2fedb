/**
 * TCP over the port space: taking ports, listening, connecting, and how conversations end.
 *
 * Everything happens between sockets of one namespace, so handshakes and farewells are over when a call returns.
 */
import type { Address } from '../address.ts'
import { bind } from './bind.ts'
import { type Choice, chooseForBind, chooseForConnect, NO_CHOICE } from './choose-port.ts'
import { listenersFor, shareGroup } from './demux-listener.ts'
import type { LinuxDialect } from './dialect.ts'
import { exactKey, localV4, localV6 } from './local-address.ts'
import { done, NOTHING, type Plan, refuse } from './plan.ts'
import type { Outcome, SocketId, Surroundings } from './program.ts'
import { ReuseGroups } from './reuse-groups.ts'
import { newSocket, type RemoteEnd, type SpaceSocket } from './space-socket.ts'
import { hasOwnRange, rangeOf, sourceFor, type Target } from './surroundings.ts'
import { isTimeWait, TcpEndings } from './tcp-endings.ts'
import { TcpTable } from './tcp-table.ts'
import type { Transport } from './transport.ts'

export class Tcp implements Transport {
  readonly table: TcpTable
  readonly groups = new ReuseGroups()
  readonly endings: TcpEndings
  readonly #surroundings: Surroundings
  readonly #dialect: LinuxDialect

  constructor(dialect: LinuxDialect, surroundings: Surroundings) {
    this.#dialect = dialect
    this.#surroundings = surroundings
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
    const first = chooseForBind(low, high, candidate.reuseAddress, free('choose'))
    const again: Choice =
      first.canFail && autobindReuse
        ? chooseForBind(low, high, candidate.reuseAddress, free('choose-again'))
        : NO_CHOICE
    const fails = first.canFail && again.canFail
    const ports = new Set([...first.ports, ...again.ports])
    return {
      expectation: {
        errnos: [...(ports.size > 0 ? ['OK'] : []), ...(fails ? ['EADDRINUSE'] : [])],
        ports: port => ports.has(port),
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
    const found = listenersFor({ address: destination, port, device: device! }, this.table.listeners, one =>
      this.groups.membersOf(one),
    )
    const choice = this.#portFor(socket, source, remote)
    // The port it takes may be the one it asks for: it meets itself (RFC 9293 section 3.5, simultaneous open).
    const meetsItself = (own: number): boolean => source === destination && own === port
    const comesTo = (own: number): string => {
      if (meetsItself(own)) return 'OK'
      if (this.#isHindered(own, source, remote, found.length > 0)) return 'EINPROGRESS'
      return found.length > 0 ? 'OK' : 'ECONNREFUSED'
    }
    return {
      expectation: {
        errnos: [...new Set([...choice.ports].map(comesTo)), ...(choice.canFail ? ['EADDRNOTAVAIL'] : [])],
        ports: own => choice.ports.has(own),
        receivers: own => (meetsItself(own) ? [null] : found.map(({ id }) => id)),
      },
      commit: outcome => this.#connected(socket, outcome, source, mapped, remote, found),
    }
  }

  /**
   * The other side still has a conversation with the same ends: it answers that and not the SYN, and our answer ends it; only
   * the next SYN, a second later, would be a new one's. A TIME_WAIT gives way to a SYN if somebody listens (RFC 9293 section
   * 3.10.7.4, RFC 6191, `tcp_timewait_state_process`).
   */
  #isHindered(own: number, source: string, { address, port }: RemoteEnd, isListened: boolean): boolean {
    return this.table.connections.some(
      one =>
        one.num === port &&
        exactKey(one.local) === address &&
        one.remote?.port === own &&
        one.remote.address === source &&
        !(isListened && isTimeWait(one)),
    )
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

  #portFor(socket: SpaceSocket, source: string, remote: RemoteEnd): Choice {
    const busy = (port: number) => this.table.busy(socket, source, port, remote)
    if (socket.num !== 0) {
      const old = busy(socket.num)
      // A TIME_WAIT with the same ends gives way to one who holds the port (`tcp_twsk_unique`).
      if (old !== null && old.state !== 'time-wait') return NO_CHOICE
      return { ports: new Set([socket.num]), canFail: false }
    }
    const [low, high] = rangeOf(this.#surroundings, socket)
    const free = (port: number): boolean => {
      if (this.#surroundings.reserved.includes(port)) return false
      const held = this.table.ports.get(port)
      return held === undefined || (held.connectMayChoose && busy(port) === null)
    }
    return chooseForConnect(low, high, hasOwnRange(socket) && this.#dialect.rangeStepOne, free)
  }

  #connected(
    socket: SpaceSocket,
    { errno, local, receiver }: Outcome,
    source: string,
    mapped: boolean,
    remote: RemoteEnd,
    found: readonly SpaceSocket[],
  ): void {
    if (mapped) socket.spokeV4 = true
    const own = localOf(socket, source, mapped)
    if (errno === 'EADDRNOTAVAIL') {
      // The route's source was taken before the search for a port.
      if (exactKey(own) !== exactKey(socket.local)) this.table.move(socket, own)
      this.endings.finish(socket)
      this.endings.forgetAddress(socket)
      return
    }
    if (socket.num === 0) {
      socket.local = own
      socket.connectBind = true
      this.table.hold(socket, local!.port, true)
    } else if (exactKey(own) !== exactKey(socket.local)) this.table.move(socket, own)
    socket.sport = socket.num
    const old = this.table.busy(socket, source, socket.num, remote)
    if (old !== null && isTimeWait(old)) this.endings.end(old)
    if (source === remote.address && socket.num === remote.port) {
      socket.remote = remote
      this.table.connections.push(socket)
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
    this.table.connections.push(socket)
    const listener = found.find(({ id }) => id === receiver)
    if (listener === undefined) {
      socket.state = 'syn-sent'
      socket.progress = 'connecting'
      return
    }
    socket.state = 'established'
    socket.progress = 'connected'
    this.endings.enqueue(listener, this.#childOf(listener, remote, source, socket.num), socket)
  }

  /** The other end of a conversation, at the listener's side (`inet_csk_clone_lock`, `__inet_inherit_port`). */
  #childOf(
    listener: SpaceSocket,
    own: { address: string; port: number },
    address: string,
    port: number,
  ): SpaceSocket {
    const child = newSocket(-1, 'tcp', listener.family, listener.uid)
    const { reuseAddress, reusePort, v6only, device, range, addressLock, noPort } = listener
    Object.assign(child, { reuseAddress, reusePort, v6only, device, range, addressLock, noPort })
    child.local = localOf(listener, own.address, !own.address.includes(':'))
    child.spokeV4 = child.family === 'ipv6' && !own.address.includes(':')
    child.state = 'established'
    child.progress = 'connected'
    child.remote = { address, port }
    child.sport = own.port
    this.table.hold(child, own.port)
    this.table.connections.push(child)
    return child
  }
}

/** Why connect() isn't even begun, or null (`__inet_stream_connect`). */
export function whyBusy({ progress, state }: SpaceSocket): string | null {
  if (progress === 'connecting') return 'EALREADY'
  return progress === 'connected' || state !== 'close' ? 'EISCONN' : null
}

/** The address as a socket of this family keeps it. */
function localOf({ family }: SpaceSocket, address: string, mapped: boolean) {
  if (family === 'ipv4') return localV4(address as never)
  return localV6((mapped ? `::ffff:${address}` : address) as never)
}
