/**
 * Attempts on a simulated network: a client, a router with rules, a server. What is expected is what Linux answers
 * (`test/kernel/attempt/` asks it the same) and what each hop does to a packet's hop limit.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { createNetwork } from '../sim.ts'
import {
  CLIENT,
  errorsOf,
  framesOf,
  ROUTER,
  SERVER,
  SERVER_V6,
  street,
  trying,
} from './attempt-street.cases.ts'

test('a connection: what went and came, with the hops that were left', () =>
  trying(street(), {}, async attempt => {
    assert.deepEqual(attempt.outcome, { kind: 'yes' })
    assert.equal(attempt.ms, 4)
    assert.deepEqual(await framesOf(attempt), ['out eth0 S 64', 'in eth0 SA 63', 'out eth0 A 64'])
    const { tcp } = await attempt.seen()
    assert.ok(tcp.known)
    assert.equal(tcp.value.state, 'established')
    assert.equal(tcp.value.rtt, 4)
  }))

test('a closed port: a reset from the server', () =>
  trying(street(), { port: 81 }, async attempt => {
    assert.deepEqual(attempt.outcome, { kind: 'refused', code: 'ECONNREFUSED' })
    assert.equal(attempt.atOnce, false)
    assert.deepEqual(await framesOf(attempt), ['out eth0 S 64', 'in eth0 AR 63'])
    assert.deepEqual(await errorsOf(attempt), [])
  }))

/** What each answer of a router comes to for who calls by TCP (net/ipv4/icmp.c `icmp_err_convert`, net/ipv6/icmp.c). */
const REJECTS: readonly (readonly [
  family: 'ipv4' | 'ipv6',
  reject: string,
  type: number,
  code: number,
  errno: string,
])[] = [
  ['ipv4', 'icmp type net-unreachable', 3, 0, 'ENETUNREACH'],
  ['ipv4', 'icmp type host-unreachable', 3, 1, 'EHOSTUNREACH'],
  ['ipv4', 'icmp type prot-unreachable', 3, 2, 'ENOPROTOOPT'],
  ['ipv4', 'icmp type port-unreachable', 3, 3, 'ECONNREFUSED'],
  ['ipv4', 'icmp type net-prohibited', 3, 9, 'ENETUNREACH'],
  ['ipv4', 'icmp type host-prohibited', 3, 10, 'EHOSTUNREACH'],
  ['ipv4', 'icmp type admin-prohibited', 3, 13, 'EHOSTUNREACH'],
  ['ipv6', 'icmpv6 type no-route', 1, 0, 'ENETUNREACH'],
  ['ipv6', 'icmpv6 type admin-prohibited', 1, 1, 'EACCES'],
  ['ipv6', 'icmpv6 type addr-unreachable', 1, 3, 'EHOSTUNREACH'],
  ['ipv6', 'icmpv6 type port-unreachable', 1, 4, 'ECONNREFUSED'],
]
for (const [family, reject, type, code, errno] of REJECTS)
  test(`a router that answers ${reject}`, () => {
    const nft = `table inet t { chain f { type filter hook forward priority 0; tcp dport 80 reject with ${reject}; }; }`
    const to = (family === 'ipv4' ? SERVER : SERVER_V6) as string
    return trying(street({ nft }), { to }, async attempt => {
      assert.equal(attempt.outcome.code, errno)
      const from = parseAddress(family === 'ipv4' ? '10.0.1.1' : 'fd00:1::1')
      assert.deepEqual(await errorsOf(attempt), [{ type, code, from, errno }])
      assert.deepEqual(await framesOf(attempt), ['out eth0 S 64', `in eth0 icmp-${type}/${code} 64`])
    })
  })

test('a router that resets: nearer than the server by one hop', () => {
  const nft =
    'table inet t { chain f { type filter hook forward priority 0; tcp dport 80 reject with tcp reset; }; }'
  return trying(street({ nft }), {}, async attempt => {
    assert.deepEqual(attempt.outcome, { kind: 'refused', code: 'ECONNREFUSED' })
    assert.deepEqual(await framesOf(attempt), ['out eth0 S 64', 'in eth0 AR 64'])
  })
})

test('a router that drops: silence, and frames that left', () => {
  const nft = 'table inet t { chain f { type filter hook forward priority 0; tcp dport 80 drop; }; }'
  return trying(street({ nft }), {}, async attempt => {
    assert.deepEqual(attempt.outcome, { kind: 'timed-out' })
    assert.equal(attempt.ms, 5000)
    const frames = await framesOf(attempt)
    assert.ok(frames.length > 1)
    assert.deepEqual([...new Set(frames)], ['out eth0 S 64'])
  })
})

test('what its own rules drop on the way out never leaves', () => {
  const nft = 'table inet t { chain o { type filter hook output priority 0; tcp dport 80 drop; }; }'
  return trying(street({}, { nft }), {}, async attempt => {
    assert.deepEqual(attempt.outcome, { kind: 'timed-out' })
    assert.deepEqual(await framesOf(attempt), [])
  })
})

test('with one hop to go the router says that it ran out', () =>
  trying(street(), { hops: 1 }, async attempt => {
    assert.deepEqual(await errorsOf(attempt), [{ type: 11, code: 0, from: ROUTER, errno: 'EHOSTUNREACH' }])
    assert.deepEqual(await framesOf(attempt), ['out eth0 S 1', 'in eth0 icmp-11/0 64'])
  }))

test('nobody has the address: the router says so after three seconds', () =>
  trying(street(), { to: '10.0.2.77' }, async attempt => {
    assert.equal(attempt.outcome.code, 'EHOSTUNREACH')
    assert.ok(attempt.ms >= 3000)
    assert.deepEqual(await errorsOf(attempt), [{ type: 3, code: 1, from: ROUTER, errno: 'EHOSTUNREACH' }])
  }))

/** Routes that lead nowhere refuse before anything is sent (`fib_props`, net/ipv4/fib_semantics.c). */
const ROUTES = [
  ['unreachable 10.0.2.0/24', 'EHOSTUNREACH'],
  ['prohibit 10.0.2.0/24', 'EACCES'],
  ['blackhole 10.0.2.0/24', 'EINVAL'],
] as const
for (const [route, errno] of ROUTES)
  test(`its own route "${route}"`, async () => {
    const place = street({}, { routes: [route] })
    const told = await place.client.os.routeTo({ to: SERVER! })
    assert.deepEqual(told, { known: true, value: { kind: 'refused', code: errno } })
    await trying(place, {}, async attempt => {
      assert.equal(attempt.outcome.code, errno)
      assert.equal(attempt.atOnce, true)
      assert.deepEqual(await framesOf(attempt), [])
    })
  })

test('the way to the server, and to itself', async () => {
  const { network, client } = street()
  const told = async (to: string) => {
    const answer = await client.os.routeTo({ to: parseAddress(to) })
    return answer.known ? answer.value : answer
  }
  assert.deepEqual(await told(SERVER as string), {
    kind: 'unicast',
    device: 'eth0',
    gateway: ROUTER,
    source: CLIENT,
  })
  assert.deepEqual(await told(CLIENT as string), { kind: 'local', device: 'lo', source: CLIENT })
  network.close()
})

test('a datagram to a closed port: the error comes for it, once', () =>
  trying(street(), { protocol: 'udp', port: 54 }, async attempt => {
    assert.deepEqual(await attempt.send(Uint8Array.of(1)), { kind: 'yes' })
    const failed = { kind: 'failed', tried: { kind: 'refused', code: 'ECONNREFUSED' } }
    assert.deepEqual(await attempt.receive({ timeoutMs: 1000 }), failed)
    assert.deepEqual(await attempt.receive({ timeoutMs: 1000 }), { kind: 'nothing' })
    assert.deepEqual(await errorsOf(attempt), [{ type: 3, code: 3, from: SERVER, errno: 'ECONNREFUSED' }])
  }))

test('a datagram that nobody answers: nothing', () =>
  trying(street(), { protocol: 'udp', port: 53 }, async attempt => {
    assert.deepEqual(await attempt.send(Uint8Array.of(1)), { kind: 'yes' })
    assert.deepEqual(await attempt.receive({ timeoutMs: 1000 }), { kind: 'nothing' })
  }))

test('a datagram that its own rules drop is refused to its sender', () => {
  const nft = 'table inet t { chain o { type filter hook output priority 0; udp dport 53 drop; }; }'
  return trying(street({}, { nft }), { protocol: 'udp', port: 53 }, async attempt => {
    assert.deepEqual(await attempt.send(Uint8Array.of(1)), { kind: 'denied', code: 'EPERM' })
  })
})

test('what the other end does once it has heard our end', () =>
  trying(street(), {}, async attempt => {
    assert.deepEqual(await attempt.send(Uint8Array.of(1, 2, 3)), { kind: 'yes' })
    assert.deepEqual(await attempt.receive({ timeoutMs: 100 }), { kind: 'nothing' })
    const { tcp } = await attempt.seen()
    assert.ok(tcp.known && tcp.value.bytesAcked >= 3)
    await attempt.finish()
    assert.deepEqual(await attempt.receive({ timeoutMs: 1000 }), { kind: 'end' })
  }))

/** An MTU of 1000 behind the router. */
test('echoes: answered, out of hops, too big', async () => {
  const network = createNetwork({ speed: Infinity })
  const client = network.host('client', { addresses: ['10.0.1.2/24'], gateway: '10.0.1.1' })
  network.router('router', { addresses: ['eth0 10.0.1.1/24', 'eth1 10.0.2.1/24'] })
  network.host('server', { addresses: ['10.0.2.2/24'], gateway: '10.0.2.1' })
  network.link(client, 'router', { delayMs: 1 })
  network.link('router', 'server', { delayMs: 1, mtu: 1000 })
  const { ping } = client.os.reach
  const [to, from] = [SERVER!, ROUTER!]
  const patience = { timeoutMs: 1000 }
  assert.deepEqual(await ping({ to }, patience), { kind: 'yes', ms: 4, hops: 63 })
  const expired = { type: 11, code: 0, from, errno: 'EHOSTUNREACH', atMs: 2 }
  assert.deepEqual(await ping({ to, hops: 1 }, patience), {
    kind: 'unreachable',
    code: 'EHOSTUNREACH',
    ms: 2,
    icmp: expired,
  })
  const big = { type: 3, code: 4, from, errno: 'EMSGSIZE', mtu: 1000, atMs: 2 }
  assert.deepEqual(await ping({ to, size: 1001 }, patience), {
    kind: 'broken',
    code: 'EMSGSIZE',
    ms: 2,
    icmp: big,
  })
  assert.deepEqual(await ping({ to, size: 1000 }, patience), { kind: 'yes', ms: 4, hops: 63 })
  network.close()
})

test('segments are as small as they were asked to be (TCP_MAXSEG)', async () => {
  for (const segment of [500, 88])
    await trying(street(), { segment }, async attempt => {
      assert.deepEqual(attempt.outcome, { kind: 'yes' })
      const { tcp } = await attempt.seen()
      // RFC 6691: options count.
      assert.equal(tcp.known && tcp.value.sendMss, segment - 12)
    })
  await trying(street(), { segment: 40 }, async attempt => {
    assert.equal(attempt.outcome.code, 'EINVAL')
    assert.equal(attempt.atOnce, true)
  })
})
