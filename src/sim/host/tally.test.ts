/** What a simulated host counts, by the counters that Linux 6.18 moves in the same place (net/ipv4/proc.c, net/ipv6/proc.c). */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Address } from '../../model/address.ts'
import { createNetwork, type HostOptions, type SimulatedHost } from '../sim.ts'

interface Street {
  readonly client: SimulatedHost
  readonly router: SimulatedHost
  readonly server: SimulatedHost
}

interface Row {
  readonly name: string
  readonly router?: HostOptions
  readonly server?: HostOptions
  readonly does: (street: Street) => void
  readonly at: keyof Street
  /** Those that a fault's evidence is; traffic in general aside. */
  readonly rose: Readonly<Record<string, number>>
}

const V4 = '10.0.2.2' as Address
const V6 = 'fd00:2::2' as Address
/** Milliseconds in which nothing is sent again. */
const SOON = 500

const connect =
  (to: Address, port = 80, times = 1) =>
  ({ client }: Street): void => {
    for (let i = 0; i < times; i++)
      client.transport.stream(to.includes(':') ? 'ipv6' : 'ipv4').connect(to, port)
  }
const datagram =
  (to: Address, port: number, size = 1) =>
  ({ client }: Street): void =>
    void client.transport
      .datagram(to.includes(':') ? 'ipv6' : 'ipv4')
      .send(new Uint8Array(size), { address: to, port })
const ping =
  (to: Address, options: object) =>
  ({ client }: Street): void =>
    void client.ping(to, { timeoutMs: SOON, ...options })

const LISTENING: HostOptions = { machine: { sockets: [{ listen: 'tcp [::]:80' }, { bound: 'udp [::]:53' }] } }
const RULES = 'table inet t { chain f { type filter hook forward priority 0; } }'

const ROWS: readonly Row[] = [
  { name: 'a connection', does: connect(V4), at: 'server', rose: {} },
  { name: 'a closed port', does: connect(V4, 81), at: 'server', rose: { 'Tcp.OutRsts': 1 } },
  { name: 'a closed port of UDP', does: datagram(V4, 54), at: 'server', rose: { 'Udp.NoPorts': 1 } },
  { name: 'of IPv6', does: datagram(V6, 54), at: 'server', rose: { 'Udp6.NoPorts': 1 } },
  { name: 'whoever is told of it', does: datagram(V4, 54), at: 'client', rose: { 'Icmp.InDestUnreachs': 1 } },
  {
    name: 'forwarding is off',
    router: { forward: false },
    does: connect(V4),
    at: 'router',
    rose: { 'Ip.InAddrErrors': 1 },
  },
  {
    name: 'forwarding is off, with rules',
    router: { forward: false, nft: RULES },
    does: connect(V6),
    at: 'router',
    rose: { 'Ip6.InAddrErrors': 1 },
  },
  {
    name: 'no route onward',
    does: connect('10.0.7.7' as Address),
    at: 'router',
    rose: { 'IpExt.InNoRoutes': 1 },
  },
  {
    name: 'no route onward, with rules',
    router: { nft: RULES },
    does: connect('fd00:7::7' as Address),
    at: 'router',
    rose: { 'Ip6.InNoRoutes': 1 },
  },
  {
    name: 'a route that refuses, of which IPv4 counts nothing',
    router: { routes: ['unreachable 10.0.2.2/32'] },
    does: connect(V4),
    at: 'router',
    rose: {},
  },
  {
    name: 'hops run out',
    does: ping(V4, { hopLimit: 1 }),
    at: 'router',
    rose: { 'Ip.InHdrErrors': 1, 'Icmp.OutTimeExcds': 1 },
  },
  {
    name: 'hops of IPv6 run out, with rules',
    router: { nft: RULES },
    does: ping(V6, { hopLimit: 1 }),
    at: 'router',
    rose: { 'Ip6.InHdrErrors': 1, 'Icmp6.OutTimeExcds': 1 },
  },
  {
    name: 'too big for the next link',
    router: { mtu: { eth1: 1300 } },
    does: ping(V4, { size: 1400, dontFragment: true }),
    at: 'router',
    rose: { 'Ip.FragFails': 1 },
  },
  {
    name: 'too big of IPv6',
    router: { mtu: { eth1: 1300 } },
    does: ping(V6, { size: 1400 }),
    at: 'router',
    rose: { 'Ip6.FragFails': 1, 'Ip6.InTooBigErrors': 1 },
  },
  {
    name: 'by a way that no answer would take',
    server: {
      ...LISTENING,
      gateway: [],
      routes: ['10.0.1.0/24 dev eth9'],
      addresses: ['10.0.2.2/24', 'eth9 10.0.9.2/24'],
      reversePath: 'strict',
    },
    does: connect(V4),
    at: 'server',
    rose: { 'TcpExt.IPReversePathFilter': 1 },
  },
  {
    name: 'no way back: the SYN is dropped (inet_csk_route_req)',
    server: { ...LISTENING, gateway: [] },
    does: connect(V4),
    at: 'server',
    rose: { 'Ip.OutNoRoutes': 1, 'TcpExt.ListenDrops': 1 },
  },
  {
    name: 'a full queue of connections',
    server: {},
    does: ({ client, server }) => {
      const listening = server.transport.stream('ipv4')
      listening.bind(V4, 80)
      listening.listen(0)
      connect(V4, 80, 3)({ client } as Street)
    },
    at: 'server',
    // The first is taken; the others' handshakes end where there is no room (tcp_v4_syn_recv_sock).
    rose: { 'TcpExt.ListenOverflows': 2, 'TcpExt.ListenDrops': 2 },
  },
  {
    name: 'a buffer of datagrams without room',
    does: street => {
      for (let i = 0; i < 5; i++) datagram(V4, 53, 60_000)(street)
    },
    at: 'server',
    // 212,992 bytes hold three of them (net.core.rmem_default).
    rose: { 'Udp.RcvbufErrors': 2, 'Udp.InErrors': 2 },
  },
  {
    name: 'what its own rules keep from leaving',
    server: { nft: 'table inet t { chain o { type filter hook output priority 0; udp dport 9 drop; }; }' },
    does: ({ server }) =>
      void server.transport
        .datagram('ipv4')
        .send(new Uint8Array(1), { address: '10.0.1.2' as Address, port: 9 }),
    at: 'server',
    rose: { 'Ip.OutDiscards': 1 },
  },
]

/** They move with any traffic. */
const USUAL =
  /^(?:Ip6?\.(?:InReceives|OutForwDatagrams|ForwDatagrams)|Tcp\.(?:InSegs|OutSegs)|Udp6?\.(?:In|Out)Datagrams)$/

for (const { name, router, server, does, at, rose } of ROWS)
  test(name, async () => {
    const network = createNetwork({ clock: 'by-hand' })
    const client = network.host('client', {
      addresses: ['10.0.1.2/24', 'fd00:1::2/64'],
      gateway: ['10.0.1.1', 'fd00:1::1'],
    })
    const between = network.router('router', {
      addresses: ['eth0 10.0.1.1/24', 'eth0 fd00:1::1/64', 'eth1 10.0.2.1/24', 'eth1 fd00:2::1/64'],
      ...router,
    })
    const asked = network.host('server', {
      addresses: ['10.0.2.2/24', 'fd00:2::2/64'],
      gateway: ['10.0.2.1', 'fd00:2::1'],
      ...(server ?? LISTENING),
    })
    network.link('client', 'router')
    network.link('router:eth1', 'server:eth0')
    const street = { client, router: between, server: asked }
    does(street)
    await network.advance(SOON)
    const { protocols } = await street[at].os.counters()
    assert.ok(protocols.known)
    const moved = [...protocols.value].filter(([counter, by]) => by > 0 && !USUAL.test(counter))
    assert.deepEqual(Object.fromEntries(moved), rose)
  })

test('what is dropped at ingress was never received, and what the filter drops was', async () => {
  for (const [nft, received] of [
    ['table netdev t { chain i { type filter hook ingress device "eth0" priority 0; drop; }; }', 0],
    ['table inet t { chain i { type filter hook input priority 0; policy drop; }; }', 1],
  ] as const) {
    const network = createNetwork({ clock: 'by-hand' })
    const a = network.host('a', { addresses: ['10.0.1.1/24'] })
    const b = network.host('b', { addresses: ['10.0.1.2/24'], nft })
    network.link(a, b)
    void a.ping('10.0.1.2')
    await network.advance(SOON)
    const { protocols } = await b.os.counters()
    assert.equal(protocols.known && protocols.value.get('Ip.InReceives'), received)
  }
})
