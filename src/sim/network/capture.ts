/** What went over a link, or past a host, as a file that tcpdump and Wireshark read. */
import type { Datagram } from '../../wire/ip/datagram.ts'
import { encodeDatagram } from '../../wire/ip/ip.ts'
import { encodePcapng } from '../../wire/pcapng.ts'
import type { SimHost } from '../host/host.ts'
import type { Device, Link } from '../link/link.ts'

export interface CapturedDatagram {
  /** Simulated milliseconds since the beginning. */
  readonly at: number
  /** `host:device`: where it was seen. */
  readonly place: string
  readonly datagram: Datagram
  /** Of a link: it went no further than that. */
  readonly fate?: 'lost' | 'queue-full' | 'no-neighbour'
}

export interface CaptureClock {
  now(): number
  /** Milliseconds since 1970 at the beginning. */
  readonly startAt: number
}

const COMMENTS = {
  lost: 'lost on the link',
  'queue-full': 'dropped: the queue of the link is full',
  'no-neighbour': 'nobody on the link has the address',
} as const

export class Capture {
  readonly #packets: CapturedDatagram[] = []
  readonly #places: readonly string[]
  readonly #clock: CaptureClock
  readonly #stops: (() => void)[] = []

  constructor(clock: CaptureClock, places: readonly string[]) {
    this.#clock = clock
    this.#places = places
  }

  /** In the order in which they were seen. */
  get packets(): readonly CapturedDatagram[] {
    return this.#packets
  }

  add(packet: Omit<CapturedDatagram, 'at'>): void {
    this.#packets.push({ at: this.#clock.now(), ...packet })
  }

  onStop(run: () => void): void {
    this.#stops.push(run)
  }

  /** Sees nothing more; keeps what it has. */
  stop(): void {
    for (const run of this.#stops.splice(0)) run()
  }

  /** All of it as a pcapng file; times count from when the network's clock began. */
  pcapng(): Uint8Array {
    const indexes = new Map(this.#places.map((place, i) => [place, i]))
    return encodePcapng(
      this.#places.map(name => ({ name })),
      this.#packets.map(({ at, place, datagram, fate }) => ({
        interface: indexes.get(place) ?? 0,
        at: this.#clock.startAt + at,
        bytes: encodeDatagram(datagram),
        ...(fate === undefined ? {} : { comment: COMMENTS[fate] }),
      })),
    )
  }
}

/** Everything that is put on the links, once each, where it was put on. */
export function captureLinks(clock: CaptureClock, links: readonly Link[]): Capture {
  const capture = new Capture(
    clock,
    links.flatMap(({ ends }) => ends.map(({ fullName }) => fullName)),
  )
  for (const link of links) {
    const watch = (datagram: Datagram, from: Device, fate: string): void =>
      capture.add({
        place: from.fullName,
        datagram,
        ...(fate === 'carried' ? {} : { fate: fate as 'lost' }),
      })
    link.watchers.add(watch)
    capture.onStop(() => link.watchers.delete(watch))
  }
  return capture
}

/** All that leaves a host, and all that reaches it. */
export function captureHost(clock: CaptureClock, { devices }: SimHost): Capture {
  const all = [...devices.values()]
  const capture = new Capture(
    clock,
    all.map(({ fullName }) => fullName),
  )
  for (const device of all) {
    const watch = (datagram: Datagram): void => capture.add({ place: device.fullName, datagram })
    device.watchers.add(watch)
    capture.onStop(() => device.watchers.delete(watch))
  }
  return capture
}
