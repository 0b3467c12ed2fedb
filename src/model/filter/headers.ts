/**
 * The headers that nft knows by name, and the datatype and width of each field (nft(8), "PAYLOAD EXPRESSIONS" and
 * "EXTENSION HEADER EXPRESSIONS"; nftables' src/proto.c, exthdr.c, tcpopt.c, ipopt.c, sctp_chunk.c).
 *
 * Layouts are not here: the evaluator asks for a field by its name.
 */
import { type Datatype, datatypeNamed, integer, ofWidth } from './datatypes.ts'

/** `name` of a whole-number field with its bits, or `name:datatype`, or `name:datatype:bits`. */
const fields = (list: string): ReadonlyMap<string, Datatype> =>
  new Map(
    list.split(/\s+/).map(each => {
      const [name, of, width] = each.split(':')
      if (/^\d+$/.test(of!)) return [name!, integer(Number(of))]
      return [name!, width === undefined ? datatypeNamed(of!) : ofWidth(of!, Number(width))]
    }),
  )

const PORTS = 'sport:inet_service dport:inet_service'
const ICMP_ECHO = 'checksum:16 id:16 sequence:16'

/** Fields by protocol, as nft writes them; `arp saddr ip` is field `saddr ip` of `arp`. */
export const HEADERS: ReadonlyMap<string, ReadonlyMap<string, Datatype>> = new Map([
  ['ether', fields('daddr:ether_addr saddr:ether_addr type:ether_type')],
  ['vlan', fields('id:12 cfi:1 dei:1 pcp:3 type:ether_type')],
  [
    'arp',
    new Map([
      ...fields('htype:16 ptype:ether_type hlen:8 plen:8 operation:arp_op'),
      ['saddr ip', datatypeNamed('ipv4_addr')] as const,
      ['daddr ip', datatypeNamed('ipv4_addr')] as const,
      ['saddr ether', datatypeNamed('ether_addr')] as const,
      ['daddr ether', datatypeNamed('ether_addr')] as const,
    ]),
  ],
  [
    'ip',
    fields(
      'version:4 hdrlength:4 dscp:dscp ecn:ecn length:16 id:16 frag-off:16 ttl:8 protocol:inet_proto checksum:16 saddr:ipv4_addr daddr:ipv4_addr',
    ),
  ],
  ['icmp', fields(`type:icmp_type code:icmp_code ${ICMP_ECHO} gateway:32 mtu:16`)],
  ['igmp', fields('type:igmp_type mrt:8 checksum:16 group:32')],
  [
    'ip6',
    fields(
      'version:4 dscp:dscp ecn:ecn flowlabel:20 length:16 nexthdr:inet_proto hoplimit:8 saddr:ipv6_addr daddr:ipv6_addr',
    ),
  ],
  [
    'icmpv6',
    fields(
      `type:icmpv6_type code:icmpv6_code ${ICMP_ECHO} parameter-problem:32 mtu:32 max-delay:16 taddr:ipv6_addr daddr:ipv6_addr`,
    ),
  ],
  [
    'tcp',
    fields(`${PORTS} sequence:32 ackseq:32 doff:4 reserved:4 flags:tcp_flag window:16 checksum:16 urgptr:16`),
  ],
  ['udp', fields(`${PORTS} length:16 checksum:16`)],
  ['udplite', fields(`${PORTS} csumcov:16 checksum:16`)],
  ['sctp', fields(`${PORTS} vtag:32 checksum:32`)],
  ['dccp', fields(`${PORTS} type:dccp_pkttype`)],
  ['th', fields(PORTS)],
  ['ah', fields('nexthdr:inet_proto hdrlength:8 reserved:16 spi:32 sequence:32')],
  ['esp', fields('spi:32 sequence:32')],
  ['comp', fields('nexthdr:inet_proto flags:bitmask:8 cpi:16')],
  ['gre', fields('flags:5 version:3 protocol:ether_type')],
  ['vxlan', fields('flags:bitmask:8 vni:24')],
  ['geneve', fields('vni:24 type:ether_type')],
])

const NEXT = 'nexthdr:inet_proto hdrlength:8'
const ROUTING = `${NEXT} type:8 seg-left:8`
const PLACES = [0, 1, 2, 3]

/** Extension headers of IPv6. */
export const IPV6_EXTENSIONS: ReadonlyMap<string, ReadonlyMap<string, Datatype>> = new Map([
  ['hbh', fields(NEXT)],
  ['dst', fields(NEXT)],
  ['rt', fields(ROUTING)],
  ['rt0', fields(`${ROUTING} ${PLACES.map(place => `addr[${place}]:ipv6_addr`).join(' ')}`)],
  ['rt2', fields(`${ROUTING} addr:ipv6_addr`)],
  [
    'srh',
    fields(
      `${ROUTING} last-entry:8 flags:8 tag:16 ${PLACES.map(place => `sid[${place}]:ipv6_addr`).join(' ')}`,
    ),
  ],
  ['frag', fields('nexthdr:inet_proto reserved:8 frag-off:13 reserved2:2 more-fragments:1 id:32')],
  ['mh', fields(`nexthdr:inet_proto hdrlength:8 type:mh_type reserved:8 checksum:16`)],
])

/** Fields that options and chunks of every kind have, and those of one. */
const OPTION = new Map([
  ...fields('kind:8 length:8 type:8 ptr:8 value:16 addr:32 size:16 count:8 left:32 right:32'),
  ...fields('tsval:32 tsecr:32 subtype:4 flags:8 tsn:32 stream:16 ssn:16 ppid:32 init-tag:32 a-rwnd:32'),
  ...fields('num-outbound-streams:16 num-inbound-streams:16 initial-tsn:32 cum-tsn-ack:32'),
  ...fields('num-gap-ack-blocks:16 num-dup-tsns:16 lowest-tsn:32 seqno:32 new-cum-tsn:32'),
])

/** The field of an extension header, option or chunk. */
export const extensionField = (of: string, name: string, field: string): Datatype =>
  (of === 'ipv6' ? IPV6_EXTENSIONS.get(name)?.get(field) : OPTION.get(field)) ?? integer(32)

/** Words that stand before the name of an extension header, an option or a chunk where facts are named by them. */
export const EXTENSION_WORDS = {
  ipv6: 'exthdr',
  'ipv4-option': 'ip option',
  'tcp-option': 'tcp option',
  'sctp-chunk': 'sctp chunk',
  'dccp-option': 'dccp option',
} as const
