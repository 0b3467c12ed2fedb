/**
 * The transport of one simulated host: TCP (RFC 9293), UDP (RFC 768) and what ICMP tells of them, over whatever network layer
 * is below.
 *
 * It is made of two halves. `src/model/space/` decides about ports: who may bind, listen and connect where, which port the
 * system chooses, who gets what arrives; the same rules that a kernel judges. The automata here decide about conversations. Time
 * and chance come from below, and nothing else: what one host does depends on what it is told, and in what order.
 */
import { type Address, familyOf } from '../../model/address.ts'
import { linuxDialect } from '../../model/space/dialect.ts'
import { PortSpace } from '../../model/space/space.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import { quoteOf } from '../../wire/ip/ip.ts'
import type { Below } from './below.ts'
import { icmpErrorArrives } from './icmp-arrives.ts'
import { LINUX_SETTINGS, type TransportSettings } from './settings.ts'
import { NOBODY_IN_PARTICULAR, type SocketOwner } from './socket-owner.ts'
import { type SocketRow, socketRows } from './socket-rows.ts'
import { TcpHost } from './tcp-host.ts'
import type { TcpSocket } from './tcp-socket.ts'
import { UdpHost } from './udp-host.ts'
import type { UdpSocket } from './udp-socket.ts'

export type { Below, HostAddress, Sent, Timer } from './below.ts'
export { LINUX_SETTINGS, type TransportSettings } from './settings.ts'
export type { SocketOwner } from './socket-owner.ts'
export type { SocketRow } from './socket-rows.ts'
export { ACCEPTABLE, CONNECTED, FAILED, FINISHED, READABLE, type Tcb, WRITABLE } from './tcb.ts'
export type { TcpSocket } from './tcp-socket.ts'
export type { Received, UdpSocket } from './udp-socket.ts'

export interface TransportOptions {
  /** What differs from Linux's defaults. */
  readonly settings?: Partial<TransportSettings>
  /** The kernel whose port rules hold, `6.18`. */
  readonly release?: string
}

const RELEASE = '6.18'
/** As the first inodes of sockets on a machine that has just started. */
const FIRST_INODE = 10_001

export class Transport {
  readonly settings: TransportSettings
  readonly space: PortSpace
  readonly tcp: TcpHost
  readonly udp: UdpHost
  /** Hear each ICMP error that comes, before the socket does that it is about. */
  readonly errorWatchers = new Set<(error: Datagram) => void>()
  readonly #below: Below

  constructor(below: Below, { settings = {}, release = RELEASE }: TransportOptions = {}) {
    this.#below = below
    this.settings = { ...LINUX_SETTINGS, ...settings }
    const surroundings = {
      ...this.settings.ports,
      get addresses() {
        return below.addresses()
      },
    }
    this.space = new PortSpace(linuxDialect(release), surroundings, {
      draw: () => below.random(),
      mayTake: old => this.tcp.waiting.mayBeTaken(old),
    })
    let id = 0
    let inode = FIRST_INODE
    const parts = {
      below,
      space: this.space,
      settings: this.settings,
      secret: Math.floor(below.random() * 2 ** 32),
      nextId: () => ++id,
      nextInode: () => inode++,
      pathMtu: new Map<Address, number>(),
    }
    this.tcp = new TcpHost(parts)
    this.udp = new UdpHost(parts)
  }

  /** A TCP socket, as socket() gives one. */
  stream(family: 'ipv4' | 'ipv6' = 'ipv4', owner: SocketOwner = NOBODY_IN_PARTICULAR): TcpSocket {
    return this.tcp.socket(family, owner)
  }

  /** A UDP socket. */
  datagram(family: 'ipv4' | 'ipv6' = 'ipv4', owner: SocketOwner = NOBODY_IN_PARTICULAR): UdpSocket {
    return this.udp.socket(family, owner)
  }

  /**
   * A whole packet that was delivered to this host, after its filters, on that device. True where it was for us: TCP, UDP,
   * an ICMP error. Echoes are whose below is.
   */
  receive(datagram: Datagram, device: string): boolean {
    const { source, destination, payload } = datagram
    switch (payload.kind) {
      case 'tcp':
        this.#below.tally?.tcp('segmentHeard')
        this.tcp.receive(source, destination, payload, device)
        return true
      case 'udp':
        if (!this.udp.receive(source, destination, payload, device)) this.#unreachable(datagram)
        return true
      case 'icmp':
        if (isEcho(payload.type, source.includes(':'))) return false
        if (isUnreachable(payload.type, source.includes(':')))
          this.#below.tally?.ip('unreachableHeard', familyOf(source))
        for (const watch of this.errorWatchers) watch(datagram)
        icmpErrorArrives(datagram, payload, device, this)
        return true
      default:
        return false
    }
  }

  /** The socket table. `interfaceIndex`: the number of a device by its name. */
  rows(interfaceIndex: (device: string) => number = () => 0): Iterable<SocketRow> {
    return socketRows(this.tcp, this.udp, interfaceIndex)
  }

  /** Nobody holds the port: port unreachable (RFC 1122 section 4.1.3.1, RFC 4443 section 3.1). */
  #unreachable(datagram: Datagram): void {
    const { source, destination } = datagram
    const isV4 = !source.includes(':')
    this.#below.send({
      source: destination,
      destination: source,
      hopLimit: this.settings.hopLimit,
      payload: { kind: 'icmp', type: isV4 ? 3 : 1, code: isV4 ? 3 : 4, data: quoteOf(datagram) },
    })
  }
}

/** Destination unreachable. */
const isUnreachable = (type: number, isV6: boolean): boolean => type === (isV6 ? 1 : 3)

const isEcho = (type: number, isV6: boolean): boolean =>
  isV6 ? type === 128 || type === 129 : type === 8 || type === 0
