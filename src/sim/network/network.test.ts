/** What RFCs and Linux say a network does, on networks small enough to see through. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import { decodeDatagram, isIntact, quoteOf } from '../../wire/ip/ip.ts'
import { type HostOptions, SimHost } from '../host/host.ts'
import { Network, type NetworkOptions } from './network.ts'

const bare = (options: NetworkOptions = {}): Network<SimHost> =>
  new Network(({ name, options: of, engine, translator }) => new SimHost(name, of, engine, translator), {
    clock: 'by-hand',
    ...options,
  })

const address = parseAddress
function udp(from: string, to: string, size = 10, more: Partial<Datagram> = {}): Datagram {
  const [source = '', sourcePort] = from.split(' ')
  const [destination = '', destinationPort] = to.split(' ')
  return {
    source: address(source),
    destination: address(destination),
    hopLimit: 64,
    payload: {
      kind: 'udp',
      sourcePort: Number(sourcePort),
      destinationPort: Number(destinationPort),
      data: Uint8Array.from({ length: size }, (_, i) => i & 255),
    },
    ...more,
  }
}
/** All that reaches a host, as `source port > port`. */
function heard(host: SimHost): string[] {
  const all: string[] = []
  host.upper = ({ source, payload }) =>
    all.push(
      payload.kind === 'icmp'
        ? `icmp ${payload.type}/${payload.code} from ${source}`
        : payload.kind === 'other'
          ? 'other'
          : `${source} ${payload.sourcePort} > ${payload.destinationPort} ${payload.data.length}`,
    )
  return all
}

/** a - one - two - b, 10 ms each. */
function chain(network: Network<SimHost>, change: { readonly [name: string]: HostOptions } = {}) {
  const a = network.host('a', {
    addresses: ['10.0.1.2/24', '2001:db8:1::2/64'],
    gateway: ['10.0.1.1', '2001:db8:1::1'],
    ...change.a,
  })
  const one = network.router('one', {
    addresses: ['eth0 10.0.1.1/24', 'eth0 2001:db8:1::1/64', 'eth1 10.0.2.1/24', 'eth1 2001:db8:2::1/64'],
    gateway: ['10.0.2.2', '2001:db8:2::2'],
    ...change.one,
  })
  const two = network.router('two', {
    addresses: ['eth0 10.0.2.2/24', 'eth0 2001:db8:2::2/64', 'eth1 10.0.3.1/24', 'eth1 2001:db8:3::1/64'],
    routes: ['10.0.1.0/24 via 10.0.2.1', '2001:db8:1::/64 via 2001:db8:2::1'],
    ...change.two,
  })
  const b = network.host('b', {
    addresses: ['10.0.3.2/24', '2001:db8:3::2/64'],
    gateway: ['10.0.3.1', '2001:db8:3::1'],
    ...change.b,
  })
  network.link(a, one, { delayMs: 10 })
  const middle = network.link(one, two, { delayMs: 10, mtu: 1400 })
  network.link(two, b, { delayMs: 10 })
  return { a, one, two, b, middle }
}

async function pinged(network: Network<SimHost>, ...of: Parameters<SimHost['ping']>) {
  const { a } = { a: network.hosts.get('a')! }
  const result = a.ping(...of)
  await network.advance(10_000)
  return result
}

const PINGS: readonly (readonly [
  name: string,
  of: Parameters<SimHost['ping']>,
  wanted: object,
  change?: { readonly [name: string]: HostOptions },
])[] = [
  [
    'an answer takes the way there and back',
    ['10.0.3.2'],
    { kind: 'reply', ms: 60, from: '10.0.3.2', hopLimit: 62 },
  ],
  ['IPv6', ['2001:db8:3::2'], { kind: 'reply', ms: 60, from: '2001:db8:3::2', hopLimit: 62 }],
  ['oneself', ['10.0.1.2'], { kind: 'reply', ms: 0, from: '10.0.1.2', hopLimit: 64 }],
  ['loopback', ['127.0.0.1'], { kind: 'reply', ms: 0, from: '127.0.0.1', hopLimit: 64 }],
  // RFC 1812 section 5.3.1.
  [
    'one hop is too few',
    ['10.0.3.2', { hopLimit: 1 }],
    { kind: 'error', ms: 20, from: '10.0.1.1', type: 11, code: 0 },
  ],
  ['two hops', ['10.0.3.2', { hopLimit: 2 }], { kind: 'error', ms: 40, from: '10.0.2.2', type: 11, code: 0 }],
  [
    'two hops of IPv6',
    ['2001:db8:3::2', { hopLimit: 2 }],
    { kind: 'error', ms: 40, from: '2001:db8:2::2', type: 3, code: 0 },
  ],
  // RFC 1191 section 4.
  [
    'too big for the link between, and not to be cut',
    ['10.0.3.2', { size: 1400, dontFragment: true }],
    { kind: 'error', ms: 20, from: '10.0.1.1', type: 3, code: 4, mtu: 1400 },
  ],
  [
    'too big, and cut on the way',
    ['10.0.3.2', { size: 1400 }],
    { kind: 'reply', ms: 60, from: '10.0.3.2', hopLimit: 62 },
  ],
  // RFC 4443 section 3.2.
  [
    'too big in IPv6',
    ['2001:db8:3::2', { size: 1400 }],
    { kind: 'error', ms: 20, from: '2001:db8:1::1', type: 2, code: 0, mtu: 1400 },
  ],
  ['no route on the way', ['198.51.100.1'], { kind: 'error', ms: 40, from: '10.0.2.2', type: 3, code: 0 }],
  ['no route at all', ['198.51.100.1'], { kind: 'no-route' }, { a: { gateway: [] } }],
  ['a black hole', ['10.0.3.2'], { kind: 'timeout' }, { two: { routes: ['blackhole 10.0.3.2/32'] } }],
  [
    'prohibited',
    ['10.0.3.2'],
    { kind: 'error', ms: 40, from: '10.0.2.2', type: 3, code: 13 },
    { two: { routes: ['prohibit 10.0.3.2/32', '10.0.1.0/24 via 10.0.2.1'] } },
  ],
  [
    // Three requests, a second apart, 60 ms that Linux is late by, and then 30 ms back.
    'nobody there',
    ['10.0.3.77', { timeoutMs: 5000 }],
    { kind: 'error', ms: 3100, from: '10.0.2.2', type: 3, code: 1 },
  ],
  ['a router that doesn’t pass on', ['10.0.3.2'], { kind: 'timeout' }, { one: { forward: false } }],
  [
    'a hop that takes its time',
    ['10.0.3.2'],
    { kind: 'reply', ms: 64, from: '10.0.3.2', hopLimit: 62 },
    { one: { processingMs: 2 } },
  ],
  [
    'rules that reject',
    ['10.0.3.2'],
    { kind: 'error', ms: 40, from: '10.0.2.2', type: 3, code: 13 },
    {
      two: {
        nft: 'table ip t { chain f { type filter hook forward priority 0; icmp type echo-request reject with icmp admin-prohibited; }; }',
      },
    },
  ],
  [
    'rules that drop',
    ['10.0.3.2'],
    { kind: 'timeout' },
    { b: { nft: 'table inet t { chain i { type filter hook input priority 0; policy drop; }; }' } },
  ],
  [
    'rules that know connections let answers in',
    ['10.0.3.2'],
    { kind: 'reply', ms: 60, from: '10.0.3.2', hopLimit: 62 },
    {
      a: {
        nft: 'table inet t { chain i { type filter hook input priority 0; policy drop; ct state established accept; }; }',
      },
    },
  ],
  [
    'one’s own rules',
    ['10.0.3.2'],
    { kind: 'filtered' },
    { a: { nft: 'table inet t { chain o { type filter hook output priority 0; policy drop; }; }' } },
  ],
  [
    'masquerade',
    ['10.0.3.2'],
    { kind: 'reply', ms: 60, from: '10.0.3.2', hopLimit: 62 },
    {
      one: {
        nft: 'table ip t { chain p { type nat hook postrouting priority srcnat; oifname eth1 masquerade; }; }',
      },
      two: { routes: [] },
    },
  ],
  [
    'an error about what was masqueraded comes to whom it is about',
    ['10.0.3.2', { hopLimit: 2 }],
    { kind: 'error', ms: 40, from: '10.0.2.2', type: 11, code: 0 },
    {
      one: {
        nft: 'table ip t { chain p { type nat hook postrouting priority srcnat; oifname eth1 masquerade; }; }',
      },
      two: { routes: [] },
    },
  ],
  [
    'policy routing: another way for that source',
    ['10.0.3.2'],
    { kind: 'error', ms: 20, from: '10.0.1.1', type: 3, code: 1 },
    {
      one: {
        routes: ['unreachable 10.0.3.0/24 table 100'],
        rules: ['from 10.0.1.0/24 lookup 100'],
        gateway: '10.0.2.2',
      },
    },
  ],
]

for (const [name, of, wanted, change] of PINGS) {
  test(`ping: ${name}`, async () => {
    const network = bare()
    chain(network, change)
    assert.deepEqual(await pinged(network, ...of), wanted)
  })
}

for (const [reversePath, comes] of [
  ['off', 1],
  ['loose', 1],
  ['strict', 0],
] as const)
  test(`RFC 3704: a source that is behind another device, reverse path ${reversePath}`, async () => {
    const network = bare()
    const { a, b } = chain(network, { two: { reversePath, routes: [], gateway: '10.0.3.2' } })
    const all = heard(b)
    a.send(udp('10.0.1.2 1000', '10.0.3.2 2000'))
    await network.run()
    assert.equal(all.length, comes)
  })

test('a datagram larger than the link is cut, and whole again at its end', async () => {
  const network = bare()
  const { a, b } = chain(network)
  const all = heard(b)
  const capture = network.capture(b)
  a.send(udp('10.0.1.2 1000', '10.0.3.2 2000', 4000))
  await network.run()
  assert.deepEqual(all, ['10.0.1.2 1000 > 2000 4000'])
  // 1480 and 1480 and 1048 behind a header of 20, the first two cut again at 1376.
  assert.deepEqual(
    capture.packets.map(({ datagram }) => datagram.payload.data.length),
    [1376, 104, 1376, 104, 1048],
  )
})

test('loss: as many get through as chance lets, and each seed has its own', async () => {
  const counts: number[] = []
  for (const seed of [1, 2, 3, 4]) {
    const network = bare({ seed })
    const a = network.host('a', { addresses: ['10.0.0.1/24'] })
    const b = network.host('b', { addresses: ['10.0.0.2/24'] })
    network.link(a, b, { loss: 0.3 })
    const all = heard(b)
    for (let i = 0; i < 2000; i++) a.send(udp('10.0.0.1 1', '10.0.0.2 2'))
    await network.run()
    counts.push(all.length)
    // Five standard deviations of a binomial of 2,000 at 0.7: 20.5 each.
    assert.ok(Math.abs(all.length - 1400) < 103, `${all.length} of 2000`)
  }
  assert.ok(new Set(counts).size > 1)
})

async function arrivals(options: Parameters<Network<SimHost>['link']>[2], count: number) {
  const network = bare()
  const a = network.host('a', { addresses: ['10.0.0.1/24'] })
  const b = network.host('b', { addresses: ['10.0.0.2/24'] })
  network.link(a, b, options)
  const all: { at: number; id: number }[] = []
  b.upper = ({ payload }) => {
    if (payload.kind === 'udp') all.push({ at: network.now(), id: payload.sourcePort })
  }
  for (let i = 0; i < count; i++) a.send(udp(`10.0.0.1 ${i}`, '10.0.0.2 2', 972))
  await network.run()
  return all
}

test('rate: 1,000 bytes at 8 Mbit/s leave each millisecond', async () =>
  assert.deepEqual(await arrivals({ rateBps: 8_000_000, delayMs: 5 }, 3), [
    { at: 6, id: 0 },
    { at: 7, id: 1 },
    { at: 8, id: 2 },
  ]))

test('queue: what finds no room is lost', async () =>
  assert.deepEqual(
    (await arrivals({ rateBps: 8_000_000, queue: 4 }, 10)).map(({ id }) => id),
    [0, 1, 2, 3],
  ))

test('jitter keeps the order; reordering doesn’t; duplication doubles', async () => {
  const ids = (of: readonly { readonly id: number }[]) => of.map(({ id }) => id)
  const jittered = await arrivals({ delayMs: 10, jitterMs: 10 }, 200)
  assert.deepEqual(
    ids(jittered),
    ids(jittered).toSorted((a, b) => a - b),
  )
  assert.ok(jittered.every(({ at }) => at >= 10 && at < 20))
  const reordered = await arrivals({ delayMs: 10, reorder: 0.2 }, 200)
  assert.notDeepEqual(
    ids(reordered),
    ids(reordered).toSorted((a, b) => a - b),
  )
  assert.equal(reordered.length, 200)
  const doubled = await arrivals({ duplicate: 1 }, 5)
  assert.deepEqual(ids(doubled).toSorted(), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
})

test('a switch: everybody hears a broadcast, one hears the rest', async () => {
  const network = bare()
  const hosts = [1, 2, 3].map(i => network.host(`h${i}`, { addresses: [`10.0.0.${i}/24`] }))
  network.lan(hosts)
  const all = hosts.map(heard)
  hosts[0]!.send(udp('10.0.0.1 1', '10.0.0.255 9'))
  hosts[0]!.send(udp('10.0.0.1 1', '10.0.0.3 9'))
  await network.run()
  assert.deepEqual(
    all.map(({ length }) => length),
    [0, 1, 2],
  )
})

function natted(network: Network<SimHost>, profile: Parameters<Network<SimHost>['natBox']>[1]) {
  const inside = network.host('inside', { addresses: ['192.168.1.2/24'], gateway: '192.168.1.1' })
  const box = network.natBox('box', profile, { inside: '192.168.1.1/24', outside: '203.0.113.1/24' })
  const server = network.host('server', { addresses: ['203.0.113.10/24', '203.0.113.11/24'] })
  const stranger = network.host('stranger', { addresses: ['203.0.113.20/24'] })
  network.link(inside, box)
  network.lan([box, server, stranger])
  return { inside, box, server, stranger }
}

/** RFC 4787 section 5: who may answer to a mapping that was made towards the server's first address, port 53. */
const FILTERS: readonly (readonly [
  profile: string,
  comes: readonly [same: boolean, port: boolean, other: boolean],
])[] = [
  ['full-cone', [true, true, true]],
  ['address-restricted', [true, true, false]],
  ['port-restricted', [true, false, false]],
  ['symmetric', [true, false, false]],
]
for (const [profile, comes] of FILTERS) {
  test(`NAT box, ${profile}: who is let in`, async () => {
    const network = bare()
    const { inside, server, stranger } = natted(network, profile as 'symmetric')
    const out = heard(server)
    const back = heard(inside)
    inside.send(udp('192.168.1.2 4000', '203.0.113.10 53'))
    await network.run()
    const [, source = '', port = ''] = /^(\S+) (\d+)/.exec(out[0]!)!
    assert.equal(source, '203.0.113.1')
    if (profile !== 'symmetric') assert.equal(port, '4000', 'the port is preserved')
    const tries = [
      [server, '203.0.113.10 53'],
      [server, '203.0.113.10 54'],
      [stranger, '203.0.113.20 53'],
    ] as const
    for (const [i, [host, from]] of tries.entries()) {
      host.send(udp(from, `203.0.113.1 ${port}`))
      await network.run()
      assert.equal(back.length > 0, comes[i], from)
      back.length = 0
    }
  })
}

test('a NAT box: pings from inside, of the box from outside, and errors about what was translated', async () => {
  const network = bare()
  const { inside, box, server, stranger } = natted(network, 'port-restricted')
  const pings = [
    inside.ping('203.0.113.10'),
    inside.ping('192.168.1.1'),
    stranger.ping('203.0.113.1'),
    box.ping('203.0.113.20'),
    inside.ping('203.0.113.10', { hopLimit: 1 }),
  ]
  await network.run()
  assert.deepEqual(
    (await Promise.all(pings)).map(one =>
      one.kind === 'timeout' ? one : [one.kind, 'from' in one && one.from],
    ),
    [
      ['reply', '203.0.113.10'],
      ['reply', '192.168.1.1'],
      ['reply', '203.0.113.1'],
      ['reply', '203.0.113.20'],
      ['error', '192.168.1.1'],
    ],
  )
  const back = heard(inside)
  // The server says that nobody listens.
  server.upper = datagram => {
    const { payload } = datagram
    if (payload.kind !== 'udp') return
    server.send({
      source: datagram.destination,
      destination: datagram.source,
      hopLimit: 64,
      payload: { kind: 'icmp', type: 3, code: 3, data: quoteOf(datagram) },
    })
  }
  inside.send(udp('192.168.1.2 4000', '203.0.113.10 99'))
  await network.run()
  assert.deepEqual(back, ['icmp 3/3 from 203.0.113.10'])
  assert.equal(network.natOf('box').size > 0, true)
})

test('the same seed gives the same capture, byte for byte; another doesn’t', async () => {
  const run = async (seed: number): Promise<Uint8Array> => {
    const network = bare({ seed })
    const { a, b } = chain(network)
    network.link(
      network.host('c', { addresses: ['10.9.0.1/24'] }),
      network.host('d', { addresses: ['10.9.0.2/24'] }),
      { jitterMs: 5, loss: 0.1, duplicate: 0.1, reorder: 0.1 },
    )
    const capture = network.capture()
    for (let i = 0; i < 100; i++) {
      a.send(udp(`10.0.1.2 ${i}`, '10.0.3.2 7'))
      network.hosts.get('c')!.send(udp(`10.9.0.1 ${i}`, '10.9.0.2 7'))
      void b.ping('10.0.1.2')
    }
    await network.run()
    return capture.pcapng()
  }
  const [first, again, other] = [await run(7), await run(7), await run(8)]
  assert.deepEqual(first, again)
  assert.notDeepEqual(first, other)
})

test('a capture of a link says what was lost, of a host what it saw; what it has can be decoded', async () => {
  const network = bare()
  const a = network.host('a', { addresses: ['10.0.0.1/24'] })
  const b = network.host('b', { addresses: ['10.0.0.2/24'] })
  const link = network.link(a, b, { loss: 1 })
  const [ofLink, ofA, ofB] = [network.capture(link), network.capture(a), network.capture(b)]
  a.send(udp('10.0.0.1 1', '10.0.0.2 2'))
  await network.run()
  assert.deepEqual(
    ofLink.packets.map(({ place, fate }) => [place, fate]),
    [['a:eth0', 'lost']],
  )
  assert.deepEqual([ofA.packets.length, ofB.packets.length], [1, 0])
  ofLink.stop()
  a.send(udp('10.0.0.1 1', '10.0.0.2 2'))
  assert.equal(ofLink.packets.length, 1)
  const text = Buffer.from(ofLink.pcapng())
  assert.ok(text.includes('lost on the link'))
  const at = text.indexOf(Buffer.from('4500', 'hex'))
  const packet = new Uint8Array(text.subarray(at, at + 38))
  assert.ok(isIntact(packet))
  assert.deepEqual(decodeDatagram(packet), udp('10.0.0.1 1', '10.0.0.2 2'))
})
