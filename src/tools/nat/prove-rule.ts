/**
 * Which rules made a connection's translation: its first packet is sent through the rules as they are now, and what
 * they make of it is compared with the answers that the kernel waits for. Only where both agree is a rule named.
 */
import { addressScalar } from '../../model/filter/address-scalar.ts'
import type { Packet } from '../../model/filter/packet.ts'
import type { Ruleset } from '../../model/filter/ruleset.ts'
import {
  CONNECTION_STATUS,
  type TrackedConnection,
  type TrackedEnd,
} from '../../model/nat/tracked-connection.ts'
import type { Host } from '../../model/path/host.ts'
import { pathOf } from '../../model/path/path.ts'
import { routeFor } from '../../model/path/routing.ts'
import type { Proof } from './proof.ts'

export type Prover = (connection: TrackedConnection) => Proof

const SOURCE = CONNECTION_STATUS.sourceTranslated
const DESTINATION = CONNECTION_STATUS.destinationTranslated

export function proverOf(whole: Ruleset, host: Host): Prover {
  const ruleset = translatingOnly(whole)
  return connection => {
    const path = pathOf(ruleset, host, {
      packet: firstPacket(connection),
      from: entryOf(host, connection),
      surroundings: { mark: 0, conntrack: { state: 'new', direction: 'original', status: 0, mark: 0 } },
    })
    if (path.decision.unknown.length > 0) return { unknown: 'depends' }
    const rules = path.decision.walk.flatMap(({ outcome, rule }) =>
      outcome === 'translate' && rule !== undefined ? [rule] : [],
    )
    const { reply, status } = connection
    const agrees =
      ends(path.packet, 'destination', reply.source, (status & DESTINATION) !== 0) &&
      ends(path.packet, 'source', reply.destination, (status & SOURCE) !== 0)
    return agrees && rules.length > 0 ? { rules } : { unknown: 'changed' }
  }
}

/** Whether the packet's end became what the answers say. A port that the kernel was free to choose agrees with any. */
function ends(
  packet: Packet,
  end: 'source' | 'destination',
  became: TrackedEnd,
  translated: boolean,
): boolean {
  const port = packet[`${end}Port`]
  // What isn't known is what the kernel chose.
  const address = packet[end] === undefined || packet[end] === addressScalar(became.address)
  // A source's port may be another than the rule's, where that was taken (nf_nat_l4proto_unique_tuple).
  const samePort = end === 'source' || port === undefined || became.port === undefined || port === became.port
  return address && (samePort || !translated)
}

/** The first packet as it came. */
export function firstPacket({ family, protocol, original }: TrackedConnection): Packet {
  const { source, destination, icmp } = original
  return {
    family,
    protocol,
    source: addressScalar(source.address),
    destination: addressScalar(destination.address),
    ...(source.port === undefined ? {} : { sourcePort: source.port }),
    ...(destination.port === undefined ? {} : { destinationPort: destination.port }),
    ...(protocol === TCP ? { tcpFlags: SYN } : {}),
    ...(icmp === undefined
      ? {}
      : {
          icmpType: icmp.type,
          icmpCode: icmp.code,
          fields: new Map([[family === 'ipv4' ? 'icmp id' : 'icmpv6 id', icmp.id]]),
        }),
  }
}

const TCP = 6
const SYN = 2

/** By which device it came: none for what was made here, else the one towards the sender. */
function entryOf(host: Host, { family, original }: TrackedConnection): string | null {
  const source = addressScalar(original.source.address)
  if (host.addresses.some(one => one.family === family && one.address === source)) return null
  return routeFor(host, { family, destination: source }).device ?? null
}

/**
 * Chains that filter say nothing of translation, unless they set marks: without them less is asked, and less unknown. A
 * connection that is there got through.
 */
function translatingOnly(ruleset: Ruleset): Ruleset {
  const marks = ruleset.tables.some(({ chains }) =>
    chains.some(({ rules }) =>
      rules.some(({ statements }) =>
        statements.some(({ kind }) => kind === 'assign' || kind === 'notrack' || kind === 'unsupported'),
      ),
    ),
  )
  if (marks) return ruleset
  return {
    tables: ruleset.tables.map(table => ({
      ...table,
      chains: table.chains.filter(({ base }) => base?.type !== 'filter'),
    })),
  }
}
