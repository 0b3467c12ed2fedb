/** The tuples that connections are found by: ports of TCP and its like, identifier, type and code of ICMP (nf_ct_get_tuple). */
import type { Packet, Tuple } from '../filter/packet.ts'

const ICMP = 1
const ICMPV6 = 58

export const isIcmp = (protocol: number | undefined): protocol is typeof ICMP | typeof ICMPV6 =>
  protocol === ICMP || protocol === ICMPV6

/** Requests, and what answers them (RFC 792, RFC 950; RFC 4443, RFC 4620). */
export const ANSWERED_BY: Readonly<Record<1 | 58, ReadonlyMap<number, number>>> = {
  1: new Map([
    [8, 0],
    [13, 14],
    [15, 16],
    [17, 18],
  ]),
  58: new Map([
    [128, 129],
    [139, 140],
  ]),
}

/** The tuple of what would answer. */
export function answerTo(tuple: Tuple, { protocol }: Pick<Packet, 'protocol'>): Tuple {
  const { source, destination, sourcePort, destinationPort } = tuple
  if (isIcmp(protocol))
    return {
      source: destination,
      destination: source,
      sourcePort: sourcePort ?? 0,
      destinationPort: answered(ANSWERED_BY[protocol], destinationPort ?? 0),
    }
  return tupleFrom(destination, source, destinationPort, sourcePort)
}

/** One shape for all that have ports: a router makes several for each packet. */
const tupleFrom = (
  source: Tuple['source'],
  destination: Tuple['source'],
  sourcePort: number | undefined,
  destinationPort: number | undefined,
): Tuple =>
  sourcePort === undefined || destinationPort === undefined
    ? {
        source,
        destination,
        ...(sourcePort === undefined ? {} : { sourcePort }),
        ...(destinationPort === undefined ? {} : { destinationPort }),
      }
    : { source, destination, sourcePort, destinationPort }

/** Types and codes of ICMP stand in a tuple where ports do: the identifier first, then type and code. It goes both ways. */
function answered(answers: ReadonlyMap<number, number>, typeAndCode: number): number {
  const type = typeAndCode >> 8
  const asked = [...answers].find(([, answer]) => answer === type)?.[0]
  return (answers.get(type) ?? asked ?? type) * 256 + (typeAndCode & 0xff)
}

/** Whether there is an answer at all: to an ICMP message of another type there is none (nf_ct_invert_icmp_tuple). */
export function canBeAnswered(
  { destinationPort = 0 }: Tuple,
  { protocol }: Pick<Packet, 'protocol'>,
): boolean {
  if (!isIcmp(protocol)) return true
  const type = destinationPort >> 8
  return ANSWERED_BY[protocol].has(type) || [...ANSWERED_BY[protocol].values()].includes(type)
}

export function trackedTuple(packet: Packet): Tuple | undefined {
  const {
    source,
    destination,
    protocol,
    icmpType,
    icmpCode = 0,
    sourcePort,
    destinationPort,
    fields,
  } = packet
  if (source === undefined || destination === undefined) return undefined
  if (isIcmp(protocol)) {
    const id = fields?.get(protocol === ICMP ? 'icmp id' : 'icmpv6 id')
    return {
      source,
      destination,
      sourcePort: Number(id ?? 0),
      destinationPort: (icmpType ?? 0) * 256 + icmpCode,
    }
  }
  return tupleFrom(source, destination, sourcePort, destinationPort)
}

export const isSameTuple = (a: Tuple, b: Tuple): boolean =>
  a.source === b.source &&
  a.destination === b.destination &&
  a.sourcePort === b.sourcePort &&
  a.destinationPort === b.destinationPort
