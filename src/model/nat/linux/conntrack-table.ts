/**
 * The connections that a Linux host remembers, found by either of their tuples (nf_conntrack_core.c). Mutable, with the
 * time handed in; what a packet does to them is in `follow-packet.ts`.
 *
 * An entry whose time is over is gone at once, though the kernel may count it for a minute more.
 */
import type { Tuple } from '../../filter/packet.ts'
import { isSameTuple } from '../../path/connection-tuple.ts'
import type { IpFamily } from '../../protocol.ts'
import { AddressNumbers } from './address-numbers.ts'
import { type Entry, STATUS } from './entry.ts'
import { CONNTRACK_DEFAULTS, type ConntrackSettings } from './settings.ts'
import { TupleIndex } from './tuple-index.ts'

export interface Found {
  readonly entry: Entry
  /** 0: the packet goes the way of the first one. */
  readonly direction: 0 | 1
}

/** Since the table was made, under the names of `conntrack -S`. */
export interface ConntrackCounters {
  /** A tuple was looked for that another connection has. */
  found: number
  /** Packets that belong to no connection. */
  invalid: number
  insertFailed: number
  /** Packets that were lost because no entry could be made. */
  drop: number
  earlyDrop: number
  /** ICMP errors that are about no connection. */
  error: number
}

const IPV6 = 256
const ZONE = 512
/** Entries that are looked at for their time, with each that is made. */
const SWEPT = 4
/** NF_CT_EVICTION_RANGE: early drop looks at so many buckets. */
const EVICTION_RANGE = 8

export class ConntrackTable {
  settings: ConntrackSettings
  readonly counters: ConntrackCounters = {
    found: 0,
    invalid: 0,
    insertFailed: 0,
    drop: 0,
    earlyDrop: 0,
    error: 0,
  }
  readonly #random: () => number
  readonly #index = new TupleIndex()
  readonly #numbers = new AddressNumbers()
  readonly #entries: (Entry | undefined)[] = []
  readonly #free: number[] = []
  /** By the source that they began with, last made last. */
  readonly #bySource = new Map<string, Entry[]>()
  #size = 0
  #sweep = 0

  /** `random`: 0 ≤ x < 1; only early drop asks for it. */
  constructor(settings: ConntrackSettings = CONNTRACK_DEFAULTS, random: () => number = () => 0) {
    this.settings = settings
    this.#random = random
  }

  get size(): number {
    return this.#size
  }

  /** By either tuple; undefined for none, or one whose time is over. */
  find(family: IpFamily, protocol: number, tuple: Tuple, now: number, zone = 0): Found | undefined {
    const place = this.place(
      family,
      protocol,
      tuple.source,
      tuple.destination,
      tuple.sourcePort ?? 0,
      tuple.destinationPort ?? 0,
      zone,
    )
    if (place === -1) return undefined
    const entry = this.entryAt(place)
    if (now < entry.expires) return { entry, direction: (place & 1) as 0 | 1 }
    this.forget(entry)
    return undefined
  }

  /** The same without making anything: -1, or a number for `entryAt`, odd for an answer. Time isn't looked at. */
  place(
    family: IpFamily,
    protocol: number,
    source: Tuple['source'],
    destination: Tuple['source'],
    sourcePort: number,
    destinationPort: number,
    zone = 0,
  ): number {
    const from = this.#numbers.find(source)
    const to = this.#numbers.find(destination)
    if (from === undefined || to === undefined) return -1
    return this.#index.find(from, to, (sourcePort << 16) | destinationPort, kindOf(family, protocol, zone))
  }

  entryAt(place: number): Entry {
    return this.#entries[place >> 1]!
  }

  /** In the order of their places. */
  *entries(now: number): IterableIterator<Entry> {
    for (const entry of this.#entries) if (entry !== undefined && now < entry.expires) yield entry
  }

  /** Entries whose first packet had that source, and whose source has been decided upon; last made first. */
  *ofSource(family: IpFamily, protocol: number, zone: number, source: Tuple): IterableIterator<Entry> {
    const all = this.#bySource.get(sourceKey(family, protocol, zone, source)) ?? []
    for (let i = all.length - 1; i >= 0; i--) yield all[i]!
  }

  /** __nf_conntrack_confirm: from now on it is found. False: another one has one of its tuples. */
  confirm(entry: Entry, now: number): boolean {
    this.#sweepSome(now)
    const { family, protocol, zone, original, reply } = entry
    if (this.find(family, protocol, original, now, zone) ?? this.find(family, protocol, reply, now, zone)) {
      this.counters.insertFailed++
      this.counters.drop++
      return false
    }
    entry.expires += now
    entry.status |= STATUS.confirmed
    entry.place = this.#free.pop() ?? this.#entries.length
    this.#entries[entry.place] = entry
    this.#size++
    // One that answers itself is always found as its own answer: that was put in last.
    if (!isSameTuple(original, reply)) this.#addTuple(entry, original, 0)
    this.#addTuple(entry, reply, 1)
    if ((entry.status & STATUS.sourceDone) !== 0) {
      const key = sourceKey(family, protocol, zone, original)
      const others = this.#bySource.get(key)
      if (others === undefined) this.#bySource.set(key, [entry])
      else others.push(entry)
    }
    return true
  }

  /** It is ended: by its time, by hand, or for another one. */
  forget(entry: Entry): void {
    const { place, original, reply, family, protocol, zone } = entry
    if (place === -1) return
    this.#entries[place] = undefined
    this.#free.push(place)
    entry.place = -1
    entry.status |= STATUS.dying
    this.#size--
    if (!isSameTuple(original, reply)) this.#removeTuple(entry, original)
    this.#removeTuple(entry, reply)
    const key = sourceKey(family, protocol, zone, original)
    const rest = this.#bySource.get(key)?.filter(one => one !== entry)
    if (rest === undefined) return
    if (rest.length === 0) this.#bySource.delete(key)
    else this.#bySource.set(key, rest)
  }

  /** Whether there is room for one more entry; to make some, one that isn't assured may have to go (early_drop). */
  hasRoom(): boolean {
    return this.#size < this.settings.max || this.#dropEarly()
  }

  /**
   * Eight buckets hold a part of all entries that is left to chance; one of theirs that isn't assured goes. What the
   * kernel does later on, when its collector comes by, isn't done.
   */
  #dropEarly(): boolean {
    const held = (2 * EVICTION_RANGE * this.#size) / this.settings.buckets
    const looked = Math.floor(held) + (this.#random() < held % 1 ? 1 : 0)
    for (let i = 0; i < looked; i++) {
      const entry = this.#entries[Math.floor(this.#random() * this.#entries.length)]
      if (entry === undefined || (entry.status & STATUS.assured) !== 0) continue
      this.forget(entry)
      this.counters.earlyDrop++
      return true
    }
    return false
  }

  #sweepSome(now: number): void {
    for (let i = 0; i < SWEPT && this.#entries.length > 0; i++) {
      this.#sweep = (this.#sweep + 1) % this.#entries.length
      const entry = this.#entries[this.#sweep]
      if (entry !== undefined && now >= entry.expires) this.forget(entry)
    }
  }

  #addTuple(entry: Entry, tuple: Tuple, direction: 0 | 1): void {
    this.#index.add(
      this.#numbers.take(tuple.source),
      this.#numbers.take(tuple.destination),
      portsOf(tuple),
      kindOf(entry.family, entry.protocol, entry.zone),
      entry.place * 2 + direction,
    )
  }

  #removeTuple({ family, protocol, zone }: Entry, tuple: Tuple): void {
    const source = this.#numbers.find(tuple.source)!
    const destination = this.#numbers.find(tuple.destination)!
    this.#index.remove(source, destination, portsOf(tuple), kindOf(family, protocol, zone))
    this.#numbers.release(tuple.source)
    this.#numbers.release(tuple.destination)
  }
}

const portsOf = ({ sourcePort = 0, destinationPort = 0 }: Tuple): number =>
  (sourcePort << 16) | destinationPort
const kindOf = (family: IpFamily, protocol: number, zone: number): number =>
  protocol | (family === 'ipv6' ? IPV6 : 0) | (zone * ZONE)

const sourceKey = (
  family: IpFamily,
  protocol: number,
  zone: number,
  { source, sourcePort = 0 }: Tuple,
): string => `${family} ${protocol} ${zone} ${source} ${sourcePort}`
