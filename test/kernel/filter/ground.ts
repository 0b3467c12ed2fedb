/**
 * The ground on which packets are judged: a host with two devices whose other ends are ours, t0 and t1, that passes
 * packets on. As text for ip(8), and as the value that the model is handed; nothing else differs between the two.
 */
import { addressBytes, parseAddress } from '../../../src/model/address.ts'
import type { InterfaceFacts } from '../../../src/model/filter/packet.ts'
import type { Scalar } from '../../../src/model/filter/pattern.ts'
import {
  type Host,
  LOCAL_TABLE,
  MAIN_TABLE,
  type Route,
  type RouteKind,
} from '../../../src/model/path/host.ts'

export const DEVICES = ['t0', 't1'] as const
export type Device = (typeof DEVICES)[number]

const OWN = [
  { device: 't0', v4: '10.1.0.1', v6: 'fd01::1' },
  { device: 't1', v4: '10.2.0.1', v6: 'fd02::1' },
] as const

/** A namespace to judge in. */
export interface Ground {
  /** Whose other ends are ours. */
  readonly devices: readonly string[]
  /** Whether they carry frames, or packets alone. */
  readonly hasLink: boolean
  /** Words of programs, one command each. */
  readonly commands: readonly string[]
  /** Settings under /proc/sys/net. */
  readonly settings: Readonly<Record<string, string>>
  /** Rules that have every packet traced, before any other sees it, in tables called `judge`. */
  readonly tracing: string
  /** The IP packet in what left by a device; null where there is none. */
  packetIn(bytes: Uint8Array): Uint8Array | null
}

/** Ports where something takes what arrives. */
export const PORTS: readonly number[] = [
  22,
  53,
  80,
  443,
  1000,
  2000,
  5000,
  8080,
  9090,
  // Where clients are.
  ...Array.from({ length: 20 }, (_, i) => 4000 + i),
]
/** Protocols beside TCP and UDP that are taken without an answer. */
export const OTHER_PROTOCOLS = [1, 47, 50, 58, 132] as const

/** Words of ip(8), one command each. */
export const COMMANDS: readonly string[] = [
  'link set lo up',
  ...OWN.flatMap(({ device, v4, v6 }) => [
    // Without multicast the kernel says nothing by itself.
    `link set ${device} multicast off`,
    `link set ${device} addrgenmode none`,
    `link set ${device} up`,
    `address add ${v4}/24 dev ${device}`,
    `address add ${v6}/64 dev ${device} nodad`,
  ]),
  'route add default dev t1',
  '-6 route add default dev t1',
  // Another way out, for what bears the mark 7.
  'rule add fwmark 7 table 100 priority 100',
  'route add default dev t0 table 100',
]

/** Settings under /proc/sys/net: nothing is dropped but by rules, and nothing is limited. */
export const SETTINGS: Readonly<Record<string, string>> = {
  'ipv4/ip_forward': '1',
  'ipv4/conf/all/rp_filter': '0',
  'ipv4/conf/default/rp_filter': '0',
  'ipv4/conf/t0/rp_filter': '0',
  'ipv4/conf/t1/rp_filter': '0',
  'ipv4/conf/all/send_redirects': '0',
  'ipv4/conf/t0/send_redirects': '0',
  'ipv4/conf/t1/send_redirects': '0',
  'ipv4/conf/all/accept_local': '1',
  'ipv4/conf/all/route_localnet': '1',
  'ipv4/icmp_echo_ignore_all': '1',
  'ipv4/icmp_ratelimit': '0',
  'ipv4/icmp_msgs_per_sec': '1000000',
  'ipv4/icmp_msgs_burst': '1000000',
  'ipv6/conf/all/forwarding': '1',
  'ipv6/icmp/echo_ignore_all': '1',
  'ipv6/icmp/ratelimit': '0',
}

export const TUN_GROUND: Ground = {
  devices: DEVICES,
  hasLink: false,
  commands: COMMANDS.map(command => `ip ${command}`),
  settings: SETTINGS,
  tracing: `table inet judge {
    chain arriving { type filter hook prerouting priority -2147483648; meta nftrace set 1; }
    chain leaving { type filter hook output priority -2147483648; meta nftrace set 1; }
  }`,
  packetIn: bytes => bytes,
}

/** An address as the model has it. */
export function scalar(text: string): Scalar {
  const bytes = addressBytes(parseAddress(text))
  const whole = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  return bytes.length === 4 ? Number(whole) : whole
}

const route = (kind: RouteKind, text: string, device: string, table: number, source?: string): Route => {
  const [address = '', length = ''] = text.split('/')
  const family = address.includes(':') ? 'ipv6' : 'ipv4'
  return {
    family,
    kind,
    destination: scalar(address),
    prefixLength: Number(length),
    device,
    metric: 0,
    table,
    ...(source === undefined ? {} : { source: scalar(source) }),
  }
}

const ROUTES: readonly Route[] = [
  ...OWN.flatMap(({ device, v4, v6 }) => {
    const network = v4.replace(/1$/, '')
    return [
      route('local', `${v4}/32`, device, LOCAL_TABLE, v4),
      route('broadcast', `${network}255/32`, device, LOCAL_TABLE, v4),
      route('unicast', `${network}0/24`, device, MAIN_TABLE, v4),
      route('local', `${v6}/128`, device, LOCAL_TABLE),
      // The first address of a network is the routers' of it (RFC 4291 section 2.6.1).
      route('anycast', `${v6.replace(/1$/, '')}/128`, device, LOCAL_TABLE),
      route('unicast', `${v6.replace(/1$/, '')}/64`, device, MAIN_TABLE),
    ]
  }),
  route('local', '127.0.0.0/8', 'lo', LOCAL_TABLE, '127.0.0.1'),
  route('local', '127.0.0.1/32', 'lo', LOCAL_TABLE, '127.0.0.1'),
  route('broadcast', '127.255.255.255/32', 'lo', LOCAL_TABLE, '127.0.0.1'),
  route('local', '::1/128', 'lo', LOCAL_TABLE),
  route('unicast', '0.0.0.0/0', 't1', MAIN_TABLE),
  route('unicast', '::/0', 't1', MAIN_TABLE),
  route('unicast', '0.0.0.0/0', 't0', 100),
]

/** ARPHRD_NONE: packets, and no link. */
const NO_LINK = 65_534
const interfaces: ReadonlyMap<string, InterfaceFacts> = new Map([
  ['lo', { index: 1, type: 772, group: 0 }],
  ['t0', { index: 2, type: NO_LINK, group: 0, kind: 'tun' }],
  ['t1', { index: 3, type: NO_LINK, group: 0, kind: 'tun' }],
])

export const HOST: Host = {
  addresses: [
    { family: 'ipv4', address: scalar('127.0.0.1'), prefixLength: 8, device: 'lo' },
    { family: 'ipv6', address: 1n, prefixLength: 128, device: 'lo' },
    ...OWN.flatMap(({ device, v4, v6 }) => [
      { family: 'ipv4', address: scalar(v4), prefixLength: 24, device } as const,
      { family: 'ipv6', address: scalar(v6), prefixLength: 64, device } as const,
    ]),
  ],
  routes: ROUTES,
  rules: [
    ...(['ipv4', 'ipv6'] as const).flatMap(family => [
      { family, priority: 0, action: LOCAL_TABLE },
      { family, priority: 32_766, action: MAIN_TABLE },
    ]),
    { family: 'ipv4', priority: 100, action: 100, mark: { value: 7, mask: 0xffffffff } },
  ],
  interfaces,
  hopLimit: 64,
  forwards: { ipv4: true, ipv6: true },
}
