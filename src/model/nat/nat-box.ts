/**
 * A NAT as RFC 4787, RFC 5382, RFC 5508 and RFC 6888 describe them, of IPv4: what becomes of packets from inside and from
 * outside, with whatever behaviour it is given.
 *
 * It doesn't answer for fragments (reassemble first), for protocols that have no ports, for protocols that carry addresses
 * in what they say (no ALG: RFC 4787 REQ-10), nor for Linux, whose NAT is another thing (`linux/`). Time and chance are
 * arguments; times never go back.
 */
import type { NatBehaviour } from './behaviour.ts'
import type { DeterministicPlan } from './deterministic.ts'
import {
  type ForeseenEnds,
  type ForeseenMapping,
  type Foresight,
  foreseeInbound,
  foreseeOutbound,
  type NatView,
} from './foresee-nat.ts'
import type { NatLogRecord } from './nat-log.ts'
import { admits, endpointKey, ICMP, type NatMapping, refresh, TCP, UDP } from './nat-mapping.ts'
import type { NatPacket } from './nat-packet.ts'
import { NatTable } from './nat-table.ts'
import { PortAllocator } from './port-allocator.ts'

export type { NatBehaviour } from './behaviour.ts'
export type { ForeseenEnds, ForeseenMapping, Foresight } from './foresee-nat.ts'
export type { NatLogRecord } from './nat-log.ts'
export type { NatPacket } from './nat-packet.ts'

export interface NatBoxOptions {
  /** Its external addresses, IPv4 as numbers; with a deterministic plan those of the plan. */
  readonly external: readonly number[]
  /** From 0 up to 1. */
  readonly random: () => number
  /** Who may have which ports is settled beforehand (RFC 7422). */
  readonly deterministic?: DeterministicPlan
  /** Gets what has to be written down, as it happens. */
  readonly log?: (record: NatLogRecord) => void
}

/**
 * | why | the packet |
 * |---|---|
 * | protocol | has no ports that could be translated |
 * | no-mapping | came from outside, or is about a packet from there, and belongs to nothing |
 * | filtered | came from somebody who may not use the mapping |
 * | hairpin | is for an external endpoint, from inside, which this NAT doesn't do |
 * | quota | would be one mapping too many for its host |
 * | full | found no port left |
 */
export type WhyDropped = 'protocol' | 'no-mapping' | 'filtered' | 'hairpin' | 'quota' | 'full'

export type Translation =
  | { readonly kind: 'passed'; readonly packet: NatPacket }
  /** From inside, and back inside. */
  | { readonly kind: 'hairpin'; readonly packet: NatPacket }
  | {
      readonly kind: 'dropped'
      readonly why: WhyDropped
      /** The ICMP error that the sender gets. */
      readonly answer?: { readonly type: number; readonly code: number }
    }

const dropped = (why: WhyDropped): Translation => ({ kind: 'dropped', why })

export class NatBox {
  readonly behaviour: NatBehaviour
  readonly #options: NatBoxOptions
  readonly #external: ReadonlySet<number>
  readonly #table: NatTable

  constructor(behaviour: NatBehaviour, options: NatBoxOptions) {
    if (behaviour.overloads && behaviour.mapping === 'endpoint-independent')
      throw new TypeError(
        'ports can only be overloaded where mappings depend on the peer (RFC 7857 section 3)',
      )
    if (options.external.length === 0 && options.deterministic === undefined)
      throw new TypeError('a NAT needs an external address')
    this.behaviour = behaviour
    this.#options = options
    this.#external = new Set(options.external)
    const log = options.log ?? (() => undefined)
    const allocator = new PortAllocator(behaviour, { ...options, log })
    this.#table = new NatTable(behaviour, allocator, log)
  }

  /** Mappings that there are; those whose time is over are among them until something looks. */
  get size(): number {
    return this.#table.size
  }

  mappings(): Iterable<NatMapping> {
    return this.#table.all()
  }

  /** Ends what has expired: ports are free again, and the log says so. Translating does this on its way, too. */
  expire(now: number): void {
    this.#table.expire(now)
  }

  /** A packet from an inside host. */
  outbound(packet: NatPacket, now: number): Translation {
    if (!isTranslated(packet.protocol) && packet.quoted === undefined) return dropped('protocol')
    if (packet.quoted !== undefined) return this.#errorFromInside(packet, packet.quoted, now)
    if (!this.#isExternal(packet.destination)) return this.#leave(packet, now)
    const { hairpin } = this.behaviour
    if (hairpin === 'none') return dropped('hairpin')
    const left = this.#leave(packet, now)
    if (left.kind !== 'passed') return left
    const back = this.inbound(left.packet, now)
    if (back.kind !== 'passed') return back
    const { source, sourcePort } = packet
    const seen = hairpin === 'external-source' ? back.packet : { ...back.packet, source, sourcePort }
    return { kind: 'hairpin', packet: seen }
  }

  /** A packet from outside, to an external address. */
  inbound(packet: NatPacket, now: number): Translation {
    if (!isTranslated(packet.protocol) && packet.quoted === undefined) return dropped('protocol')
    if (packet.quoted !== undefined) return this.#errorFromOutside(packet, packet.quoted, now)
    const { protocol, source, sourcePort, destination, destinationPort, tcpFlags } = packet
    const mapping = this.#table.byExternal(
      protocol,
      destination,
      destinationPort,
      this.#peerKey(source, sourcePort),
      now,
    )
    if (mapping === undefined) return dropped('no-mapping')
    const peer = endpointKey(source, sourcePort)
    if (!admits(mapping, peer, this.behaviour.filtering, now)) return dropped('filtered')
    refresh(mapping, peer, 'outside', this.behaviour, now, tcpFlags)
    return {
      kind: 'passed',
      packet: { ...packet, destination: mapping.insideAddress, destinationPort: mapping.insidePort },
    }
  }

  /**
   * What `outbound` would come to, chance left open and nothing made; only what is over has ended by then. `made`: what
   * packets foreseen before would have mapped.
   */
  foreseeOutbound(ends: ForeseenEnds, now: number, made: readonly ForeseenMapping[] = []): Foresight {
    if (!isTranslated(ends.protocol)) return { kind: 'dropped', why: 'protocol' }
    this.expire(now)
    return foreseeOutbound(this.#view(), ends, now, made)
  }

  /** What `inbound` would come to, in the same way. */
  foreseeInbound(ends: ForeseenEnds, now: number, made: readonly ForeseenMapping[] = []): Foresight {
    if (!isTranslated(ends.protocol)) return { kind: 'dropped', why: 'protocol' }
    this.expire(now)
    return foreseeInbound(this.#view(), ends, now, made)
  }

  #view(): NatView {
    return {
      behaviour: this.behaviour,
      table: this.#table,
      isExternal: address => this.#isExternal(address),
      peerKey: (address, port) => this.#peerKey(address, port),
    }
  }

  #leave(packet: NatPacket, now: number): Translation {
    const { protocol, source, sourcePort, destination, destinationPort, tcpFlags } = packet
    const peerKey = this.#peerKey(destination, destinationPort)
    const mapping =
      this.#table.byInside(protocol, source, sourcePort, peerKey, now) ??
      this.#table.create(protocol, source, sourcePort, peerKey, now)
    if (mapping === 'quota' || mapping === 'full') {
      const { whenFull } = this.behaviour
      return {
        kind: 'dropped',
        why: mapping,
        ...(whenFull === 'silence' ? {} : { answer: whenFull }),
      }
    }
    refresh(mapping, endpointKey(destination, destinationPort), 'inside', this.behaviour, now, tcpFlags)
    return {
      kind: 'passed',
      packet: { ...packet, source: mapping.externalAddress, sourcePort: mapping.externalPort },
    }
  }

  /** An inside host, or a router there, complains about a packet that came in (RFC 5508 section 4.2). */
  #errorFromInside(packet: NatPacket, quoted: NonNullable<NatPacket['quoted']>, now: number): Translation {
    const mapping = this.#table.byInside(
      quoted.protocol,
      quoted.destination,
      quoted.destinationPort,
      this.#peerKey(quoted.source, quoted.sourcePort),
      now,
    )
    if (mapping === undefined) return dropped('no-mapping')
    const { externalAddress: destination, externalPort: destinationPort } = mapping
    const left: NatPacket = {
      ...packet,
      source: destination,
      quoted: { ...quoted, destination, destinationPort },
    }
    if (!this.#isExternal(packet.destination)) return { kind: 'passed', packet: left }
    if (this.behaviour.hairpin === 'none') return dropped('hairpin')
    const back = this.inbound(left, now)
    return back.kind === 'passed' ? { kind: 'hairpin', packet: back.packet } : back
  }

  /** Somebody outside complains about a packet that went out (RFC 5508 section 4.1). Nothing is kept alive by it. */
  #errorFromOutside(packet: NatPacket, quoted: NonNullable<NatPacket['quoted']>, now: number): Translation {
    const mapping = this.#table.byExternal(
      quoted.protocol,
      quoted.source,
      quoted.sourcePort,
      this.#peerKey(quoted.destination, quoted.destinationPort),
      now,
    )
    if (mapping === undefined) return dropped('no-mapping')
    const { insideAddress: source, insidePort: sourcePort } = mapping
    return {
      kind: 'passed',
      packet: { ...packet, destination: source, quoted: { ...quoted, source, sourcePort } },
    }
  }

  #isExternal(address: number): boolean {
    const { deterministic } = this.#options
    if (deterministic === undefined) return this.#external.has(address)
    const place = address - deterministic.outsideBase
    return place >= 0 && place < 2 ** (32 - deterministic.outsideLength)
  }

  /** What a mapping to that peer depends on. */
  #peerKey(address: number, port: number): number {
    switch (this.behaviour.mapping) {
      case 'endpoint-independent':
        return 0
      case 'address-dependent':
        return endpointKey(address, 0)
      case 'address-and-port-dependent':
        return endpointKey(address, port)
    }
  }
}

const isTranslated = (protocol: number): boolean => protocol === TCP || protocol === UDP || protocol === ICMP
