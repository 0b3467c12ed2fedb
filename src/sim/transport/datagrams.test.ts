/** UDP of a simulated host, and what ICMP tells its sockets and TCP's. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Address } from '../../model/address.ts'
import type { Datagram, IcmpMessage } from '../../wire/ip/datagram.ts'
import { quoteOf } from '../../wire/ip/ip.ts'
import { FakeNetwork } from './fake-network.ts'
import type { Transport, UdpSocket } from './transport.ts'

const A = '192.0.2.1' as Address
const B = '192.0.2.2' as Address
const ROUTER = '192.0.2.254' as Address
const A6 = '2001:db8::1' as Address
const B6 = '2001:db8::2' as Address

function two() {
  const network = new FakeNetwork()
  return {
    network,
    a: network.host('a', [`eth0 ${A}`, `eth0 ${A6}`]),
    b: network.host('b', [`eth0 ${B}`, `eth0 ${B6}`]),
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (socket: UdpSocket): string | null | { errno: string } => {
  const got = socket.receive()
  return got === null || 'errno' in got ? got : new TextDecoder().decode(got.data)
}

test('a datagram and its answer, over IPv4 and IPv6, and IPv4 through an IPv6 socket', () => {
  for (const [family, from, to] of [
    ['ipv4', A, B],
    ['ipv6', A6, B6],
    ['ipv6', `::ffff:${A}`, `::ffff:${B}`],
  ] as const) {
    const { network, a, b } = two()
    const server = b.datagram(family)
    assert.equal(server.bind((family === 'ipv4' ? '0.0.0.0' : '::') as Address, 53), 'OK')
    const client = a.datagram(family)
    assert.equal(client.send(bytes('who?'), { address: to as Address, port: 53 }), 'OK')
    network.advance(20)
    const got = server.receive()
    assert.ok(got !== null && !('errno' in got))
    assert.deepEqual(got.from, { address: from, port: client.localEnd.port })
    server.send(bytes('me'), { address: got.from.address as Address, port: got.from.port })
    network.advance(20)
    assert.equal(textOf(client), 'me')
  }
})

test('nobody is there: port unreachable, which a connected socket hears of and another doesn’t', () => {
  for (const [family, to, type, code] of [
    ['ipv4', B, 3, 3],
    ['ipv6', B6, 1, 4],
  ] as const) {
    const { network, a } = two()
    const [connected, plain] = [a.datagram(family), a.datagram(family)]
    assert.equal(connected.connect(to, 9), 'OK')
    connected.send(bytes('x'))
    plain.send(bytes('x'), { address: to, port: 9 })
    network.advance(50)
    const errors = network.seen.flatMap(({ datagram: { payload } }) =>
      payload.kind === 'icmp' ? [payload] : [],
    )
    assert.deepEqual(
      errors.map(error => [error.type, error.code]),
      [
        [type, code],
        [type, code],
      ],
    )
    assert.deepEqual([connected.receive(), connected.receive()], [{ errno: 'ECONNREFUSED' }, null])
    assert.equal(plain.receive(), null)
  }
})

test('what doesn’t fit into the buffer is dropped, and counted', () => {
  const { network, a, b } = two()
  const server = b.datagram()
  server.bind(B, 53)
  const client = a.datagram()
  for (let i = 0; i < 300; i++) client.send(new Uint8Array(1000), { address: B, port: 53 })
  network.advance(20)
  // net.core.rmem_default, 212,992 bytes, of some 1,768 each.
  let read = 0
  while (server.receive() !== null) read++
  assert.equal(read, Math.floor(212_992 / 1768))
  assert.equal(read + server.drops, 300)
})

test('a broadcast needs SO_BROADCAST, and everybody on the port gets it', () => {
  const { network, a, b } = two()
  const client = a.datagram()
  const everybody = { address: '255.255.255.255' as Address, port: 67 }
  assert.equal(client.send(bytes('x'), everybody), 'EACCES')
  client.mayBroadcast = true
  assert.equal(client.send(bytes('x'), everybody), 'OK')
  const listeners = [b.datagram(), b.datagram()]
  for (const one of listeners) {
    one.set('reuseAddress', true)
    one.bind('0.0.0.0' as Address, 67)
  }
  const payload = { kind: 'udp', sourcePort: 68, destinationPort: 67, data: bytes('all') } as const
  b.receive({ source: A, destination: everybody.address, hopLimit: 1, payload }, 'eth0')
  assert.deepEqual(listeners.map(textOf), ['all', 'all'])
  b.receive(
    { source: A, destination: everybody.address, hopLimit: 1, payload: { ...payload, destinationPort: 9 } },
    'eth0',
  )
  network.advance(50)
  assert.equal(network.seen.length, 1, 'a broadcast is never answered with an error (RFC 1122 section 3.2.2)')
})

/** An error of a router about the first packet that `a` sent. */
function complain(
  a: Transport,
  network: FakeNetwork,
  message: Omit<IcmpMessage, 'kind' | 'data'>,
  isV6 = false,
): void {
  const about = network.seen[0]!.datagram
  const error: Datagram = {
    source: isV6 ? ('2001:db8::fe' as Address) : ROUTER,
    destination: about.source,
    hopLimit: 64,
    payload: { kind: 'icmp', ...message, data: quoteOf(about).slice(0, isV6 ? 200 : 28) },
  }
  a.receive(error, 'eth0')
}

/** Linux `icmp_err_convert`, `icmpv6_err_convert`: whether a connected datagram socket hears of it. */
const ERRORS: readonly (readonly [
  name: string,
  isV6: boolean,
  type: number,
  code: number,
  errno: string,
  hard: boolean,
])[] = [
  ['network unreachable', false, 3, 0, 'ENETUNREACH', false],
  ['host unreachable', false, 3, 1, 'EHOSTUNREACH', false],
  ['protocol unreachable', false, 3, 2, 'ENOPROTOOPT', true],
  ['port unreachable', false, 3, 3, 'ECONNREFUSED', true],
  ['host unknown', false, 3, 7, 'EHOSTDOWN', true],
  ['administratively prohibited', false, 3, 13, 'EHOSTUNREACH', true],
  ['too many hops', false, 11, 0, 'EHOSTUNREACH', false],
  ['no route, IPv6', true, 1, 0, 'ENETUNREACH', false],
  ['prohibited, IPv6', true, 1, 1, 'EACCES', true],
  ['address unreachable, IPv6', true, 1, 3, 'EHOSTUNREACH', false],
  ['port unreachable, IPv6', true, 1, 4, 'ECONNREFUSED', true],
]
for (const [name, isV6, type, code, errno, hard] of ERRORS) {
  test(`${name}: connect() fails, datagrams hear of what is final, a conversation only keeps it in mind`, () => {
    const family = isV6 ? 'ipv6' : 'ipv4'
    const to = isV6 ? B6 : B
    const calls = two()
    const caller = calls.a.stream(family)
    caller.connect(to, 80)
    complain(calls.a, calls.network, { type, code }, isV6)
    assert.equal(caller.takeError(), errno)

    const talks = two()
    const talker = talks.a.datagram(family)
    talker.connect(to, 80)
    talker.send(bytes('x'))
    complain(talks.a, talks.network, { type, code }, isV6)
    assert.equal(talker.error, hard ? errno : null)

    const speaks = two()
    const listener = speaks.b.stream(family)
    listener.bind(to, 80)
    listener.listen(1)
    const speaker = speaks.a.stream(family)
    speaker.connect(to, 80)
    speaks.network.advance(100)
    speaker.write(bytes('x'))
    speaks.network.seen.splice(0, speaks.network.seen.length - 1)
    complain(speaks.a, speaks.network, { type, code }, isV6)
    assert.deepEqual([speaker.error, speaker.tcb!.state], [null, 'established'])
  })
}

test('what a conversation was told on the way is why it is given up', () => {
  const { network, a, b } = two()
  const listener = b.stream()
  listener.bind(B, 80)
  listener.listen(1)
  const caller = a.stream()
  caller.connect(B, 80)
  network.advance(100)
  network.carry = () => null
  network.seen.length = 0
  caller.write(bytes('x'))
  network.advance(1000)
  complain(a, network, { type: 3, code: 1 })
  network.run()
  assert.equal(caller.takeError(), 'EHOSTUNREACH')
})

test('an error about what wasn’t sent is believed by nobody (RFC 5927 section 4)', () => {
  const { network, a } = two()
  const caller = a.stream()
  caller.connect(B, 80)
  const { payload, ...rest } = network.seen[0]!.datagram
  assert.ok(payload.kind === 'tcp')
  const forged = { ...rest, payload: { ...payload, sequence: (payload.sequence + 5000) >>> 0 } }
  a.receive(
    {
      source: ROUTER,
      destination: A,
      hopLimit: 64,
      payload: { kind: 'icmp', type: 3, code: 3, data: quoteOf(forged).slice(0, 28) },
    },
    'eth0',
  )
  assert.deepEqual([caller.error, caller.tcb!.state], [null, 'syn-sent'])
})

test('a narrower path: segments become smaller and what was too large goes again (RFC 1191)', () => {
  const { network, a, b } = two()
  const listener = b.stream()
  listener.bind(B, 80)
  listener.listen(1)
  const caller = a.stream()
  caller.connect(B, 80)
  network.advance(100)
  const MTU = 1000
  network.carry = datagram => {
    if (datagram.payload.kind !== 'tcp' || datagram.payload.data.length + 52 <= MTU) return 10
    const data = quoteOf(datagram).slice(0, 28)
    const error: Datagram = {
      source: ROUTER,
      destination: A,
      hopLimit: 64,
      payload: { kind: 'icmp', type: 3, code: 4, rest: MTU, data },
    }
    complaints.push(error)
    return null
  }
  const complaints: Datagram[] = []
  const sent = new Uint8Array(50_000).map((_, i) => i % 239)
  caller.write(sent)
  for (const error of complaints.splice(0)) a.receive(error, 'eth0')
  network.advance(5000)
  const child = listener.accept()
  assert.ok(typeof child !== 'string')
  assert.deepEqual(child.read(65_536), sent)
  assert.equal(caller.tcb!.segment, MTU - 52)
  // Later conversations know.
  const another = a.stream()
  another.connect(B, 81)
  assert.equal(another.tcb!.announced, MTU - 40)
})
