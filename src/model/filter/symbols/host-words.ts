/**
 * Words of what a host knows about a packet: connection tracking, routing, links, time. Sources: nftables' src/ct.c,
 * fib.c, meta.c, datatype.c; the kernel's nf_conntrack_common.h, rtnetlink.h, if_arp.h, if_packet.h.
 */
import { words } from './word-table.ts'

/** Bits of `enum ip_conntrack_info` as nft_ct.c shifts them. */
export const CT_STATE = words('invalid:1 new:8 established:2 related:4 untracked:64')
export const CT_DIR = words('original:0 reply:1')
/** Bits of `enum ip_conntrack_status`. */
export const CT_STATUS = words('expected:1 seen-reply:2 assured:4 confirmed:8 snat:16 dnat:32 dying:512')
export const CT_EVENT = words(
  'new:1 related:2 destroy:4 reply:8 assured:16 protoinfo:32 helper:64 mark:128 seqadj:256 secmark:512 label:1024',
)
/** `RTN_` types. */
export const FIB_ADDRTYPE = words(
  'unspec:0 unicast:1 local:2 broadcast:3 anycast:4 multicast:5 blackhole:6 unreachable:7 prohibit:8',
)
/** `ARPHRD_` types. */
export const IFACE_TYPE = words('ether:1 ppp:512 ipip:768 ipip6:769 loopback:772 sit:776 ipgre:778')
export const PKT_TYPE = words('host:0 unicast:0 broadcast:1 multicast:2 other:3')
/** `NFPROTO_` numbers. */
export const NF_PROTO = words('ipv4:2 ipv6:10')
export const BOOLEAN = words('exists:1 missing:0', 'true:1 false:0')
/** Names of the group(5)-like file that every iproute2 has. */
export const DEVGROUP = words('default:0')
export const REALM = words('cosmos:0')
export const DAY = words(
  'Sunday:0 Monday:1 Tuesday:2 Wednesday:3 Thursday:4 Friday:5 Saturday:6',
  'Sun:0 Mon:1 Tue:2 Wed:3 Thu:4 Fri:5 Sat:6',
)
export const UID = words('', 'root:0')
