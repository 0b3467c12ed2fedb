/**
 * Which datatype an expression has: how its values are read and written (`nft describe`).
 */
import { DATATYPES, type Datatype, datatypeNamed, integer, ofWidth } from './datatypes.ts'
import type { Expression } from './expression.ts'
import { extensionField, HEADERS } from './headers.ts'
import type { MapSource } from './statement.ts'

const named = (pairs: string): ReadonlyMap<string, Datatype> =>
  new Map(
    pairs.split(/\s+/).map(each => {
      const [key, name, width] = each.split(':')
      if (/^\d+$/.test(name!)) return [key!, integer(Number(name))]
      return [key!, width === undefined ? datatypeNamed(name!) : ofWidth(name!, Number(width))]
    }),
  )

/** nft(8), "META EXPRESSIONS". */
const META = named(
  'length:32 protocol:ether_type nfproto:nf_proto l4proto:inet_proto priority:classid mark:mark iif:iface_index ' +
    'iifname:ifname iiftype:iface_type oif:iface_index oifname:ifname oiftype:iface_type skuid:uid skgid:gid nftrace:1 ' +
    'rtclassid:realm ibrname:ifname obrname:ifname ibridgename:ifname obridgename:ifname ibrpvid:16 ibrvproto:ether_type ' +
    'ibrhwaddr:ether_addr pkttype:pkt_type cpu:32 iifgroup:devgroup oifgroup:devgroup cgroup:32 random:32 ' +
    'ipsec:boolean:8 secpath:boolean:8 iifkind:ifname oifkind:ifname time:time day:day hour:hour secmark:32 ' +
    'sdif:iface_index sdifname:ifname broute:1',
)

/** nft(8), "CONNTRACK EXPRESSIONS". `expiration` is in milliseconds. */
const CT = named(
  'state:ct_state direction:ct_dir status:ct_status mark:mark expiration:time:32 helper:string:128 label:ct_label ' +
    'bytes:64 packets:64 avgpkt:64 zone:16 l3proto:nf_proto protocol:inet_proto proto-src:inet_service ' +
    'proto-dst:inet_service event:ct_event id:32 secmark:32 count:32',
)

const FIB = named('type:fib_addrtype oif:iface_index oifname:string check:boolean')
const RT = named('classid:realm mtu:16 tcpmss:16 ipsec:boolean:8')
const SOCKET = named('transparent:8 mark:mark wildcard:8 cgroupv2:cgroupsv2')

const ADDRESS = { ip: DATATYPES.get('ipv4_addr')!, ip6: DATATYPES.get('ipv6_addr')! }
const INVALID = DATATYPES.get('invalid')!

/**
 * What the expression's values are. A concatenation has one for each part (`datatypesOf`) and no kind of its own:
 * asked for as one it is `invalid`, as is what can't be known from the expression alone: an address without a
 * family, a map by reference (whose set knows).
 */
export function datatypeOf(expression: Expression): Datatype {
  switch (expression.kind) {
    case 'payload':
      return HEADERS.get(expression.protocol)?.get(expression.field) ?? INVALID
    case 'raw':
      return ofWidth('xinteger', expression.length)
    case 'meta':
      return META.get(expression.key) ?? INVALID
    case 'ct':
      if (expression.key === 'saddr' || expression.key === 'daddr') return addressOf(expression.family)
      return CT.get(expression.key) ?? INVALID
    case 'fib':
      return FIB.get(expression.result)!
    case 'rt':
      return expression.key === 'nexthop' ? addressOf(expression.family) : (RT.get(expression.key) ?? INVALID)
    case 'socket':
      return SOCKET.get(expression.key) ?? INVALID
    case 'header':
      if (expression.field === undefined) return DATATYPES.get('boolean')!
      return extensionField(expression.of, expression.name, expression.field)
    case 'ipsec':
      return expression.key === 'saddr' || expression.key === 'daddr'
        ? addressOf(expression.family)
        : integer(32)
    case 'osf':
      return ofWidth('string', 128)
    case 'numgen':
    case 'hash':
      return integer(32)
    case 'bits':
      return datatypeOf(expression.left.kind === 'literal' ? expression.right : expression.left)
    case 'map':
      return datatypeOfMap(expression.map)
    case 'literal':
      return typeof expression.value === 'string'
        ? DATATYPES.get('string')!
        : integer(typeof expression.value === 'bigint' ? 128 : 32)
    default:
      return INVALID
  }
}

/** One for each part of a concatenation, one of anything else. */
export const datatypesOf = (expression: Expression): readonly Datatype[] =>
  expression.kind === 'tuple' ? expression.parts.map(datatypeOf) : [datatypeOf(expression)]

const addressOf = (family: 'ip' | 'ip6' | undefined): Datatype =>
  family === undefined ? INVALID : ADDRESS[family]

/** Between braces the data show only their kind of scalar. */
function datatypeOfMap(map: MapSource): Datatype {
  const value = map.kind === 'elements' ? map.elements[0]?.value : undefined
  const datum = value?.kind === 'datum' && value.parts.length === 1 ? value.parts[0]! : undefined
  const scalar = datum?.kind === 'value' ? datum.value : datum?.kind === 'range' ? datum.low : undefined
  if (scalar === undefined) return INVALID
  return typeof scalar === 'string'
    ? DATATYPES.get('string')!
    : integer(typeof scalar === 'bigint' ? 128 : 32)
}
