/**
 * A TCP socket of a simulated host: what a program does with one, call by call, and what the host keeps of it. Nothing blocks:
 * a call says what came of it at once, and `notify` tells later what has happened.
 *
 * Who may bind, listen and connect where is `PortSpace`'s to say. A conversation outlives the socket that was closed
 * (`tcb.orphan`) until both sides have said goodbye.
 */
import type { Address } from '../../model/address.ts'
import { exactKey } from '../../model/space/local-address.ts'
import type { Action, End } from '../../model/space/program.ts'
import { localEndOf, peerEndOf, type SpaceSocket } from '../../model/space/space-socket.ts'
import type { Timer } from './below.ts'
import { connect } from './connect.ts'
import { abort, finish, read, write } from './converse.ts'
import { Listener } from './listener.ts'
import type { SocketOwner } from './socket-owner.ts'
import { maySend, type Tcb } from './tcb.ts'
import type { TcpHost } from './tcp-host.ts'

export type OptionName = Extract<Action, { do: 'set' }>['option']

export class TcpSocket {
  readonly host: TcpHost
  readonly space: SpaceSocket
  readonly owner: SocketOwner
  /** The conversation, from connect() or accept() on. Its last state is still told when it is over. */
  tcb: Tcb | null = null
  listener: Listener | null = null
  /** Told with bits: CONNECTED, READABLE, WRITABLE, FAILED, FINISHED, ACCEPTABLE. It may call anything but throw. */
  notify: ((events: number) => void) | null = null
  /** IP_TTL, IPV6_UNICAST_HOPS; the host's own where it is null. */
  hopLimit: number | null = null
  /** TCP_MAXSEG: the largest segment that is sent and taken, as the SYN says, options and all; what the path takes where it is null. */
  maxSegment: number | null = null
  /** SO_ERROR: what the conversation failed by, until it is taken. */
  error: string | null = null
  /** The program has let go of it. */
  closed = false
  readonly inode: number
  /** Where its numbers go on when it connects again (`tp->write_seq`). */
  sequence: number | null = null
  timer: Timer | null = null
  /** When the timer runs out; it may be earlier than anything is due. */
  timerAt = Number.POSITIVE_INFINITY

  constructor(host: TcpHost, space: SpaceSocket, owner: SocketOwner) {
    this.host = host
    this.space = space
    this.owner = owner
    this.inode = host.nextInode()
  }

  /** getsockname(). */
  get localEnd(): End {
    return localEndOf(this.space)
  }

  /** getpeername(); null without a peer. */
  get peerEnd(): End | null {
    return peerEndOf(this.space)
  }

  set(option: OptionName, on: boolean): string {
    return this.host.decide({ do: 'set', id: this.space.id, option, on })
  }

  /** SO_BINDTODEVICE. */
  bindToDevice(device: string | null): string {
    return this.host.decide({ do: 'device', id: this.space.id, device })
  }

  /** IP_LOCAL_PORT_RANGE. */
  setPortRange(low: number, high: number): string {
    return this.host.decide({ do: 'range', id: this.space.id, low, high })
  }

  bind(address: Address, port: number): string {
    return this.host.decide({ do: 'bind', id: this.space.id, address, port })
  }

  /** `backlog`: how many may wait, at most `somaxconn`. Called again it changes that. */
  listen(backlog: number): string {
    const errno = this.host.decide({ do: 'listen', id: this.space.id })
    if (errno !== 'OK') return errno
    this.listener ??= new Listener(this)
    this.host.listening.set(this.space, this)
    this.listener.backlog = Math.max(0, Math.min(backlog, this.host.settings.mostBacklog))
    return errno
  }

  /** The first connection that waits, or why there is none. */
  accept(): TcpSocket | string {
    if (this.listener === null) return 'EINVAL'
    const child = this.listener.queue.shift()
    if (child === undefined) return 'EAGAIN'
    this.host.space.adopted(child.space, this.host.nextId())
    return child
  }

  /** EINPROGRESS, and CONNECTED or FAILED later; or why it isn't begun. */
  connect(address: Address, port: number): string {
    return connect(this, address, port)
  }

  /** How many bytes were taken: fewer than given means that WRITABLE follows. Or an errno. */
  write(bytes: Uint8Array): number | string {
    if (this.error !== null) return this.takeError()!
    const { tcb } = this
    if (tcb === null || tcb.state === 'closed') return tcb === null ? 'ENOTCONN' : 'EPIPE'
    const isOpening = tcb.state === 'syn-sent' || tcb.state === 'syn-recv'
    if ((!maySend(tcb) && !isOpening) || tcb.closing) return 'EPIPE'
    let written = 0
    this.host.step(this, turn => {
      written = write(tcb, bytes, turn)
    })
    return written
  }

  /** Bytes, at most so many; empty when there are none now; `end` after the peer's last; or an errno. */
  read(most: number): Uint8Array | 'end' | { readonly errno: string } {
    const { tcb } = this
    if (tcb === null) return { errno: 'ENOTCONN' }
    if (tcb.incoming !== null) {
      let bytes = new Uint8Array(0)
      this.host.step(this, turn => {
        bytes = read(tcb, most, turn) as typeof bytes
      })
      return bytes
    }
    if (this.error !== null) return { errno: this.takeError()! }
    if (tcb.peerClosed || tcb.deaf || tcb.state === 'closed') return 'end'
    return new Uint8Array(0)
  }

  /** Bytes that wait to be read. */
  get unread(): number {
    return this.tcb?.incoming?.length ?? 0
  }

  takeError(): string | null {
    const { error } = this
    this.error = null
    return error
  }

  shutdown(how: 'read' | 'write' | 'both'): string {
    const { tcb, space } = this
    if (space.state === 'close') return 'ENOTCONN'
    if (space.state === 'syn-sent' || (this.listener !== null && how !== 'write')) this.disconnect()
    else if (tcb !== null) {
      if (how !== 'write') tcb.deaf = true
      if (how !== 'read') this.host.step(this, turn => finish(tcb, turn))
    }
    return 'OK'
  }

  /** connect() with AF_UNSPEC: the conversation ends at once, and the socket can begin another. */
  disconnect(): void {
    this.#stopListening()
    this.host.cutOff(this)
    this.host.space.tcp.disconnect(this.space)
    this.tcb = null
  }

  /** `reset`: with SO_LINGER of 0 seconds. What was not read resets as well (RFC 2525 section 2.17). */
  close(reset = false): void {
    if (this.closed) return
    this.closed = true
    this.notify = null
    this.host.space.forget(this.space.id)
    this.#stopListening()
    const { tcb } = this
    if (tcb === null || tcb.state === 'closed' || tcb.state === 'time-wait') {
      this.host.left(this)
      return
    }
    if (reset || tcb.incoming !== null || tcb.state === 'syn-sent') {
      this.host.cutOff(this)
      this.host.left(this)
      return
    }
    tcb.orphan = true
    this.host.step(this, turn => finish(tcb, turn))
  }

  setNoDelay(on: boolean): void {
    if (this.tcb !== null) this.tcb.noDelay = on
  }

  /** SO_KEEPALIVE; `afterMs`: TCP_KEEPIDLE, the setting when left out. */
  setKeepAlive(on: boolean, afterMs?: number): void {
    const { tcb } = this
    if (tcb === null) return
    tcb.keepAliveMs = on ? (afterMs ?? this.host.settings.keepAliveMs) : 0
    // Before the handshake is done its own timer asks.
    const isOpen = on && this.space.progress === 'connected'
    tcb.keepAliveAt = isOpen ? this.host.below.now() + tcb.keepAliveMs : Number.POSITIVE_INFINITY
    this.host.arm(this)
  }

  #stopListening(): void {
    if (this.listener === null) return
    this.host.listening.delete(this.space)
    this.listener.stop()
    this.listener = null
  }

  /** The four ends as the host finds it by. */
  get key(): string {
    const { local, num, remote } = this.space
    return `${exactKey(local)} ${num} ${remote?.address} ${remote?.port}`
  }

  /** Ends at once: reset where the peer knows of it. */
  abort(): void {
    const { tcb } = this
    if (tcb !== null && tcb.state !== 'closed') this.host.step(this, turn => abort(tcb, turn))
  }
}
