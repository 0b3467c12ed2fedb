/**
 * A NAT box by its behaviour: what comes from inside devices and leaves by the outside one is translated, and back. IPv6 and what has
 * no ports passes untranslated inside, and not at all to the outside.
 */
import { type Address, familyOf } from '../../model/address.ts'
import { addressScalar, scalarAddress } from '../../model/filter/address-scalar.ts'
import type { NatBox, NatPacket, Translation } from '../../model/nat/nat-box.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import { protocolOf, quotedIn, requoted } from '../../wire/ip/ip.ts'
import { isIcmpError } from './icmp-error.ts'
import type { Translated, Translator } from './translator.ts'

export interface NatTranslatorOptions {
  readonly box: NatBox
  /** Name of the outside device. */
  readonly outside: string
  /** Addresses that the box translates to. */
  readonly external: ReadonlySet<Address>
  readonly now: () => number
  /** Whether a program on the box itself waits for a packet that belongs to no mapping. */
  readonly isOwn: (datagram: Datagram) => boolean
}

const DROPPED: Translated = { kind: 'dropped' }
/** Types of ICMP (RFC 792). */
const [ECHO_REPLY, ECHO_REQUEST] = [0, 8]

export function natTranslator({ box, outside, external, now, isOwn }: NatTranslatorOptions): Translator {
  return {
    arriving(datagram, device) {
      if (familyOf(datagram.source) === 'ipv6' || !external.has(datagram.destination))
        return { kind: 'passed', datagram }
      // A ping of the box itself: nobody inside is meant.
      const { payload } = datagram
      if (payload.kind === 'icmp' && payload.type === ECHO_REQUEST) return { kind: 'passed', datagram }
      const packet = natPacketOf(datagram)
      const came = device === outside ? box.inbound(packet, now()) : box.outbound(packet, now())
      // The answer to a ping of the box's own, an error about it, or what one of its own programs waits for.
      const isStray = came.kind === 'dropped' && came.why === 'no-mapping'
      if (isStray && (payload.kind === 'icmp' || isOwn(datagram))) return { kind: 'passed', datagram }
      return translatedBy(came, datagram)
    },
    leaving(datagram, from, to) {
      if (familyOf(datagram.source) === 'ipv6' || to !== outside || from === outside)
        return { kind: 'passed', datagram }
      return translatedBy(box.outbound(natPacketOf(datagram), now()), datagram)
    },
  }
}

function translatedBy(came: Translation, datagram: Datagram): Translated {
  if (came.kind === 'dropped')
    return came.answer === undefined ? DROPPED : { kind: 'dropped', answer: came.answer }
  return { kind: 'passed', datagram: withEnds(datagram, came.packet) }
}

function natPacketOf(datagram: Datagram): NatPacket {
  const { source, destination, payload } = datagram
  const ends = {
    protocol: protocolOf(datagram),
    source: addressScalar(source) as number,
    destination: addressScalar(destination) as number,
  }
  if (payload.kind === 'tcp' || payload.kind === 'udp') {
    const { sourcePort, destinationPort } = payload
    const ported = { ...ends, sourcePort, destinationPort }
    return payload.kind === 'tcp' ? { ...ported, tcpFlags: payload.flags } : ported
  }
  if (payload.kind === 'other') return { ...ends, sourcePort: 0, destinationPort: 0 }
  if (!isIcmpError(datagram)) {
    const id = identifierOf(payload.rest)
    const isReply = payload.type === ECHO_REPLY
    return { ...ends, sourcePort: isReply ? 0 : id, destinationPort: isReply ? id : 0 }
  }
  const quoted = quotedIn(datagram)
  if (quoted === undefined) return { ...ends, protocol: NOT_TRANSLATED, sourcePort: 0, destinationPort: 0 }
  const { protocol, tuple } = quoted
  return {
    ...ends,
    sourcePort: 0,
    destinationPort: 0,
    quoted: {
      protocol,
      source: Number(tuple.source),
      sourcePort: tuple.sourcePort ?? 0,
      destination: Number(tuple.destination),
      // Of an echo, type and code stand there.
      destinationPort: protocol === ends.protocol ? 0 : (tuple.destinationPort ?? 0),
    },
  }
}

/** IANA: reserved. An error that quotes nothing belongs to nothing. */
const NOT_TRANSLATED = 255

const identifierOf = (rest = 0): number => Math.floor(rest / 0x10000)

function withEnds(datagram: Datagram, packet: NatPacket): Datagram {
  const { payload } = datagram
  const changed: Datagram = {
    ...datagram,
    source: addressOr(packet.source, datagram.source),
    destination: addressOr(packet.destination, datagram.destination),
  }
  if (payload.kind === 'tcp' || payload.kind === 'udp') {
    const { sourcePort, destinationPort } = packet
    return { ...changed, payload: { ...payload, sourcePort, destinationPort } }
  }
  if (payload.kind === 'other') return changed
  if (packet.quoted !== undefined) return requoted(changed, packet.quoted)
  const id = payload.type === ECHO_REPLY ? packet.destinationPort : packet.sourcePort
  return { ...changed, payload: { ...payload, rest: id * 0x10000 + ((payload.rest ?? 0) & 0xffff) } }
}

const addressOr = (scalar: number, before: Address): Address =>
  addressScalar(before) === scalar ? before : scalarAddress(scalar, 'ipv4')
