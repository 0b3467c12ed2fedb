/** Where a host meets a link: a name, addresses, and who gets what arrives. */
import type { Address } from '../../model/address.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import type { Link } from './link.ts'

export interface DeviceAddress {
  readonly address: Address
  readonly prefixLength: number
}

export interface DeviceState {
  /** False: nothing comes in or goes out by it. */
  readonly up?: boolean
  /** Bytes of the largest packet that it sends; what its link takes. */
  readonly mtu?: number
}

export class Device {
  readonly name: string
  /** Name of the host. */
  readonly host: string
  /** Number by which sockets and rules name it, from 1. */
  readonly index: number
  readonly addresses: readonly DeviceAddress[]
  /** `02:00:5e:10:00:01`: locally administered (IEEE 802), the same at every run. */
  readonly hardware: string
  readonly up: boolean
  readonly #mtu: number
  /** Whether who asks for one of its addresses from there gets an answer. */
  answers: (address: Address, asker: Device) => boolean = () => true
  /** Gets each packet that arrives. */
  receive: (datagram: Datagram) => void = () => undefined
  /** Sees each packet that leaves or arrives. */
  readonly watchers = new Set<(datagram: Datagram, direction: 'in' | 'out') => void>()
  #link: Link | undefined

  constructor(
    host: string,
    name: string,
    index: number,
    addresses: readonly DeviceAddress[],
    state: DeviceState = {},
  ) {
    this.host = host
    this.name = name
    this.index = index
    this.addresses = addresses
    this.hardware = hardwareOf(this.fullName)
    this.up = state.up ?? true
    this.#mtu = state.mtu ?? Infinity
  }

  get link(): Link | undefined {
    return this.#link
  }

  /** Bytes of the largest packet that goes out by it; undefined without a link. */
  get mtu(): number | undefined {
    return this.#link === undefined ? undefined : Math.min(this.#mtu, this.#link.character.mtu)
  }

  /** Somebody is at the other end of its link. */
  get hasCarrier(): boolean {
    return this.up && this.#link?.ends.some(end => end !== this && end.up) === true
  }

  /** Called by the link that it becomes an end of. */
  plug(link: Link): void {
    this.#link = link
  }

  /** `host:device`. */
  get fullName(): string {
    return `${this.host}:${this.name}`
  }

  arrived(datagram: Datagram): void {
    if (!this.up) return
    if (this.watchers.size > 0) for (const watch of this.watchers) watch(datagram, 'in')
    this.receive(datagram)
  }

  left(datagram: Datagram): void {
    if (this.watchers.size > 0) for (const watch of this.watchers) watch(datagram, 'out')
  }
}

/** Five bytes of FNV-1a, twice, after the bit that says that nobody has given it out. */
function hardwareOf(name: string): string {
  const hash = (basis: number): number =>
    [...name].reduce((sum, letter) => Math.imul(sum ^ letter.codePointAt(0)!, 0x01000193), basis) >>> 0
  const digits =
    hash(0x811c9dc5).toString(16).padStart(8, '0') + (hash(0x9dc5811c) & 0xff).toString(16).padStart(2, '0')
  return `02:${digits.match(/../g)!.join(':')}`
}
