/**
 * The networks of the lab. Both families everywhere; addresses are there at once (no duplicate address detection), and ICMP
 * errors are never held back by a rate.
 *
 * | topology | hosts |
 * |---|---|
 * | routed | client 10.0.1.2 – 10.0.1.1 router 10.0.2.1 – 10.0.2.2 server |
 * | two-routers | client 10.0.1.2 – 10.0.1.1 router 10.0.9.1 – 10.0.9.2 far 10.0.2.1 – 10.0.2.2 server |
 * | two-ways | as routed, and a second link, router 10.0.3.1 – 10.0.3.2 server, which the server answers by |
 * | same-address | as same-link, and a third host, other, that has the server's address as well |
 * | same-link | client 10.0.1.2 and server 10.0.1.3 at ports of the router's bridge, 10.0.1.1 |
 *
 * Of IPv6 the same with fd00:1::2 for 10.0.1.2. A device has the name of what it leads to.
 */
import { existsSync } from 'node:fs'
import { Host } from './host.ts'

export const TOPOLOGIES = ['routed', 'two-routers', 'two-ways', 'same-link', 'same-address'] as const
export type Topology = (typeof TOPOLOGIES)[number]

/** Both ends of a link: host, device, address by its last numbers (`1.2` is 10.0.1.2/24 and fd00:1::2/64), none on a port of a bridge. */
type End = readonly [host: string, device: string, place?: string]

const CLIENT_LINK: readonly [End, End] = [
  ['client', 'eth0', '1.2'],
  ['router', 'lan', '1.1'],
]

const SAME_LINK: readonly (readonly [End, End])[] = [
  [
    ['client', 'eth0', '1.2'],
    ['router', 'port1'],
  ],
  [
    ['router', 'port2'],
    ['server', 'eth0', '1.3'],
  ],
]

export const LINKS: Readonly<Record<Topology, readonly (readonly [End, End])[]>> = {
  routed: [
    CLIENT_LINK,
    [
      ['router', 'wan', '2.1'],
      ['server', 'eth0', '2.2'],
    ],
  ],
  'two-routers': [
    CLIENT_LINK,
    [
      ['router', 'wan', '9.1'],
      ['far', 'wan', '9.2'],
    ],
    [
      ['far', 'lan', '2.1'],
      ['server', 'eth0', '2.2'],
    ],
  ],
  'two-ways': [
    CLIENT_LINK,
    [
      ['router', 'wan', '2.1'],
      ['server', 'eth0', '2.2'],
    ],
    [
      ['router', 'back', '3.1'],
      ['server', 'eth1', '3.2'],
    ],
  ],
  'same-link': SAME_LINK,
  'same-address': [
    ...SAME_LINK,
    [
      ['router', 'port3'],
      ['other', 'eth0', '1.3'],
    ],
  ],
}

/** Lines of ip(8) for what isn't on a link: `via 2.1` is meant for both families. */
export const MORE: Readonly<Record<Topology, Readonly<Record<string, readonly string[]>>>> = {
  routed: { client: ['route default 1.1'], server: ['route default 2.1'] },
  'two-routers': {
    client: ['route default 1.1'],
    router: ['route 2.0 9.2'],
    far: ['route 1.0 9.1'],
    server: ['route default 2.1'],
  },
  'two-ways': { client: ['route default 1.1'], server: ['route default 3.1'] },
  'same-link': {
    client: ['route default 1.1'],
    router: ['bridge br0 port1 port2', 'address br0 1.1'],
    server: ['route default 1.1'],
  },
  'same-address': {
    client: ['route default 1.1'],
    router: ['bridge br0 port1 port2 port3', 'address br0 1.1'],
    server: ['route default 1.1'],
    other: ['route default 1.1'],
  },
}

const QUIET = {
  'net.ipv4.conf.all.rp_filter': 0,
  'net.ipv4.conf.default.rp_filter': 0,
  'net.ipv6.conf.all.accept_dad': 0,
  'net.ipv6.conf.default.accept_dad': 0,
  'net.ipv6.conf.default.router_solicitations': 0,
  'net.ipv4.icmp_ratelimit': 0,
  'net.ipv6.icmp.ratelimit': 0,
  'net.ipv4.icmp_msgs_per_sec': 100_000,
  'net.ipv4.icmp_msgs_burst': 100_000,
}
/** Frames aren't lent to IP's filters (br_netfilter), where the kernel has that at all. */
const BRIDGING = existsSync('/proc/sys/net/bridge')
  ? { 'net.bridge.bridge-nf-call-iptables': 0, 'net.bridge.bridge-nf-call-ip6tables': 0 }
  : {}
const FORWARDING = { 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 }
export const ROUTERS = ['router', 'far']

export async function buildNetwork(topology: Topology): Promise<ReadonlyMap<string, Host>> {
  const links = LINKS[topology]
  const names = [...new Set(links.flat().map(([host]) => host))]
  const opened = await Promise.allSettled(names.map(name => Host.open(name)))
  const hosts = new Map(
    opened.flatMap(one => (one.status === 'fulfilled' ? [[one.value.name, one.value]] : [])),
  )
  try {
    for (const one of opened) if (one.status === 'rejected') throw one.reason
    for (const host of hosts.values())
      host.tune({ ...QUIET, ...(ROUTERS.includes(host.name) && { ...FORWARDING, ...BRIDGING }) })
    // Ends with the same index are told a second late that the link is up (linkwatch_urgent_event, net/core/link_watch.c).
    for (const [i, [[left, device], [right, peer]]] of links.entries())
      await hosts
        .get(left)!
        .ip(
          `link add ${device} index ${10 + i} type veth peer name ${peer} index ${20 + i} netns ${hosts.get(right)!.pid}`,
        )
    await Promise.all([...hosts.values()].map(host => host.ip(...linesOf(topology, host.name))))
    return hosts
  } catch (error) {
    await Promise.all([...hosts.values()].map(host => host.close()))
    throw error
  }
}

function linesOf(topology: Topology, name: string): string[] {
  const own = LINKS[topology].flat().filter(([host]) => host === name)
  const more = MORE[topology][name] ?? []
  const bridges = more.filter(line => line.startsWith('bridge ')).flatMap(linesOfMore)
  const rest = more.filter(line => !line.startsWith('bridge ')).flatMap(linesOfMore)
  return [
    ...own.flatMap(([, device, place]) => [
      ...(place === undefined ? [] : addresses(device, place)),
      `link set ${device} up`,
    ]),
    ...bridges,
    ...rest,
  ]
}

/** The same for a host that has some of it already. Not for one with a bridge. */
export const settled = (topology: Topology, name: string): string[] =>
  linesOf(topology, name).map(line => line.replace(/^(address|route) add /, '$1 replace '))

const addresses = (device: string, place: string): string[] => [
  `address add ${v4(place)}/24 dev ${device}`,
  `address add ${v6(place)}/64 dev ${device} nodad`,
]

function linesOfMore(line: string): string[] {
  const [what, ...words] = line.split(' ')
  if (what === 'address') return addresses(words[0]!, words[1]!)
  if (what === 'bridge') {
    const [bridge, ...ports] = words
    return [
      `link add ${bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
      `link set ${bridge} up`,
      ...ports.map(port => `link set ${port} master ${bridge}`),
    ]
  }
  const [to, via] = words
  return to === 'default'
    ? [`route add default via ${v4(via!)}`, `route add ::/0 via ${v6(via!)}`]
    : [`route add ${v4(to!)}/24 via ${v4(via!)}`, `route add ${v6(to!)}/64 via ${v6(via!)}`]
}

export const v4 = (place: string): string => `10.0.${place}`
export function v6(place: string): string {
  const [net, host] = place.split('.')
  return `fd00:${net}::${host === '0' ? '' : host}`
}
