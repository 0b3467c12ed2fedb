/** A UDP socket of a simulated host: what a program does with one. Nothing blocks; `notify` tells what has come. */
import type { Address } from '../../model/address.ts'
import type { End } from '../../model/space/program.ts'
import { localEndOf, peerEndOf, type SpaceSocket } from '../../model/space/space-socket.ts'
import type { SocketOwner } from './socket-owner.ts'
import { FAILED, READABLE } from './tcb.ts'
import type { OptionName } from './tcp-socket.ts'
import type { UdpHost } from './udp-host.ts'

/** A datagram that has come. */
export interface Received {
  readonly data: Uint8Array
  readonly from: End
}

/** What each datagram takes of the buffer beside its bytes, about as much as the kernel's `sk_buff` does. */
const OVERHEAD = 768

export class UdpSocket {
  readonly host: UdpHost
  readonly space: SpaceSocket
  readonly owner: SocketOwner
  readonly inode: number
  readonly #queue: Received[] = []
  #held = 0
  /** Datagrams that found the buffer full. */
  drops = 0
  /** SO_ERROR, until it is taken. */
  error: string | null = null
  /** IP_TTL, IPV6_UNICAST_HOPS; the host's own where it is null. */
  hopLimit: number | null = null
  /** SO_BROADCAST. */
  mayBroadcast = false
  /** Told with READABLE or FAILED. */
  notify: ((events: number) => void) | null = null
  closed = false

  constructor(host: UdpHost, space: SpaceSocket, owner: SocketOwner, inode: number) {
    this.host = host
    this.space = space
    this.owner = owner
    this.inode = inode
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

  bindToDevice(device: string | null): string {
    return this.host.decide({ do: 'device', id: this.space.id, device })
  }

  setPortRange(low: number, high: number): string {
    return this.host.decide({ do: 'range', id: this.space.id, low, high })
  }

  bind(address: Address, port: number): string {
    return this.host.decide({ do: 'bind', id: this.space.id, address, port })
  }

  connect(address: Address, port: number): string {
    return this.host.connect(this, address, port)
  }

  /** connect() with AF_UNSPEC. */
  disconnect(): void {
    this.host.space.udp.disconnect(this.space)
  }

  /** Without `to`, to the peer that connect() named. */
  send(data: Uint8Array, to?: { readonly address: Address; readonly port: number }): string {
    if (this.error !== null) return this.takeError()!
    const peer = to ?? this.peerEnd
    if (peer === null) return 'EDESTADDRREQ'
    return this.host.send(this, data, peer.address as Address, peer.port)
  }

  /** The oldest datagram that waits; null where none does, or an errno. */
  receive(): Received | null | { readonly errno: string } {
    if (this.error !== null) return { errno: this.takeError()! }
    const first = this.#queue.shift()
    if (first === undefined) return null
    this.#held -= first.data.length + OVERHEAD
    return first
  }

  takeError(): string | null {
    const { error } = this
    this.error = null
    return error
  }

  /** Bytes that wait to be read. */
  get unread(): number {
    return this.#held
  }

  /** False where the buffer is full. */
  arrive(received: Received): boolean {
    const size = received.data.length + OVERHEAD
    if (this.#held + size > this.host.settings.datagramBuffer) {
      this.drops++
      return false
    }
    this.#held += size
    this.#queue.push(received)
    this.notify?.(READABLE)
    return true
  }

  fail(errno: string): void {
    this.error = errno
    this.notify?.(FAILED)
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.notify = null
    this.host.left(this)
  }
}
