/**
 * Which rules made a connection's translation: its first packet is sent through the rules as they are now, and what
 * they make of it is compared with the answers that the kernel waits for. Only where both agree is a rule named.
 */
import { addressScalar } from '../../model/filter/address-scalar.ts'
import type { RuleReference } from '../../model/filter/decision.ts'
import type { Packet } from '../../model/filter/packet.ts'
import type { Ruleset } from '../../model/filter/ruleset.ts'
import type { Translate } from '../../model/filter/statement.ts'
import {
  CONNECTION_STATUS,
  type TrackedConnection,
  type TrackedEnd,
} from '../../model/nat/tracked-connection.ts'
import type { Host } from '../../model/path/host.ts'
import { pathOf } from '../../model/path/path.ts'
import { routeFor } from '../../model/path/routing.ts'
import type { Proof } from './proof.ts'
import { translationRules } from './translation-rules.ts'

export type Prover = (connection: TrackedConnection) => Proof

const SOURCE = CONNECTION_STATUS.sourceTranslated
const DESTINATION = CONNECTION_STATUS.destinationTranslated

export function proverOf(whole: Ruleset, host: Host): Prover {
  const ruleset = translatingOnly(whole)
  // Tables of both kinds of iptables may have one name.
  const translates = Map.groupBy(translationRules(whole), ({ rule }) => keyOf(rule))
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
    const fit = rules.every(rule =>
      (translates.get(keyOf(rule)) ?? []).some(({ translate }) => fits(translate, reply)),
    )
    return agrees && fit && rules.length > 0 ? { rules } : { unknown: 'changed' }
  }
}

const keyOf = ({ family, table, chain, index }: RuleReference): string =>
  [family, table, chain, index].join(' ')

/** Whether the kernel's choice is one that the rule leaves it. */
function fits(translate: Translate, reply: TrackedConnection['reply']): boolean {
  const { kind, address, port } = translate
  const became = kind === 'snat' || kind === 'masquerade' ? reply.destination : reply.source
  return (
    isWithin(address, addressScalar(became.address)) &&
    (became.port === undefined || isWithin(port, became.port))
  )
}

/** What is no plain value or range leaves all open: it was followed already. */
function isWithin(choice: Translate['port'], value: number | bigint): boolean {
  if (choice?.kind === 'value') return choice.value === value
  if (choice?.kind !== 'range') return true
  const { low, high } = choice
  return typeof low === 'string' || typeof high === 'string' || (low <= value && value <= high)
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
