/**
 * The ground on which frames are judged: a bridge br0 with an address and three ports, w0, w1 and w2, and two devices beside it, e0 and
 * e1; the other ends of all are ours. The host passes packets on.
 */
import type { InterfaceFacts } from '../../../../src/model/filter/packet.ts'
import {
  type Host,
  LOCAL_TABLE,
  MAIN_TABLE,
  type Neighbour,
  type Route,
  type RouteKind,
} from '../../../../src/model/path/host.ts'
import { type Ground, SETTINGS, scalar } from '../ground.ts'

export const PORTS = ['w0', 'w1', 'w2'] as const
export const DEVICES = [...PORTS, 'e0', 'e1'] as const
export const BRIDGE = 'br0'
const UP = [BRIDGE, 'e0', 'e1'] as const

const NETWORKS = {
  br0: { v4: '10.9.0', v6: 'fd09::' },
  e0: { v4: '10.7.0', v6: 'fd07::' },
  e1: { v4: '10.8.0', v6: 'fd08::' },
} as const

/** Hardware addresses of devices: 02:00:00:00:d0:xx. */
export const HARDWARE: Readonly<Record<string, number>> = Object.fromEntries(
  [...DEVICES, BRIDGE].map((device, i) => [device, 0x02000000d001 + i]),
)

export interface Station {
  readonly at: (typeof DEVICES)[number]
  readonly v4: string
  readonly v6: string
  readonly hardware: number
}

/** Who stands at the other ends: n0 and n1 are known to the bridge by their addresses; n2 isn't. */
export const STATIONS: Readonly<Record<string, Station>> = {
  n0: { at: 'w0', v4: '10.9.0.2', v6: 'fd09::2', hardware: 0x020000000902 },
  n1: { at: 'w1', v4: '10.9.0.3', v6: 'fd09::3', hardware: 0x020000000903 },
  n2: { at: 'w2', v4: '10.9.0.4', v6: 'fd09::4', hardware: 0x020000000904 },
  x: { at: 'e0', v4: '10.7.0.2', v6: 'fd07::2', hardware: 0x020000000702 },
  y: { at: 'e1', v4: '10.8.0.2', v6: 'fd08::2', hardware: 0x020000000802 },
}
const KNOWN = [STATIONS.n0!, STATIONS.n1!]

export const text = (hardware: number): string =>
  hardware
    .toString(16)
    .padStart(12, '0')
    .replace(/..(?!$)/g, '$&:')
const deviceOf = ({ at }: Station): (typeof UP)[number] => (at === 'e0' || at === 'e1' ? at : BRIDGE)

const quiet = (device: string): string[] => [
  `ip link set ${device} address ${text(HARDWARE[device]!)}`,
  `ip link set ${device} multicast off`,
  `ip link set ${device} addrgenmode none`,
]

const COMMANDS: readonly string[] = [
  'ip link set lo up',
  `ip link add ${BRIDGE} type bridge forward_delay 0 mcast_snooping 0`,
  ...[BRIDGE, ...DEVICES].flatMap(quiet),
  ...PORTS.flatMap(port => [
    `ip link set ${port} master ${BRIDGE}`,
    `ip link set ${port} type bridge_slave learning off`,
  ]),
  ...[BRIDGE, ...DEVICES].map(device => `ip link set ${device} up`),
  ...UP.flatMap(device => [
    `ip address add ${NETWORKS[device].v4}.1/24 broadcast + dev ${device}`,
    `ip address add ${NETWORKS[device].v6}1/64 dev ${device} nodad`,
  ]),
  'ip route add default via 10.8.0.2',
  'ip -6 route add default via fd08::2',
  ...Object.values(STATIONS).flatMap(one =>
    [one.v4, one.v6].map(
      address =>
        `ip neighbour add ${address} lladdr ${text(one.hardware)} dev ${deviceOf(one)} nud permanent`,
    ),
  ),
  ...KNOWN.map(({ at, hardware }) => `bridge fdb add ${text(hardware)} dev ${at} master static`),
]

const perDevice = (name: string, value: string): Readonly<Record<string, string>> =>
  Object.fromEntries(UP.map(device => [`ipv4/conf/${device}/${name}`, value]))
const SHARED = Object.fromEntries(Object.entries(SETTINGS).filter(([name]) => !/conf\/t\d/.test(name)))

const LIST = DEVICES.map(device => `"${device}"`).join(', ')

/** `lends`: what the bridge passes on goes through IP's chains, too. */
export const linkGround = (lends: boolean): Ground => ({
  devices: DEVICES,
  hasLink: true,
  commands: COMMANDS,
  settings: {
    ...SHARED,
    ...perDevice('rp_filter', '0'),
    ...perDevice('send_redirects', '0'),
    'bridge/bridge-nf-call-iptables': lends ? '1' : '0',
    'bridge/bridge-nf-call-ip6tables': lends ? '1' : '0',
    'bridge/bridge-nf-call-arptables': '0',
  },
  tracing: `table netdev judge {
    chain arriving { type filter hook ingress devices = { ${LIST} } priority -2147483648; meta nftrace set 1; }
    chain leaving { type filter hook egress devices = { ${LIST} } priority -2147483648; meta nftrace set 1; }
  }
  table inet judge {
    chain made { type filter hook output priority -2147483648; meta nftrace set 1; }
  }`,
  packetIn: packetInFrame,
})

const [ETHER_HEADER, VLAN_TAG] = [14, 4]

/** A device that comes up tells which groups it listens to, when it likes (RFC 3810): to ff02::16. */
const isGroupReport = (packet: Uint8Array): boolean =>
  packet[24] === 0xff && packet[25] === 2 && packet[39] === 0x16

/** Null of what is no IP packet. */
export function packetInFrame(frame: Uint8Array): Uint8Array | null {
  const type = frame[12]! * 256 + frame[13]!
  const tagged = type === 0x8100
  const inner = tagged ? frame[16]! * 256 + frame[17]! : type
  if (inner !== 0x0800 && inner !== 0x86dd) return null
  const packet = frame.subarray(ETHER_HEADER! + (tagged ? VLAN_TAG! : 0))
  return inner === 0x86dd && isGroupReport(packet) ? null : packet
}

const route = (kind: RouteKind, text: string, more: Partial<Route>): Route => {
  const [address = '', length = ''] = text.split('/')
  return {
    family: address.includes(':') ? 'ipv6' : 'ipv4',
    kind,
    destination: scalar(address),
    prefixLength: Number(length),
    metric: 0,
    table: MAIN_TABLE,
    ...more,
  }
}

const ROUTES: readonly Route[] = [
  ...UP.flatMap(device => {
    const { v4, v6 } = NETWORKS[device]
    const local = { device, table: LOCAL_TABLE }
    return [
      route('local', `${v4}.1/32`, { ...local, source: scalar(`${v4}.1`) }),
      route('broadcast', `${v4}.255/32`, { ...local, source: scalar(`${v4}.1`) }),
      route('unicast', `${v4}.0/24`, { device, source: scalar(`${v4}.1`) }),
      route('local', `${v6}1/128`, local),
      route('anycast', `${v6}/128`, local),
      route('unicast', `${v6}/64`, { device }),
    ]
  }),
  route('local', '127.0.0.0/8', { device: 'lo', table: LOCAL_TABLE, source: scalar('127.0.0.1') }),
  route('local', '::1/128', { device: 'lo', table: LOCAL_TABLE }),
  route('broadcast', '255.255.255.255/32', { table: LOCAL_TABLE }),
  route('unicast', '0.0.0.0/0', { device: 'e1', gateway: scalar('10.8.0.2') }),
  route('unicast', '::/0', { device: 'e1', gateway: scalar('fd08::2') }),
]

const ETHER = 1
const interfaces = new Map<string, InterfaceFacts>([
  ['lo', { index: 1, type: 772, group: 0 }],
  ...DEVICES.map((device, i): [string, InterfaceFacts] => [
    device,
    {
      index: 2 + i,
      type: ETHER,
      group: 0,
      kind: 'tun',
      hardware: HARDWARE[device]!,
      ...((PORTS as readonly string[]).includes(device) ? { bridge: BRIDGE } : {}),
    },
  ]),
  [BRIDGE, { index: 2 + DEVICES.length, type: ETHER, group: 0, kind: 'bridge', hardware: HARDWARE[BRIDGE]! }],
])

export const linkHost = (lends: boolean): Host => ({
  addresses: [
    { family: 'ipv4', address: scalar('127.0.0.1'), prefixLength: 8, device: 'lo' },
    { family: 'ipv6', address: 1n, prefixLength: 128, device: 'lo' },
    ...UP.flatMap(device => [
      { family: 'ipv4', address: scalar(`${NETWORKS[device].v4}.1`), prefixLength: 24, device } as const,
      { family: 'ipv6', address: scalar(`${NETWORKS[device].v6}1`), prefixLength: 64, device } as const,
    ]),
  ],
  routes: ROUTES,
  interfaces,
  bridges: new Map([
    [
      BRIDGE,
      {
        ports: PORTS,
        lends: { ipv4: lends, ipv6: lends },
        filtersVlans: false,
        destinations: new Map([
          ...[BRIDGE, ...PORTS].map((device): [number, string] => [HARDWARE[device]!, BRIDGE]),
          ...KNOWN.map(({ at, hardware }): [number, string] => [hardware, at]),
        ]),
      },
    ],
  ]),
  neighbours: Object.values(STATIONS).flatMap((one): Neighbour[] =>
    [one.v4, one.v6].map(address => ({
      device: deviceOf(one),
      address: scalar(address),
      hardware: one.hardware,
    })),
  ),
  hopLimit: 64,
  forwards: { ipv4: true, ipv6: true },
})
