/** What a router says of a route that leads nowhere is the same with rules and without (ip_error, net/ipv4/route.c; fib_props). */
import assert from 'node:assert/strict'
import test from 'node:test'
import { createNetwork } from '../sim.ts'

const RULES = 'table inet t { chain f { type filter hook forward priority 0; } }'
const ROUTES = [
  ['unreachable', 3, 1],
  ['prohibit', 3, 13],
  ['blackhole', null, null],
  ['throw', 3, 0],
] as const

for (const [kind, type, code] of ROUTES)
  for (const nft of [undefined, RULES])
    test(`${kind}, ${nft === undefined ? 'without rules' : 'with rules'}`, async () => {
      const network = createNetwork({ clock: 'by-hand' })
      const client = network.host('client', { addresses: ['10.0.1.2/24'], gateway: '10.0.1.1' })
      network.router('router', {
        addresses: ['eth0 10.0.1.1/24'],
        routes: [`${kind} 10.0.2.0/24`],
        ...(nft === undefined ? {} : { nft }),
      })
      network.link(client, 'router')
      const pinged = client.ping('10.0.2.2', { timeoutMs: 1000 })
      await network.advance(1000)
      const told = await pinged
      assert.deepEqual(
        told.kind === 'error' ? [told.type, told.code, told.from] : [null, null, told.kind],
        type === null ? [null, null, 'timeout'] : [type, code, '10.0.1.1'],
      )
    })

test('an address of a router’s loopback is the router’s own', async () => {
  const network = createNetwork({ clock: 'by-hand' })
  const client = network.host('client', { addresses: ['10.0.1.2/24'], gateway: '10.0.1.1' })
  const router = network.router('router', { addresses: ['eth0 10.0.1.1/24', 'lo 10.0.2.2/32'] })
  network.link(client, router)
  const listening = router.transport.stream('ipv4')
  listening.bind('10.0.2.2' as never, 80)
  listening.listen(1)
  const socket = client.createConnection({ host: '10.0.2.2', port: 80 })
  let isConnected = false
  socket.once('connect', () => {
    isConnected = true
  })
  await network.advance(100)
  assert.ok(isConnected)
  const told = [...(await router.os.addresses())].filter(one => one.interface === 'lo')
  assert.deepEqual(
    told.map(({ address }) => address),
    ['127.0.0.1', '::1', '10.0.2.2'],
  )
})

test('a full table of tracked connections drops what is new (nf_conntrack_max)', async () => {
  const network = createNetwork({ clock: 'by-hand' })
  const client = network.host('client', { addresses: ['10.0.1.2/24'], gateway: '10.0.1.1' })
  network.router('router', {
    addresses: ['eth0 10.0.1.1/24', 'eth1 10.0.2.1/24'],
    nft: 'table inet t { chain f { type filter hook forward priority 0; ct state invalid counter; } }',
    machine: { tunables: { 'net.netfilter.nf_conntrack_max': '2' } },
  })
  network.host('server', {
    addresses: ['10.0.2.2/24'],
    gateway: '10.0.2.1',
    machine: { sockets: [{ listen: 'tcp 10.0.2.2:80' }] },
  })
  network.link(client, 'router')
  network.link('router', 'server')
  const states = await Promise.all(
    [1, 2, 3].map(async () => {
      const socket = client.transport.stream('ipv4')
      assert.equal(socket.connect('10.0.2.2' as never, 80), 'EINPROGRESS')
      await network.advance(100)
      return socket.tcb?.state
    }),
  )
  assert.deepEqual(states, ['established', 'established', 'syn-sent'])
})

/** What connect(2) and sendto(2) say where no way leads on (`fib_props`, net/ipv4/fib_semantics.c), bound to an address or not. */
const OWN = [
  ['unreachable 10.0.2.0/24', '10.0.2.2', 'EHOSTUNREACH'],
  ['prohibit 10.0.2.0/24', '10.0.2.2', 'EACCES'],
  ['blackhole 10.0.2.0/24', '10.0.2.2', 'EINVAL'],
  ['throw 10.0.2.0/24', '10.0.2.2', 'ENETUNREACH'],
  ['unreachable fd00:2::/64', 'fd00:2::2', 'EHOSTUNREACH'],
  ['10.0.3.0/24 dev eth0', '10.0.2.2', 'ENETUNREACH'],
] as const
for (const [route, to, errno] of OWN)
  test(`who sends is told of "${route}": ${errno}`, () => {
    const network = createNetwork({ clock: 'by-hand' })
    const { transport } = network.host('a', { addresses: ['10.0.1.2/24', 'fd00:1::2/64'], routes: [route] })
    const family = to.includes(':') ? 'ipv6' : 'ipv4'
    assert.equal(transport.stream(family).connect(to as never, 80), errno)
    const bound = transport.stream(family)
    assert.equal(bound.bind((family === 'ipv4' ? '10.0.1.2' : 'fd00:1::2') as never, 0), 'OK')
    assert.equal(bound.connect(to as never, 80), errno)
    assert.equal(
      transport.datagram(family).send(new Uint8Array(1), { address: to as never, port: 53 }),
      errno,
    )
  })

test('IPv6 that is off has no addresses, and who connects by it is told so', async () => {
  const network = createNetwork({ clock: 'by-hand' })
  const host = network.host('a', {
    addresses: ['10.0.1.2/24', 'fd00:1::2/64'],
    gateway: ['10.0.1.1', 'fd00:1::1'],
    machine: { tunables: { 'net.ipv6.conf.all.disable_ipv6': '1' } },
  })
  assert.deepEqual(
    [...(await host.os.addresses())].map(({ address }) => address),
    ['127.0.0.1', '10.0.1.2'],
  )
  assert.equal(host.transport.stream('ipv6').connect('fd00:2::2' as never, 80), 'EADDRNOTAVAIL')
  assert.equal(host.transport.stream('ipv6').connect('::1' as never, 80), 'EADDRNOTAVAIL')
})
