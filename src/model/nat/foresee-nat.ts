/**
 * What a NAT would do with a packet, without its being done: nothing is mapped, kept alive or drawn. What chance would choose
 * is left open.
 *
 * Mappings that earlier foreseen packets would have made are handed in, so that an answer finds its way back. It doesn't answer
 * for ICMP errors, which are about another packet.
 */
import type { NatBehaviour } from './behaviour.ts'
import type { WhyDropped } from './nat-box.ts'
import { addressOfKey, admits, endpointKey, type NatMapping } from './nat-mapping.ts'
import type { NatTable } from './nat-table.ts'
import type { PeerKey } from './port-pool.ts'

/** Absent: chance chooses it, here or at another NAT before. */
export interface ForeseenEnds {
  readonly protocol: number
  readonly source?: number
  readonly sourcePort?: number
  readonly destination?: number
  readonly destinationPort?: number
}

/** A mapping with one peer that it would be used for. */
export interface ForeseenMapping {
  readonly protocol: number
  readonly insideAddress?: number
  readonly insidePort?: number
  readonly externalAddress?: number
  readonly externalPort?: number
  readonly peerAddress?: number
  readonly peerPort?: number
  /** It isn't there yet. */
  readonly isNew: boolean
}

export type Foresight =
  | { readonly kind: 'passed' | 'hairpin'; readonly ends: ForeseenEnds; readonly mapping: ForeseenMapping }
  | {
      readonly kind: 'dropped'
      readonly why: WhyDropped
      /** Of what should have come back inside: by which mapping it would have left. */
      readonly mapping?: ForeseenMapping
    }

/** What of a NAT it takes to foresee. */
export interface NatView {
  readonly behaviour: NatBehaviour
  readonly table: NatTable
  readonly isExternal: (address: number) => boolean
  readonly peerKey: (address: number, port: number) => PeerKey
}

/** No peer has it, so nothing is found by it. */
const NO_PEER = Number.NaN

/** A packet from an inside host. */
export function foreseeOutbound(
  nat: NatView,
  ends: ForeseenEnds,
  now: number,
  made: readonly ForeseenMapping[],
): Foresight {
  const { destination } = ends
  const { hairpin } = nat.behaviour
  const turns = destination !== undefined && nat.isExternal(destination)
  if (turns && hairpin === 'none') return { kind: 'dropped', why: 'hairpin' }
  const left = leave(nat, ends, now, made)
  if (!turns || left.kind === 'dropped') return left
  const back = foreseeInbound(nat, left.ends, now, [...made, left.mapping])
  if (back.kind === 'dropped') return { ...back, mapping: left.mapping }
  const seen = hairpin === 'external-source' ? back.ends : { ...back.ends, ...sourceOf(ends) }
  return { kind: 'hairpin', ends: seen, mapping: left.mapping }
}

/** A packet from outside, to an external address. */
export function foreseeInbound(
  nat: NatView,
  ends: ForeseenEnds,
  now: number,
  made: readonly ForeseenMapping[],
): Foresight {
  const { protocol, source, sourcePort, destination, destinationPort } = ends
  const { filtering } = nat.behaviour
  const own = made.filter(
    one =>
      one.protocol === protocol &&
      one.externalAddress === destination &&
      one.externalPort === destinationPort &&
      (nat.behaviour.mapping === 'endpoint-independent' ||
        !nat.behaviour.overloads ||
        isSamePeer(nat, one, ends)),
  )
  const known = source !== undefined && sourcePort !== undefined
  const found =
    destination === undefined || destinationPort === undefined
      ? undefined
      : nat.table.byExternal(
          protocol,
          destination,
          destinationPort,
          known ? nat.peerKey(source, sourcePort) : NO_PEER,
          now,
        )
  const mapping = found === undefined ? own[0] : seenAs(found, ends)
  if (mapping === undefined) return { kind: 'dropped', why: 'no-mapping' }
  const may =
    own.some(one => contacted(one, ends, filtering)) ||
    (found !== undefined && mayPass(found, ends, filtering, now))
  if (filtering !== 'endpoint-independent' && !may) return { kind: 'dropped', why: 'filtered' }
  const { insideAddress, insidePort } = mapping
  const { destination: _, destinationPort: __, ...rest } = ends
  return {
    kind: 'passed',
    mapping,
    ends: {
      ...rest,
      ...(insideAddress === undefined ? {} : { destination: insideAddress }),
      ...(insidePort === undefined ? {} : { destinationPort: insidePort }),
    },
  }
}

interface Left {
  readonly kind: 'passed'
  readonly ends: ForeseenEnds
  readonly mapping: ForeseenMapping
}

function leave(
  nat: NatView,
  ends: ForeseenEnds,
  now: number,
  made: readonly ForeseenMapping[],
): Left | { readonly kind: 'dropped'; readonly why: WhyDropped } {
  const { protocol, source, sourcePort, destination, destinationPort } = ends
  const peer =
    destination === undefined || destinationPort === undefined
      ? NO_PEER
      : nat.peerKey(destination, destinationPort)
  const isKnown = source !== undefined && sourcePort !== undefined
  const found = isKnown ? nat.table.byInside(protocol, source, sourcePort, peer, now) : undefined
  const before = made.find(
    one =>
      one.protocol === protocol &&
      one.insideAddress === source &&
      one.insidePort === sourcePort &&
      isSamePeer(nat, one, { source: destination, sourcePort: destinationPort }),
  )
  // Of an inside end that isn't known only the address can be told, by whoever has it.
  const expected =
    found === undefined && before === undefined
      ? nat.table.foresee(protocol, source ?? 0, sourcePort ?? 0, peer, now)
      : undefined
  if (typeof expected === 'string') return { kind: 'dropped', why: expected }
  const external: Pick<ForeseenMapping, 'externalAddress' | 'externalPort'> = found ??
    before ?? {
      ...(expected?.address === undefined ? {} : { externalAddress: expected.address }),
      ...(expected?.port === undefined || !isKnown ? {} : { externalPort: expected.port }),
    }
  const { externalAddress, externalPort } = external
  const { source: _, sourcePort: __, ...rest } = ends
  return {
    kind: 'passed',
    mapping: {
      protocol,
      isNew: found === undefined,
      ...(source === undefined ? {} : { insideAddress: source }),
      ...(sourcePort === undefined ? {} : { insidePort: sourcePort }),
      ...(externalAddress === undefined ? {} : { externalAddress }),
      ...(externalPort === undefined ? {} : { externalPort }),
      ...(destination === undefined ? {} : { peerAddress: destination }),
      ...(destinationPort === undefined ? {} : { peerPort: destinationPort }),
    },
    ends: {
      ...rest,
      ...(externalAddress === undefined ? {} : { source: externalAddress }),
      ...(externalPort === undefined ? {} : { sourcePort: externalPort }),
    },
  }
}

const sourceOf = ({ source, sourcePort }: ForeseenEnds) => ({
  ...(source === undefined ? {} : { source }),
  ...(sourcePort === undefined ? {} : { sourcePort }),
})

/** Whether the mapping that was made for one peer is also the one for another. */
function isSamePeer(
  { behaviour }: NatView,
  { peerAddress, peerPort }: ForeseenMapping,
  { source, sourcePort }: { readonly source?: number | undefined; readonly sourcePort?: number | undefined },
): boolean {
  if (behaviour.mapping === 'endpoint-independent') return true
  return peerAddress === source && (behaviour.mapping === 'address-dependent' || peerPort === sourcePort)
}

const contacted = (
  { peerAddress, peerPort }: ForeseenMapping,
  { source, sourcePort }: ForeseenEnds,
  filtering: NatBehaviour['filtering'],
): boolean => peerAddress === source && (filtering === 'address-dependent' || peerPort === sourcePort)

function mayPass(
  mapping: NatMapping,
  { source, sourcePort }: ForeseenEnds,
  filtering: NatBehaviour['filtering'],
  now: number,
): boolean {
  if (source === undefined) return false
  if (sourcePort !== undefined) return admits(mapping, endpointKey(source, sourcePort), filtering, now)
  // Of a port that chance chooses nobody can say that it was sent to.
  return (
    filtering === 'address-dependent' &&
    [...mapping.sessions].some(
      ([key, one]) => one.contacted && one.expires > now && addressOfKey(key) === source,
    )
  )
}

const seenAs = (
  { protocol, insideAddress, insidePort, externalAddress, externalPort }: NatMapping,
  { source, sourcePort }: ForeseenEnds,
): ForeseenMapping => ({
  protocol,
  insideAddress,
  insidePort,
  externalAddress,
  externalPort,
  ...(source === undefined ? {} : { peerAddress: source }),
  ...(sourcePort === undefined ? {} : { peerPort: sourcePort }),
  isNew: false,
})
