/** The mappings of a NAT, found from both sides, and ended in time. */
import type { NatBehaviour } from './behaviour.ts'
import type { NatLogRecord } from './nat-log.ts'
import { endpointKey, type NatMapping, TCP } from './nat-mapping.ts'
import type { Expected, PortAllocator, Wish } from './port-allocator.ts'
import type { PeerKey } from './port-pool.ts'

/** One protocol's. */
interface Side {
  /** By inside endpoint, then by what the mapping depends on. */
  readonly inside: Map<number, Map<PeerKey, NatMapping>>
  /** By external endpoint; more than one only where ports are overloaded. */
  readonly external: Map<number, NatMapping[]>
  /** How many an inside host has. */
  readonly counts: Map<number, number>
}

const SECOND = 1000

export class NatTable {
  readonly #behaviour: NatBehaviour
  readonly #allocator: PortAllocator
  readonly #log: (record: NatLogRecord) => void
  readonly #sides = new Map<number, Side>()
  /** By the second in which they were to expire when last looked at: later ones are moved on when it comes. */
  readonly #due = new Map<number, NatMapping[]>()
  #second = Number.NaN
  #size = 0

  constructor(behaviour: NatBehaviour, allocator: PortAllocator, log: (record: NatLogRecord) => void) {
    this.#behaviour = behaviour
    this.#allocator = allocator
    this.#log = log
  }

  get size(): number {
    return this.#size
  }

  *all(): Iterable<NatMapping> {
    for (const { external } of this.#sides.values()) for (const some of external.values()) yield* some
  }

  byInside(
    protocol: number,
    address: number,
    port: number,
    peer: PeerKey,
    now: number,
  ): NatMapping | undefined {
    const found = this.#side(protocol).inside.get(endpointKey(address, port))?.get(peer)
    return found === undefined ? undefined : this.#living(found, now)
  }

  /** Of several the one for that peer; of one that is for another peer, that one: the filter decides. */
  byExternal(
    protocol: number,
    address: number,
    port: number,
    peer: PeerKey,
    now: number,
  ): NatMapping | undefined {
    const some = this.#side(protocol).external.get(endpointKey(address, port))
    if (some === undefined) return undefined
    const found = some.find(one => one.peer === peer) ?? (some.length === 1 ? some[0] : undefined)
    return found === undefined ? undefined : this.#living(found, now)
  }

  /** What `create` would come to, once `expire` has been called, without chance and without making anything. */
  foresee(
    protocol: number,
    insideAddress: number,
    insidePort: number,
    peer: PeerKey,
    now: number,
  ): Expected | 'quota' | 'full' {
    const side = this.#side(protocol)
    const wish = this.#wish(side, protocol, insideAddress, insidePort, peer)
    if (wish === 'quota') return wish
    return this.#allocator.foresee(wish, now) ?? 'full'
  }

  create(
    protocol: number,
    insideAddress: number,
    insidePort: number,
    peer: PeerKey,
    now: number,
  ): NatMapping | 'quota' | 'full' {
    this.expire(now)
    const side = this.#side(protocol)
    const wish = this.#wish(side, protocol, insideAddress, insidePort, peer)
    if (wish === 'quota') {
      this.#log({ time: now, event: 'quota-exceeded', protocol, inside: insideAddress })
      return 'quota'
    }
    const chosen = this.#allocator.choose(wish, now)
    if (chosen === null) {
      this.#log({ time: now, event: 'ports-exhausted', protocol, inside: insideAddress })
      return 'full'
    }
    const mapping: NatMapping = {
      protocol,
      insideAddress,
      insidePort,
      externalAddress: chosen.address,
      externalPort: chosen.port,
      peer,
      sessions: new Map(),
      expires: now,
    }
    this.#insert(side, mapping, side.counts.get(insideAddress) ?? 0)
    this.#tell('mapping-created', mapping, now)
    return mapping
  }

  #wish(side: Side, protocol: number, host: number, port: number, peer: PeerKey): Wish | 'quota' {
    const { mappingsPerHost = Number.POSITIVE_INFINITY, contiguous } = this.#behaviour
    if ((side.counts.get(host) ?? 0) >= mappingsPerHost) return 'quota'
    const before = contiguous ? side.inside.get(endpointKey(host, port - 1))?.get(peer) : undefined
    return {
      protocol,
      host,
      port,
      peer,
      ...(before === undefined
        ? {}
        : { next: { address: before.externalAddress, port: before.externalPort + 1 } }),
    }
  }

  /** Ends all whose time is over. */
  expire(now: number): void {
    const until = Math.floor(now / SECOND)
    if (Number.isNaN(this.#second)) this.#second = until
    if (until - this.#second > this.#due.size) {
      // A long pause: fewer seconds have anything in them than have gone by.
      for (const second of [...this.#due.keys()].sort((a, b) => a - b))
        if (second <= until) this.#end(second, now)
    } else for (let second = this.#second; second <= until; second++) this.#end(second, now)
    this.#second = until
  }

  #end(second: number, now: number): void {
    const some = this.#due.get(second)
    if (some === undefined) return
    this.#due.delete(second)
    for (const one of some) {
      if (this.#isGone(one)) continue
      if (one.expires <= now) this.#remove(one, now)
      else this.#schedule(one)
    }
  }

  #schedule(mapping: NatMapping): void {
    const second = Math.floor(mapping.expires / SECOND)
    const some = this.#due.get(second)
    if (some === undefined) this.#due.set(second, [mapping])
    else some.push(mapping)
  }

  #living(mapping: NatMapping, now: number): NatMapping | undefined {
    if (mapping.expires > now) return mapping
    this.#remove(mapping, now)
    return undefined
  }

  #isGone(mapping: NatMapping): boolean {
    const { protocol, insideAddress, insidePort, peer } = mapping
    return this.#side(protocol).inside.get(endpointKey(insideAddress, insidePort))?.get(peer) !== mapping
  }

  #insert(side: Side, mapping: NatMapping, count: number): void {
    const { insideAddress, insidePort, externalAddress, externalPort, peer } = mapping
    const inside = endpointKey(insideAddress, insidePort)
    const byPeer = side.inside.get(inside)
    if (byPeer === undefined) side.inside.set(inside, new Map([[peer, mapping]]))
    else byPeer.set(peer, mapping)
    const external = endpointKey(externalAddress, externalPort)
    const some = side.external.get(external)
    if (some === undefined) side.external.set(external, [mapping])
    else some.push(mapping)
    side.counts.set(insideAddress, count + 1)
    // It expires at once unless a packet goes through, as one is about to.
    this.#schedule(mapping)
    this.#size++
  }

  #remove(mapping: NatMapping, now: number): void {
    const { protocol, insideAddress, insidePort, externalAddress, externalPort, peer } = mapping
    const side = this.#side(protocol)
    const inside = endpointKey(insideAddress, insidePort)
    const byPeer = side.inside.get(inside)!
    byPeer.delete(peer)
    if (byPeer.size === 0) side.inside.delete(inside)
    const external = endpointKey(externalAddress, externalPort)
    const left = side.external.get(external)!.filter(one => one !== mapping)
    if (left.length === 0) side.external.delete(external)
    else side.external.set(external, left)
    const count = side.counts.get(insideAddress)! - 1
    if (count === 0) side.counts.delete(insideAddress)
    else side.counts.set(insideAddress, count)
    this.#size--
    this.#tell('mapping-deleted', mapping, now)
    this.#allocator.release(
      protocol,
      { address: externalAddress, port: externalPort },
      peer,
      now,
      this.#restsUntil(protocol, now),
    )
  }

  /** RFC 6888 REQ-8: a port rests, unless TCP was followed to its end, or strangers couldn't come in anyway. */
  #restsUntil(protocol: number, now: number): number | undefined {
    const { holdDown, filtering } = this.#behaviour
    const rests = holdDown > 0 && protocol !== TCP && filtering === 'endpoint-independent'
    return rests ? now + holdDown : undefined
  }

  #tell(event: 'mapping-created' | 'mapping-deleted', mapping: NatMapping, time: number): void {
    // Whoever has a block of ports is in the log already.
    if (this.#behaviour.blocks !== undefined) return
    const { protocol, insideAddress, insidePort, externalAddress, externalPort } = mapping
    this.#log({
      time,
      event,
      protocol,
      inside: { address: insideAddress, port: insidePort },
      external: { address: externalAddress, port: externalPort },
    })
  }

  #side(protocol: number): Side {
    let side = this.#sides.get(protocol)
    if (side === undefined) {
      side = { inside: new Map(), external: new Map(), counts: new Map() }
      this.#sides.set(protocol, side)
    }
    return side
  }
}
