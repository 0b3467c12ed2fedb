/** Small networks at random: hosts on a street, some of them behind routers, NAT boxes, firewalls, or two NATs. */
import { createNetwork, NAT_PROFILES, type NatProfileName, type Network } from '../../../src/sim/sim.ts'

export interface Place {
  readonly host: string
  readonly address: string
}

export interface RandomNetwork {
  readonly network: Network
  /** Who sends. */
  readonly senders: readonly Place[]
  /** Addresses that are sent to: hosts, NATs, and where nobody is; and those of them that the street knows. */
  readonly targets: readonly string[]
  readonly known: readonly string[]
  /** By `host pid`, how often something was heard and what: the first byte of a datagram. */
  readonly heard: { readonly host: string; readonly pid: number; readonly id: number }[]
}

export const PORTS = { tcp: [80, 443, 8080], udp: [53, 8080] } as const
const PROFILES = Object.keys(NAT_PROFILES) as NatProfileName[]
const KINDS = ['direct', 'routed', 'nat', 'firewall', 'double'] as const

/** Rows of nft that a host or a firewall may have; each says what it is about by itself. */
const GUARDS = [
  '',
  'table inet guard { chain in { type filter hook input priority filter; policy drop; ct state established,related accept; tcp dport { 80, 443 } accept; udp dport 53 accept; } }',
  'table inet guard { chain in { type filter hook input priority filter; tcp dport 443 drop; udp dport 8080 reject; } }',
  'table ip guard { chain out { type filter hook output priority filter; tcp dport 8080 reject with tcp reset; } }',
]

/** `random`: 0 ≤ x < 1. */
export function randomNetwork(seed: number, random: () => number): RandomNetwork {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const network = createNetwork({ seed, clock: 'by-hand' })
  const sites = Array.from({ length: 2 + Math.floor(random() * 3) }, (_, i) => ({ i, kind: pick(KINDS) }))
  const senders: Place[] = []
  const targets = ['203.0.113.99', '198.51.100.1']
  const known: string[] = []
  const heard: RandomNetwork['heard'] = []
  const street: string[] = []
  // Whoever is on the street knows the ways to routed sites, or has forgotten one.
  const ways = sites
    .filter(({ kind }) => kind === 'routed')
    .map(({ i }) => ({ i, route: `10.${i}.0.0/24 via 203.0.113.${i + 1}` }))
  const routesOf = (own: number): string[] =>
    ways.filter(({ i }) => i !== own && random() > 0.1).map(({ route }) => route)
  const add = (host: string, address: string, options: object): void => {
    const [bare = ''] = address.split('/')
    const nft = pick(GUARDS)
    network.host(host, { addresses: [address], ...(nft === '' ? {} : { nft }), ...options })
    senders.push({ host, address: bare })
    targets.push(bare)
  }
  for (const { i, kind } of sites) {
    const wan = `203.0.113.${i + 1}`
    known.push(wan)
    const [gate, host] = [`gate${i}`, `host${i}`]
    if (kind === 'direct') {
      add(host, `${wan}/24`, { routes: routesOf(i) })
      street.push(host)
      continue
    }
    targets.push(wan)
    street.push(`${gate}:wan0`)
    const addresses = (lan: string): string[] => [`lan0 ${lan}`, `wan0 ${wan}/24`]
    if (kind === 'routed') {
      known.push(`10.${i}.0.10`)
      network.router(gate, {
        addresses: addresses(`10.${i}.0.1/24`),
        routes: routesOf(i),
        reversePath: pick(['off', 'loose', 'strict'] as const),
      })
      add(host, `10.${i}.0.10/24`, { gateway: `10.${i}.0.1` })
    } else if (kind === 'firewall') {
      network.router(gate, {
        addresses: addresses(`10.${i}.0.1/24`),
        routes: routesOf(i),
        nft: firewall(i, pick),
      })
      add(host, `10.${i}.0.10/24`, { gateway: `10.${i}.0.1` })
      add(`other${i}`, `10.${i}.0.11/24`, { gateway: `10.${i}.0.1` })
    } else if (kind === 'nat') {
      const inside = `192.168.${i}.1`
      network.natBox(gate, pick(PROFILES), {
        inside: `${inside}/24`,
        outside: `${wan}/24`,
        routes: routesOf(i),
      })
      add(host, `192.168.${i}.20/24`, { gateway: inside })
      add(`other${i}`, `192.168.${i}.21/24`, { gateway: inside })
    } else {
      network.natBox(gate, pick(PROFILES), {
        inside: '100.64.0.1/24',
        outside: `${wan}/24`,
        routes: routesOf(i),
      })
      network.natBox(`home${i}`, pick(PROFILES), {
        inside: `192.168.${i}.1/24`,
        outside: '100.64.0.9/24',
        gateway: '100.64.0.1',
      })
      add(host, `192.168.${i}.20/24`, { gateway: `192.168.${i}.1` })
      network.link(`${gate}:lan0`, `home${i}:wan0`, { delayMs: 1 })
      network.link(`home${i}:lan0`, host, { delayMs: 1 })
      continue
    }
    const insiders = network.hosts.has(`other${i}`) ? [host, `other${i}`] : [host]
    network.lan([`${gate}:lan0`, ...insiders], { delayMs: 1 })
  }
  network.lan(street, { delayMs: 2 })
  for (const { host, address } of senders) listen(network, host, address, random, heard)
  return { network, senders, targets, known, heard }
}

function firewall(i: number, pick: <T>(from: readonly T[]) => T): string {
  const nat = pick(['masquerade', `snat to 203.0.113.${i + 1}`, `masquerade to :2000-2001`, 'accept'])
  const policy = pick(['accept', 'drop'])
  const forwarded = pick(['tcp dport 8080 dnat to', 'tcp dport { 80, 8080 } dnat to', 'udp dport 53 dnat to'])
  const protocol = nat.includes(':') ? 'meta l4proto { tcp, udp } ' : ''
  return `table ip gate {
    chain pre { type nat hook prerouting priority dstnat; iifname "wan0" ${forwarded} 10.${i}.0.10; }
    chain post { type nat hook postrouting priority srcnat; oifname "wan0" ${protocol}${nat}; }
    chain across { type filter hook forward priority filter; policy ${policy};
      ct state established,related accept; iifname "lan0" udp dport 8080 drop; iifname "lan0" accept; ct status dnat accept; }
  }`
}

/** Some ports, some of them twice: for all addresses, and for the one. */
function listen(
  network: Network,
  host: string,
  address: string,
  random: () => number,
  heard: RandomNetwork['heard'],
): void {
  const at = network.hosts.get(host)!
  for (const port of PORTS.tcp)
    if (random() < 0.6) at.createServer({ owner: { pid: 600, name: 'web' } }).listen(port)
  for (const port of PORTS.udp)
    for (const [pid, on] of [
      [700, '0.0.0.0'],
      [701, address],
    ] as const) {
      if (random() > 0.6) continue
      const socket = at.createSocket(
        { type: 'udp4', reuseAddr: true, owner: { pid, name: 'dns' } },
        message => heard.push({ host, pid, id: message.readUInt32BE(0) }),
      )
      socket.bind(port, on)
    }
}
