/** Who is on a link, as arp(7), RFC 4861 and net/core/neighbour.c have it: asked for three times, a second apart, and told as the kernel tells it. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import type { Port } from '../../model/port.ts'
import { createNetwork, type HostOptions, type Network, type SimulatedHost } from '../sim.ts'

const ABSENT = { ipv4: '192.0.2.99', ipv6: '2001:db8::99' } as const
const THERE = { ipv4: '192.0.2.2', ipv6: '2001:db8::2' } as const
const FAMILIES = ['ipv4', 'ipv6'] as const

interface Pair {
  readonly network: Network
  readonly a: SimulatedHost
  readonly b: SimulatedHost
}

function pair(ofA: HostOptions = {}, ofB: HostOptions = {}): Pair {
  const network = createNetwork({ clock: 'by-hand' })
  const a = network.host('a', { addresses: ['192.0.2.1/24', '2001:db8::1/64'], ...ofA })
  const b = network.host('b', {
    addresses: ['192.0.2.2/24', '2001:db8::2/64'],
    machine: { sockets: [{ listen: 'tcp 0.0.0.0:80' }, { listen: 'tcp [::]:81' }] },
    ...ofB,
  })
  network.link(a, b)
  return { network, a, b }
}

async function tablesOf({ os }: SimulatedHost) {
  const told = await os.routes()
  assert.ok(told.known)
  return told.value
}

const stateOf = async (host: SimulatedHost, address: string) =>
  (await tablesOf(host)).neighbours!.find(one => one.address === address)?.state

/** How an attempt ends, and when on the simulated clock. */
function trying({ network, a }: Pair, to: string) {
  const asked = { protocol: 'tcp', to: { address: parseAddress(to), port: 81 as Port } } as const
  return a.os.reach.attempt(asked, { timeoutMs: 20_000 }).then(async attempt => {
    const { outcome } = attempt
    const at = network.now()
    await attempt.close()
    return { code: outcome.kind === 'yes' ? 'OK' : outcome.code, at }
  })
}

for (const family of FAMILIES) {
  test(`${family}: who answers is reachable for half a minute, and stale then`, async () => {
    const { network, a, b } = pair()
    assert.deepEqual((await tablesOf(a)).neighbours, [])
    void a.ping(THERE[family])
    await network.advance(1)
    const { neighbours } = await tablesOf(a)
    const hardware = (await tablesOf(b)).interfaces.find(({ name }) => name === 'eth0')?.hardware
    assert.match(hardware!, /^02(?::[\da-f]{2}){5}$/)
    assert.deepEqual(neighbours, [
      { interface: 'eth0', address: THERE[family], state: 'reachable', hardware },
    ])
    await network.advance(30_000)
    assert.equal(await stateOf(a, THERE[family]), 'stale')
  })

  test(`${family}: nobody there: incomplete for three seconds, then failed, and all that waited are told at once`, async () => {
    const place = pair()
    const { network, a } = place
    const first = trying(place, ABSENT[family])
    await network.advance(1200)
    assert.equal(await stateOf(a, ABSENT[family]), 'incomplete')
    const second = trying(place, ABSENT[family])
    await network.advance(3000)
    assert.deepEqual(await first, { code: 'EHOSTUNREACH', at: 3060 })
    assert.deepEqual(await second, { code: 'EHOSTUNREACH', at: 3060 })
    assert.equal(await stateOf(a, ABSENT[family]), 'failed')
    // Whoever asks again waits again.
    const third = trying(place, ABSENT[family])
    await network.advance(1000)
    assert.equal(await stateOf(a, ABSENT[family]), 'incomplete')
    await network.advance(2100)
    assert.deepEqual(await third, { code: 'EHOSTUNREACH', at: 7260 })
  })
}

const chain = (family: string, hook: string, rule: string): string =>
  `table ${family} t { chain c { type filter hook ${hook} priority 0; ${rule}; } }`

/** Rules that keep a host from hearing who asks for it, or from answering. */
const DEAF = [
  ['ipv4', chain('arp', 'input', 'drop'), 'EHOSTUNREACH'],
  ['ipv4', chain('arp', 'output', 'drop'), 'EHOSTUNREACH'],
  ['ipv4', chain('arp', 'input', 'iifname "eth1" drop'), 'OK'],
  ['ipv6', chain('arp', 'input', 'drop'), 'OK'],
  ['ipv6', chain('inet', 'input', 'meta l4proto ipv6-icmp drop'), 'EHOSTUNREACH'],
  ['ipv6', chain('ip6', 'input', 'icmpv6 type nd-neighbor-solicit drop'), 'EHOSTUNREACH'],
  ['ipv6', chain('ip6', 'output', 'icmpv6 type nd-neighbor-advert drop'), 'EHOSTUNREACH'],
  ['ipv6', chain('ip6', 'input', 'icmpv6 type echo-request drop'), 'OK'],
  ['ipv4', chain('inet', 'input', 'meta l4proto ipv6-icmp drop'), 'OK'],
] as const
for (const [family, nft, code] of DEAF)
  test(`${family}: ${nft}: ${code}`, async () => {
    const place = pair({}, { nft })
    const ended = trying(place, THERE[family])
    await place.network.advance(4000)
    assert.equal((await ended).code, code)
  })

test('a hundred and one packets wait, and the oldest go for more (unres_qlen, arp(7))', async () => {
  const { network, a } = pair()
  const told: string[] = []
  a.transport.errorWatchers.add(error => void told.push(error.destination))
  const socket = a.transport.datagram('ipv4')
  for (let i = 0; i < 150; i++)
    assert.equal(socket.send(Uint8Array.of(i), { address: parseAddress(ABSENT.ipv4), port: 9 }), 'OK')
  await network.advance(3100)
  assert.equal(told.length, 101)
})

test('a neighbour that was set by hand is never asked for: right, or somebody whom nobody is', async () => {
  const right = (await tablesOf(pair().b)).interfaces.find(({ name }) => name === 'eth0')!.hardware
  for (const [lladdr, kind] of [
    [right, 'reply'],
    ['02:00:00:00:00:99', 'timeout'],
  ] as const) {
    const { network, a } = pair({ neighbours: [`192.0.2.2 lladdr ${lladdr} dev eth0`] })
    const pinged = a.ping('192.0.2.2', { timeoutMs: 5000 })
    await network.advance(5000)
    assert.equal((await pinged).kind, kind)
    assert.deepEqual((await tablesOf(a)).neighbours, [
      { interface: 'eth0', address: '192.0.2.2', state: 'permanent', hardware: lladdr },
    ])
  }
})

test('a device that is down has no routes and no IPv6, and its neighbour no carrier', async () => {
  const place = pair({ down: ['eth0'] })
  const { a, b, network } = place
  const { routes, interfaces } = await tablesOf(a)
  const out = routes.filter(({ nexthops }) => nexthops.some(one => one.interface === 'eth0'))
  // Its address of IPv4 stays its own.
  assert.deepEqual(
    out.map(({ type, destination }) => `${type} ${destination}`),
    ['2 192.0.2.1/32'],
  )
  assert.deepEqual(
    interfaces.map(({ name, up, carrier }) => [name, up, carrier]),
    [
      ['lo', true, undefined],
      ['eth0', false, undefined],
    ],
  )
  assert.equal((await trying(place, THERE.ipv4)).code, 'ENETUNREACH')
  const pinged = b.ping('192.0.2.1', { timeoutMs: 5000 })
  await network.advance(5000)
  const { kind, ...error } = await pinged
  assert.deepEqual({ kind, ...error }, { kind: 'error', ms: 3060, from: '192.0.2.2', type: 3, code: 1 })
  const told = (await tablesOf(b)).interfaces.find(({ name }) => name === 'eth0')
  assert.deepEqual([told?.up, told?.carrier, told?.mtu], [true, false, 1500])
})

test('a device sends no larger packets than it may, whatever its link takes', async () => {
  const { network, a, b } = pair({ mtu: { eth0: 1300 } })
  const send = async (from: SimulatedHost, to: string) => {
    const pinged = from.ping(to, { size: 1300, dontFragment: true, timeoutMs: 100 })
    await network.advance(100)
    return pinged
  }
  assert.deepEqual(await send(a, '192.0.2.2'), {
    kind: 'error',
    ms: 0,
    from: '192.0.2.1',
    type: 3,
    code: 4,
    mtu: 1300,
  })
  // The other way round it is taken, and its answer, which may be cut, comes in pieces (ip_append_data of icmp_reply).
  assert.equal((await send(b, '192.0.2.1')).kind, 'reply')
  assert.deepEqual(
    (await tablesOf(a)).interfaces.map(({ mtu }) => mtu),
    [undefined, 1300],
  )
})

/** What can't be is refused with what was written. */
const REFUSED: readonly (readonly [options: HostOptions, says: RegExp])[] = [
  [{ neighbours: ['192.0.2.9'] }, /the neighbour "192\.0\.2\.9": write "192\.0\.2\.9 lladdr/],
  [{ neighbours: ['192.0.2.9 lladdr 02:00 dev eth0'] }, /"02:00" is no hardware address/],
  [{ neighbours: ['192.0.2.9 lladdr 02:00:00:00:00:09 dev eth7'] }, /there is no device eth7/],
  [{ down: ['eth7'] }, /there is no device eth7/],
  [{ mtu: { eth7: 1300 } }, /there is no device eth7/],
  [{ mtu: { eth0: 12 } }, /the MTU of eth0 is 12, and goes from 68/],
  [
    { nft: '', machine: { tunables: { 'net.netfilter.nf_conntrack_max': 'many' } } },
    /nf_conntrack_max is "many", and not a number from 1/,
  ],
]
for (const [options, says] of REFUSED)
  test(`refused: ${JSON.stringify(options)}`, () => {
    assert.throws(() => pair(options), { code: 'E_SIM_NETWORK', message: says })
  })
