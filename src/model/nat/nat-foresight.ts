/**
 * A NAT box as a packet would meet it, before and after the routing decision, without anything's being done. Foreseen packets may
 * leave foreseen mappings behind, by which answers to them come back.
 */
import type { Packet } from '../filter/packet.ts'
import type { ForeseenEnds, ForeseenMapping, Foresight, NatBox, WhyDropped } from './nat-box.ts'

export type NatStep =
  /** Not the NAT's business. */
  | { readonly kind: 'passed' }
  | {
      readonly kind: 'translated'
      readonly packet: Packet
      readonly mapping: ForeseenMapping
      /** From inside, and back inside. */
      readonly turns: boolean
    }
  | { readonly kind: 'dropped'; readonly why: WhyDropped }

export interface NatForesightOptions {
  readonly box: NatBox
  /** Name of the outside device. */
  readonly outside: string
  /** Addresses that it translates to, IPv4 as numbers. */
  readonly external: ReadonlySet<number>
  /** Milliseconds, on the box's clock. */
  readonly now: () => number
}

const ICMP = 1
/** Types of ICMP (RFC 792). */
const [ECHO_REPLY, ECHO_REQUEST] = [0, 8]
/** IANA: reserved. An error that quotes nothing belongs to nothing. */
const NOT_TRANSLATED = 255

export class NatForesight {
  readonly #options: NatForesightOptions

  constructor(options: NatForesightOptions) {
    this.#options = options
  }

  /** Before the routing decision. */
  arriving(packet: Packet, device: string, made: readonly ForeseenMapping[] = []): NatStep {
    const { box, outside, external, now } = this.#options
    const { family, protocol, destination, icmpType } = packet
    if (family === 'ipv6' || typeof destination !== 'number' || !external.has(destination))
      return { kind: 'passed' }
    // A ping of the box itself: nobody inside is meant.
    if (protocol === ICMP && icmpType === ECHO_REQUEST) return { kind: 'passed' }
    const ends = endsOf(packet)
    const came =
      device === outside ? box.foreseeInbound(ends, now(), made) : box.foreseeOutbound(ends, now(), made)
    if (came.kind === 'dropped' && came.why === 'no-mapping' && protocol === ICMP) return { kind: 'passed' }
    return stepOf(came, packet)
  }

  /** Of what is passed on, before it leaves. */
  leaving(packet: Packet, from: string, to: string, made: readonly ForeseenMapping[] = []): NatStep {
    const { box, outside, now } = this.#options
    if (packet.family === 'ipv6' || to !== outside || from === outside) return { kind: 'passed' }
    return stepOf(box.foreseeOutbound(endsOf(packet), now(), made), packet)
  }
}

function stepOf(came: Foresight, packet: Packet): NatStep {
  if (came.kind === 'dropped') return { kind: 'dropped', why: came.why }
  const { source, sourcePort, destination, destinationPort } = came.ends
  const { source: _, sourcePort: __, destination: ___, destinationPort: ____, ...rest } = packet
  const hasPorts = packet.protocol !== ICMP
  return {
    kind: 'translated',
    mapping: came.mapping,
    turns: came.kind === 'hairpin',
    packet: {
      ...rest,
      ...(source === undefined ? {} : { source }),
      ...(destination === undefined ? {} : { destination }),
      ...(sourcePort === undefined || !hasPorts ? {} : { sourcePort }),
      ...(destinationPort === undefined || !hasPorts ? {} : { destinationPort }),
    },
  }
}

/** Of an echo the identifier stands for the inside port; nobody says which it is. */
function endsOf(packet: Packet): ForeseenEnds {
  const { protocol = NOT_TRANSLATED, icmpType, sourcePort, destinationPort } = packet
  const { source, destination } = packet as { source?: number; destination?: number }
  const addresses = {
    ...(source === undefined ? {} : { source }),
    ...(destination === undefined ? {} : { destination }),
  }
  if (protocol !== ICMP)
    return {
      protocol,
      ...addresses,
      ...(sourcePort === undefined ? {} : { sourcePort }),
      ...(destinationPort === undefined ? {} : { destinationPort }),
    }
  if (icmpType === ECHO_REQUEST) return { protocol, ...addresses, destinationPort: 0 }
  if (icmpType === ECHO_REPLY) return { protocol, ...addresses, sourcePort: 0 }
  return { protocol: NOT_TRANSLATED, ...addresses }
}
