/**
 * The datatypes of nftables (nft(8), "DATA TYPES"): how wide each is, what kind of scalar it uses, how it is ordered.
 *
 * Numbers are the kernel's own: `ct state new` is 8, `icmp type echo-request` 8, `inet_proto tcp` 6. Words for them are
 * in `symbols.ts`; which datatype an expression has, in `datatype-of.ts`.
 *
 * Names, not numbers: interfaces (`iface_index` too, as listed: `lo`, or the digits of an index whose device is
 * gone), control groups, helpers. Wall-clock values (`hour`, `time`) are the listing host's local time, as nft shows
 * them: `hour` seconds since midnight, `time` nanoseconds as if that clock showed UTC. `day` is 0 for Sunday.
 */
import type { DatatypeName } from './ruleset.ts'

export interface Datatype {
  readonly name: string
  /** Bits; 0 for names of any length. */
  readonly width: number
  readonly scalar: 'number' | 'bigint' | 'string'
  /** A set of flags: lists of words are one number. */
  readonly flags?: true
}

const numbers = (name: string, width: number): Datatype => ({ name, width, scalar: 'number' })
const flags = (name: string, width: number): Datatype => ({ name, width, scalar: 'number', flags: true })
const text = (name: string, width = 0): Datatype => ({ name, width, scalar: 'string' })

const TABLE: readonly Datatype[] = [
  text('invalid'),
  text('verdict'),
  numbers('nf_proto', 8),
  { name: 'bitmask', width: 0, scalar: 'number', flags: true },
  numbers('integer', 0),
  /** Written in hexadecimal: bits that have no name. */
  numbers('xinteger', 0),
  text('string'),
  numbers('ipv4_addr', 32),
  { name: 'ipv6_addr', width: 128, scalar: 'bigint' },
  numbers('ether_addr', 48),
  numbers('ether_type', 16),
  numbers('arp_op', 16),
  numbers('inet_proto', 8),
  numbers('inet_service', 16),
  numbers('icmp_type', 8),
  numbers('icmp_code', 8),
  numbers('icmpv6_type', 8),
  numbers('icmpv6_code', 8),
  numbers('icmpx_code', 8),
  numbers('igmp_type', 8),
  flags('tcp_flag', 8),
  numbers('dccp_pkttype', 4),
  numbers('mh_type', 8),
  { name: 'time', width: 64, scalar: 'bigint' },
  numbers('mark', 32),
  text('iface_index', 32),
  text('ifname', 128),
  numbers('iface_type', 16),
  numbers('realm', 32),
  numbers('classid', 32),
  numbers('pkt_type', 8),
  numbers('devgroup', 32),
  numbers('uid', 32),
  numbers('gid', 32),
  flags('ct_state', 32),
  numbers('ct_dir', 8),
  flags('ct_status', 32),
  { name: 'ct_label', width: 128, scalar: 'bigint', flags: true },
  flags('ct_event', 32),
  numbers('dscp', 6),
  numbers('ecn', 2),
  numbers('fib_addrtype', 32),
  numbers('boolean', 1),
  text('cgroupsv2', 64),
  numbers('day', 8),
  numbers('hour', 32),
]

/** Every datatype that has a name, by it. */
export const DATATYPES: ReadonlyMap<DatatypeName, Datatype> = new Map(TABLE.map(each => [each.name, each]))

/** Whole numbers of that many bits; a bigint above 48 (`Scalar`). */
export const integer = (width: number): Datatype => ofWidth('integer', width)

/** The named datatype in another width, as fields and keys have it: `time` of 32 bits, `bitmask` of 8. */
export function ofWidth(name: DatatypeName, width: number): Datatype {
  const known = `${name}/${width}`
  const made = widths.get(known)
  if (made !== undefined) return made
  const base = DATATYPES.get(name) ?? { name, width, scalar: 'number' as const }
  const scalar = base.scalar === 'string' ? 'string' : width > 48 ? 'bigint' : 'number'
  const datatype: Datatype = { ...base, width, scalar }
  widths.set(known, datatype)
  return datatype
}

const widths = new Map<string, Datatype>()

/** The datatype of that name, or whole numbers of 32 bits for a name that this program doesn't know. */
export const datatypeNamed = (name: DatatypeName): Datatype => DATATYPES.get(name) ?? integer(32)
