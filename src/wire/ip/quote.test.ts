/** RFC 5508 section 4.2: what an error quotes is translated, and its checksums are those of what was really sent. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { addressScalar } from '../../model/filter/address-scalar.ts'
import type { Datagram, Payload } from './datagram.ts'
import { encodeDatagram, quotedIn, quoteOf, requoted } from './ip.ts'

const data = Uint8Array.from([1, 2, 3])
const PAYLOADS: readonly (readonly [name: string, before: Payload, after: Payload])[] = [
  [
    'udp',
    { kind: 'udp', sourcePort: 4000, destinationPort: 53, data },
    { kind: 'udp', sourcePort: 61_000, destinationPort: 5353, data },
  ],
  [
    'tcp',
    {
      kind: 'tcp',
      sourcePort: 4000,
      destinationPort: 80,
      sequence: 1,
      acknowledgement: 0,
      flags: 2,
      windowSize: 9,
      data,
    },
    {
      kind: 'tcp',
      sourcePort: 61_000,
      destinationPort: 5353,
      sequence: 1,
      acknowledgement: 0,
      flags: 2,
      windowSize: 9,
      data,
    },
  ],
]
const FAMILIES = [
  ['10.0.0.2', '198.51.100.1', '203.0.113.7', '198.51.100.9', 1],
  ['fd00::2', '2001:db8::1', '2001:db8:7::7', '2001:db8::9', 58],
] as const

for (const [source, destination, newSource, newDestination, icmp] of FAMILIES)
  for (const [name, before, after] of PAYLOADS)
    test(`${name} from ${source}`, () => {
      const inside: Datagram = {
        source: parseAddress(source),
        destination: parseAddress(destination),
        hopLimit: 1,
        payload: before,
      }
      const outside: Datagram = {
        ...inside,
        source: parseAddress(newSource),
        destination: parseAddress(newDestination),
        payload: after,
      }
      const about = (quoted: Datagram): Datagram => ({
        source: parseAddress(newDestination),
        destination: inside.source,
        hopLimit: 64,
        payload: { kind: 'icmp', type: icmp === 1 ? 11 : 3, code: 0, data: quoteOf(quoted) },
      })
      const tuple = {
        source: addressScalar(outside.source),
        destination: addressScalar(outside.destination),
        sourcePort: 61_000,
        destinationPort: 5353,
      }
      const translated = requoted(about(inside), tuple)
      assert.deepEqual(translated, about(outside))
      assert.deepEqual(quotedIn(translated), { protocol: name === 'udp' ? 17 : 6, tuple })
    })

test('an echo: its identifier', () => {
  const echo = (id: number): Datagram => ({
    source: parseAddress('10.0.0.2'),
    destination: parseAddress('198.51.100.1'),
    hopLimit: 1,
    payload: { kind: 'icmp', type: 8, code: 0, rest: id * 0x10000 + 1, data },
  })
  const about = (quoted: Datagram): Datagram => ({
    ...echo(0),
    payload: { kind: 'icmp', type: 11, code: 0, data: quoteOf(quoted) },
  })
  const { source, destination } = { source: 0x0a000002, destination: 0xc6336401 }
  assert.deepEqual(requoted(about(echo(5)), { source, destination, sourcePort: 600 }), about(echo(600)))
})

test('a quote that is cut off keeps what it has', () => {
  const about: Datagram = {
    source: parseAddress('10.0.0.2'),
    destination: parseAddress('198.51.100.1'),
    hopLimit: 1,
    payload: { kind: 'icmp', type: 11, code: 0, data: Uint8Array.of(0x45, 0, 0) },
  }
  assert.equal(requoted(about, { source: 1, destination: 2 }), about)
  assert.equal(quotedIn(about), undefined)
})

test('as much as fits into 576 bytes over IPv4, into 1,280 over IPv6', () => {
  const big = (source: string): Datagram => ({
    source: parseAddress(source),
    destination: parseAddress(source),
    hopLimit: 1,
    payload: { kind: 'udp', sourcePort: 1, destinationPort: 1, data: new Uint8Array(3000) },
  })
  for (const [source, most] of [
    ['10.0.0.1', 576],
    ['fd00::1', 1280],
  ] as const) {
    const error: Datagram = {
      ...big(source),
      payload: { kind: 'icmp', type: 3, code: 4, data: quoteOf(big(source)) },
    }
    assert.equal(encodeDatagram(error).length, most)
  }
})
