/**
 * A network for tests of the transport: hosts that reach each other at once or as `carry` says, a clock turned by hand, and all
 * packets kept as they were sent.
 */
import { type Address, parseAddress } from '../../model/address.ts'
import type { Datagram, TcpSegment } from '../../wire/ip/datagram.ts'
import { EventQueue, seededRandom } from '../engine/engine.ts'
import type { Below } from './below.ts'
import { Transport, type TransportOptions } from './transport.ts'

/** Milliseconds that a packet takes; null: it is lost. */
export type Carry = (datagram: Datagram, number: number) => number | null

export interface Sighting {
  readonly at: number
  readonly from: string
  readonly datagram: Datagram
}

export class FakeNetwork {
  now = 0
  readonly random: () => number
  /** How packets between hosts are carried; 10 ms each way. A host's own never leave it. */
  carry: Carry = () => 10
  readonly seen: Sighting[] = []
  /** Events that ran. */
  ran = 0
  readonly #queue = new EventQueue()
  readonly #owners = new Map<string, { readonly transport: Transport; readonly device: string }>()

  constructor(seed: number | string = 1) {
    this.random = seededRandom(seed)
  }

  /** `addresses`: `eth0 192.0.2.1`; those of loopback are there without being named. */
  host(
    name: string,
    addresses: readonly string[],
    options?: TransportOptions,
    more: Partial<Below> = {},
  ): Transport {
    const own = ['lo 127.0.0.1', 'lo ::1', ...addresses].map(text => {
      const [device = '', address = ''] = text.split(' ')
      return { device, address: parseAddress(address) }
    })
    const isOwn = (address: string): boolean =>
      address.startsWith('127.') || own.some(one => one.address === address)
    const below: Below = {
      now: () => this.now,
      random: this.random,
      schedule: (afterMs, run) => this.#queue.add(this.now + afterMs, run),
      addresses: () => own,
      sourceFor(destination) {
        if (destination.startsWith('127.')) return '127.0.0.1' as Address
        if (isOwn(destination)) return destination
        const isV6 = destination.includes(':')
        return own.find(({ device, address }) => device !== 'lo' && address.includes(':') === isV6)?.address
      },
      send: (datagram, by) => {
        this.seen.push({ at: this.now, from: name, datagram })
        const { destination } = datagram
        if (isOwn(destination)) {
          const device = by === 'lo' ? by : (own.find(one => one.address === destination)?.device ?? 'lo')
          this.#queue.add(this.now, () => transport.receive(datagram, device))
          return 'sent'
        }
        const delay = this.carry(datagram, this.seen.length)
        const there = this.#owners.get(destination)
        if (delay !== null && there !== undefined)
          this.#queue.add(this.now + delay, () => there.transport.receive(datagram, there.device))
        return 'sent'
      },
      ...more,
    }
    const transport = new Transport(below, options)
    for (const { device, address } of own)
      if (device !== 'lo') this.#owners.set(address, { transport, device })
    return transport
  }

  /** Everything that is due by now. */
  settle(): void {
    for (let at = this.#queue.nextAt(); at !== undefined && at <= this.now; at = this.#queue.nextAt())
      this.#run()
  }

  advance(ms: number): void {
    const end = this.now + ms
    for (let at = this.#queue.nextAt(); at !== undefined && at <= end; at = this.#queue.nextAt()) {
      this.now = Math.max(this.now, at)
      this.#run()
    }
    this.now = end
  }

  /** Until nothing is to come, or so many milliseconds have passed. */
  run(atMostMs = 3_600_000): void {
    const end = this.now + atMostMs
    for (let at = this.#queue.nextAt(); at !== undefined && at <= end; at = this.#queue.nextAt()) {
      this.now = Math.max(this.now, at)
      this.#run()
    }
  }

  #run(): void {
    this.ran++
    this.#queue.take()!()
  }

  /** TCP segments as text, with numbers from each side's SYN on: `a 10 S 0`, `b 20 A 1 +100` for 100 bytes. */
  trace(): string[] {
    const firsts = new Map<string, number>()
    const name = ({ from, datagram }: Sighting): string =>
      `${from} ${(datagram.payload as TcpSegment).sourcePort}`
    return this.seen.flatMap(sighting => {
      const { payload } = sighting.datagram
      if (payload.kind !== 'tcp') return []
      const mine = name(sighting)
      if ((payload.flags & 2) !== 0) firsts.set(mine, payload.sequence)
      const first = firsts.get(mine) ?? payload.sequence
      const flags = [...'FSRPA'].filter((_, bit) => (payload.flags & (1 << bit)) !== 0).join('')
      const size = payload.data.length === 0 ? '' : ` +${payload.data.length}`
      return `${sighting.from} ${sighting.at} ${flags} ${(payload.sequence - first) >>> 0}${size}`
    })
  }
}
