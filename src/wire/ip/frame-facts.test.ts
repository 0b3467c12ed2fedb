import assert from 'node:assert/strict'
import test from 'node:test'
import { type Address, parseAddress } from '../../model/address.ts'
import type { Datagram, Payload, TcpSegment } from './datagram.ts'
import { concerns, frameFacts, icmpErrno, mtuTold, quoteOf } from './ip.ts'

const [US, PEER, ROUTER, ELSE] = ['192.0.2.1', '198.51.100.7', '192.0.2.254', '203.0.113.9'].map(parseAddress)
const NO_DATA = new Uint8Array(0)

const tcp = (
  source: Address,
  from: number,
  destination: Address,
  to: number,
  more: Partial<TcpSegment> = {},
): Datagram => ({
  source,
  destination,
  hopLimit: 61,
  payload: {
    kind: 'tcp',
    sourcePort: from,
    destinationPort: to,
    sequence: 1,
    acknowledgement: 0,
    flags: 2,
    windowSize: 1,
    data: NO_DATA,
    ...more,
  },
})
const error = (about: Datagram, type = 3, code = 1): Datagram => ({
  source: ROUTER!,
  destination: about.source,
  hopLimit: 64,
  payload: { kind: 'icmp', type, code, data: quoteOf(about) },
})

test('what is told of a SYN-ACK: letters in a fixed order, the segment size that it offers', () =>
  assert.deepEqual(
    frameFacts(tcp(PEER!, 443, US!, 40000, { flags: 0x12, options: { maximumSegmentSize: 1460 } })),
    {
      source: PEER,
      destination: US,
      protocol: 'tcp',
      sourcePort: 443,
      destinationPort: 40000,
      hops: 61,
      flags: 'SA',
      payload: 0,
      mss: 1460,
    },
  ))

test('all flags (RFC 9293 section 3.1)', () =>
  assert.equal(frameFacts(tcp(PEER!, 1, US!, 2, { flags: 0xff }))?.flags, 'SAFRPUEC'))

test('of an ICMP error its type and code, of other protocols nothing', () => {
  const told = frameFacts(error(tcp(US!, 40000, PEER!, 443), 3, 13))
  assert.deepEqual([told?.protocol, told?.icmp, told?.hops], ['icmp', { type: 3, code: 13 }, 64])
  const other: Payload = { kind: 'other', protocol: 47, data: NO_DATA }
  assert.equal(frameFacts({ source: US!, destination: PEER!, hopLimit: 1, payload: other }), undefined)
})

const OURS = { protocol: 'tcp', local: US!, localPort: 40000, peer: PEER! } as const
const CONCERNED: readonly (readonly [what: string, datagram: Datagram, concerns: boolean])[] = [
  ['what we send', tcp(US!, 40000, PEER!, 443), true],
  ['what the peer answers', tcp(PEER!, 443, US!, 40000), true],
  ['what somebody else answers in its place', tcp(ELSE!, 8443, US!, 40000), true],
  ['what left with another source address', tcp(ELSE!, 40000, PEER!, 443), true],
  ['another connection to the same peer', tcp(US!, 40001, PEER!, 443), false],
  ['a connection of others with our port', tcp(ELSE!, 40000, ROUTER!, 443), false],
  ['an error about what we sent', error(tcp(US!, 40000, PEER!, 443)), true],
  ['an error about another connection', error(tcp(US!, 40001, PEER!, 443)), false],
  ['an error about what the peer sent', error(tcp(PEER!, 443, US!, 40000)), false],
  [
    'a datagram with our port',
    {
      source: US!,
      destination: PEER!,
      hopLimit: 64,
      payload: { kind: 'udp', sourcePort: 40000, destinationPort: 443, data: NO_DATA },
    },
    false,
  ],
]
for (const [what, datagram, want] of CONCERNED)
  test(`${what} ${want ? 'counts' : 'doesn’t count'}`, () => assert.equal(concerns(OURS, datagram), want))

/** As a Linux client of TCP takes them (net/ipv4/icmp.c, net/ipv6/icmp.c). */
const ERRNOS: readonly (readonly [
  family: 'ipv4' | 'ipv6',
  type: number,
  errnos: Readonly<Record<number, string>>,
])[] = [
  [
    'ipv4',
    3,
    {
      0: 'ENETUNREACH',
      1: 'EHOSTUNREACH',
      2: 'ENOPROTOOPT',
      3: 'ECONNREFUSED',
      4: 'EMSGSIZE',
      5: 'ENOTSUP',
      6: 'ENETUNREACH',
      7: 'EHOSTDOWN',
      8: 'ENONET',
      9: 'ENETUNREACH',
      10: 'EHOSTUNREACH',
      11: 'ENETUNREACH',
      12: 'EHOSTUNREACH',
      13: 'EHOSTUNREACH',
      14: 'EHOSTUNREACH',
      15: 'EHOSTUNREACH',
    },
  ],
  ['ipv4', 11, { 0: 'EHOSTUNREACH' }],
  ['ipv4', 12, { 0: 'EPROTO' }],
  [
    'ipv6',
    1,
    {
      0: 'ENETUNREACH',
      1: 'EACCES',
      2: 'EHOSTUNREACH',
      3: 'EHOSTUNREACH',
      4: 'ECONNREFUSED',
      5: 'EACCES',
      6: 'EACCES',
      7: 'EPROTO',
    },
  ],
  ['ipv6', 2, { 0: 'EMSGSIZE' }],
  ['ipv6', 3, { 0: 'EHOSTUNREACH', 1: 'EHOSTUNREACH' }],
  ['ipv6', 4, { 1: 'EPROTO' }],
]
for (const [family, type, errnos] of ERRNOS)
  for (const [code, errno] of Object.entries(errnos))
    test(`${family} ${type}/${code} comes to ${errno}`, () =>
      assert.equal(icmpErrno(family, type, Number(code)), errno))

test('ignored: codes without a meaning (NR_ICMP_UNREACH), pieces that came too late (icmp_unreach)', () => {
  assert.equal(icmpErrno('ipv4', 3, 16), undefined)
  assert.equal(icmpErrno('ipv4', 11, 1), undefined)
})

test('echoes, quenches and redirects are no error to a socket', () => {
  for (const [family, type] of [
    ['ipv4', 0],
    ['ipv4', 4],
    ['ipv4', 5],
    ['ipv4', 8],
    ['ipv6', 128],
    ['ipv6', 137],
  ] as const)
    assert.equal(icmpErrno(family, type, 0), undefined)
})

test('the MTU is told by errors about size alone (RFC 1191, RFC 4443 section 3.2)', () => {
  assert.equal(mtuTold('ipv4', 3, 4, 0xabcd0514), 1300)
  assert.equal(mtuTold('ipv4', 3, 4, 0), undefined)
  assert.equal(mtuTold('ipv4', 3, 1, 1300), undefined)
  assert.equal(mtuTold('ipv6', 2, 0, 70_000), 70_000)
})
