/**
 * Whether a host's rules let it hear who asks for one of its addresses on a link, and answer: chains of the family arp (RFC 826), and for
 * IPv6 what judges ICMPv6 (RFC 4861 section 7.2).
 *
 * Of ARP, rules are asked that look at no field of its packets: what they compare there matches nothing.
 */
import { type Address, addressBytes, familyOf } from '../../model/address.ts'
import { decideAtHook } from '../../model/filter/evaluate.ts'
import type { Ruleset } from '../../model/filter/ruleset.ts'
import type { Host } from '../../model/path/host.ts'
import type { LinuxRouter } from '../../model/path/linux-router.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import { packetOf } from '../../wire/ip/ip.ts'
import type { Device } from '../link/link.ts'

export interface Solicited {
  readonly ruleset: Ruleset
  readonly host: Host
  readonly router: LinuxRouter
  readonly now: number
}

export interface Solicitation {
  readonly address: Address
  /** Where it is heard. */
  readonly device: Device
  /** Whose it is. */
  readonly asker: Device
}

export function hearsWhoAsks(host: Solicited, question: Solicitation): boolean {
  return familyOf(question.address) === 'ipv4' ? passesArp(host, question) : passesDiscovery(host, question)
}

function passesArp({ ruleset, host }: Solicited, { device }: Solicitation): boolean {
  const tables = ruleset.tables.filter(({ family }) => family === 'arp')
  if (tables.length === 0) return true
  // Its hooks are walked as those of IP are (nf_hook_slow).
  const arp = { ...ruleset, tables: tables.map(table => ({ ...table, family: 'ip' as const })) }
  const packet = { family: 'ipv4' as const, protocol: 0 }
  const on = { interfaces: host.interfaces ?? new Map(), inputInterface: null, outputInterface: null }
  return (
    decideAtHook(arp, 'input', packet, { ...on, inputInterface: device.name }).decision.kind === 'accept' &&
    decideAtHook(arp, 'output', packet, { ...on, outputInterface: device.name }).decision.kind === 'accept'
  )
}

/** Types of ICMPv6 (RFC 4861 section 4). */
const [SOLICITATION, ADVERTISEMENT] = [135, 136]
/** What comes from further away than the link is thrown away (RFC 4861 section 7.1.1). */
const HOPS = 255

function passesDiscovery({ router, now }: Solicited, { address, device, asker }: Solicitation): boolean {
  const from = asker.addresses.find(one => familyOf(one.address) === 'ipv6')?.address
  if (from === undefined) return false
  const asked = messageOf(SOLICITATION, from, solicitedNode(address))
  const heard = router.receive({ packet: packetOf(asked), from: device.name }, now)
  if (heard.end !== 'delivered') return false
  return router.make({ packet: packetOf(messageOf(ADVERTISEMENT, address, from)) }, now).end === 'sent'
}

const messageOf = (type: number, source: Address, destination: Address): Datagram => ({
  source,
  destination,
  hopLimit: HOPS,
  payload: { kind: 'icmp', type, code: 0, data: new Uint8Array(20) },
})

/** RFC 4291 section 2.7.1. */
function solicitedNode(address: Address): Address {
  const [a, b, c] = addressBytes(address).slice(-3) as unknown as [number, number, number]
  const hex = (high: number, low: number): string => ((high << 8) | low).toString(16)
  return `ff02::1:ff${a.toString(16).padStart(2, '0')}:${hex(b, c)}` as Address
}
