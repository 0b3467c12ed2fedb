/** What is seen of an attempt on a simulated host: packets at its devices and on loopback, ICMP errors that reach it. */
import { type Address, familyOf } from '../../model/address.ts'
import { known, unknown } from '../../model/known.ts'
import type { IcmpError, Seen, SeenFrame, TcpProgress } from '../../os/attempt.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import { type Conversation, concerns, frameFacts, icmpErrno, mtuTold } from '../../wire/ip/ip.ts'
import type { Tcb } from '../transport/transport.ts'
import type { ReachHost } from './reach-over.ts'

interface Sighting {
  readonly datagram: Datagram
  readonly way: 'out' | 'in'
  readonly device: string
  readonly atMs: number
}

export class AttemptSight {
  readonly start: number
  readonly #host: ReachHost
  readonly #watched: boolean
  readonly #sightings: Sighting[] = []
  readonly #errors: IcmpError[] = []
  readonly #stops: (() => void)[] = []
  #deaf = false
  #conversation: Conversation | undefined
  /** Told of each error that comes. */
  onError: (error: IcmpError) => void = () => {}

  constructor(host: ReachHost, watched: boolean) {
    this.#host = host
    this.#watched = watched
    this.start = host.engine.now()
    this.#watch(host.transport.errorWatchers, error => this.#heard(error))
    if (!watched) return
    const see = (datagram: Datagram, way: 'out' | 'in', device: string): void =>
      void this.#sightings.push({ datagram, way, device, atMs: this.read() })
    this.#watch(host.host.network.keptWatchers, datagram => {
      see(datagram, 'out', 'lo')
      see(datagram, 'in', 'lo')
    })
    for (const device of host.host.devices.values()) {
      this.#watch(device.watchers, (datagram: Datagram, way: 'in' | 'out') => {
        if (way === 'in') see(datagram, 'in', device.name)
      })
      // What finds no neighbour, or no room in the queue, never leaves.
      if (device.link !== undefined)
        this.#watch(device.link.watchers, (datagram, from, fate) => {
          if (from === device && (fate === 'carried' || fate === 'lost')) see(datagram, 'out', device.name)
        })
    }
  }

  #watch<Watcher>(watchers: Set<Watcher>, watcher: Watcher): void {
    watchers.add(watcher)
    this.#stops.push(() => watchers.delete(watcher))
  }

  /** Simulated milliseconds since the attempt began. */
  read(): number {
    return this.#host.engine.now() - this.start
  }

  /** Whose packets count. */
  follow(protocol: 'tcp' | 'udp', local: Address, localPort: number, peer: Address): void {
    this.#conversation = { protocol, local, localPort, peer }
  }

  /** ICMP errors have nobody any more that they could be about. */
  hearNoMore(): void {
    this.#deaf = true
  }

  #heard(error: Datagram): void {
    const { payload, source } = error
    if (this.#deaf || payload.kind !== 'icmp' || this.#conversation === undefined) return
    if (!concerns(this.#conversation, error)) return
    const family = familyOf(source)
    const { type, code, rest = 0 } = payload
    const errno = icmpErrno(family, type, code)
    if (errno === undefined) return
    const mtu = mtuTold(family, type, code, rest)
    const told = { type, code, from: source, errno, ...(mtu === undefined ? {} : { mtu }), atMs: this.read() }
    this.#errors.push(told)
    this.onError(told)
  }

  seen(tcb: Tcb | null): Seen {
    const conversation = this.#conversation
    const frames = this.#sightings.flatMap(({ datagram, ...place }): SeenFrame[] => {
      const facts = frameFacts(datagram)
      if (facts === undefined || conversation === undefined || !concerns(conversation, datagram)) return []
      return [{ ...place, ...facts }]
    })
    return {
      icmp: known([...this.#errors]),
      frames: this.#watched ? known(frames) : unknown('not-asked'),
      tcp: tcb === null ? unknown('unsupported') : known(progressOf(tcb, this.#host)),
    }
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop()
  }
}

function progressOf(tcb: Tcb, { transport, host }: ReachHost): TcpProgress {
  const { remote } = tcb.ends
  return {
    state: tcb.state,
    retransmits: tcb.resent,
    unacked:
      tcb.next === tcb.unacknowledged ? 0 : Math.ceil(((tcb.next - tcb.unacknowledged) >>> 0) / tcb.segment),
    pathMtu: transport.tcp.pathMtu.get(remote) ?? host.network.ways.mtuTo(remote),
    sendMss: tcb.segment,
    ...(tcb.smoothedMs > 0 ? { rtt: tcb.smoothedMs } : {}),
    bytesAcked: tcb.bytesAcknowledged,
    bytesReceived: tcb.bytesReceived,
  }
}
