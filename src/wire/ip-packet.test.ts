/** Headers laid out by hand, as their RFCs have them. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Packet } from '../model/filter/packet.ts'
import { decodeIpPacket, decodeQuoted } from './ip-packet.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))

/** RFC 791: 40 bytes, id 0x1234, don't fragment, 63 hops, TCP, 192.0.2.1 to 198.51.100.2. */
const V4 = '4520 0028 1234 4000 3f06 0000 c0000201 c6336402'
/** RFC 9293: 1025 to 443, sequence 1, acknowledgement 2, five words, SYN and ACK, window 512. */
const TCP = '0401 01bb 00000001 00000002 5012 0200 0000 0000'
/** RFC 8200: 24 bytes follow, UDP, 64 hops, 2001:db8::1 to 2001:db8::2. */
const V6 = '60000000 0018 1140 20010db8000000000000000000000001 20010db8000000000000000000000002'
const UDP = '0035 0400 0018 0000'

const ROWS: readonly (readonly [
  name: string,
  hex: string,
  facts: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, unknown>>,
])[] = [
  [
    'TCP in IPv4',
    `${V4}${TCP}`,
    {
      family: 'ipv4',
      protocol: 6,
      source: 0xc0000201,
      destination: 0xc6336402,
      sourcePort: 1025,
      destinationPort: 443,
      tcpFlags: 18,
      length: 40,
    },
    {
      'ip ttl': 63,
      'ip dscp': 8,
      'ip id': 0x1234,
      'ip frag-off': 0x4000,
      'tcp sequence': 1,
      'tcp ackseq': 2,
      'tcp window': 512,
      'tcp option maxseg': 0,
    },
  ],
  [
    'a segment size',
    `${V4}${TCP.replace('5012', '6012')}020405b4`,
    { destinationPort: 443 },
    { 'tcp option maxseg': 1, 'tcp option maxseg size': 1460, 'tcp option window': 0 },
  ],
  [
    'both edges of each block of selective acknowledgements (RFC 2018 section 3)',
    `${V4.replace('0028', '003c')}${TCP.replace('5012', 'a010')} 0101 0512 00000064 000000c8 fffffff0 00000010`,
    { tcpFlags: 16 },
    {
      'tcp option sack': 1,
      'tcp option sack0 left': 100,
      'tcp option sack0 right': 200,
      'tcp option sack1 left': 0xfffffff0,
      'tcp option sack1 right': 16,
    },
  ],
  [
    'UDP in IPv6',
    `${V6}${UDP}`,
    {
      family: 'ipv6',
      protocol: 17,
      source: 0x20010db8000000000000000000000001n,
      sourcePort: 53,
      destinationPort: 1024,
      length: 64,
    },
    { 'ip6 hoplimit': 64, 'ip6 nexthdr': 17, 'udp length': 24, 'exthdr frag': 0 },
  ],
  [
    'a later fragment of IPv4 has no ports',
    `${V4.replace('4000 3f06', '000a 3f11')}55555555`,
    { protocol: 17, laterFragment: true, sourcePort: undefined, destinationPort: undefined },
    { 'th dport': 0x5555 },
  ],
  [
    'a hop-by-hop header before the transport',
    `${V6.replace('1140', '0040')}1100 010400000000 ${UDP}`,
    { protocol: 17, sourcePort: 53 },
    { 'ip6 nexthdr': 0, 'exthdr hbh': 1, 'exthdr hbh nexthdr': 17 },
  ],
  [
    'an echo request',
    `${V4.replace('3f06', '3f01')}0800 abcd 0007 0001`,
    { protocol: 1, icmpType: 8, icmpCode: 0 },
    { 'icmp id': 7, 'icmp sequence': 1, 'th dport': 0xabcd },
  ],
  ['a header cut short has no ports', `${V4}0401`, { protocol: 6, sourcePort: undefined }, {}],
]

for (const [name, hex, facts, fields] of ROWS) {
  test(name, () => {
    const packet = decodeIpPacket(bytes(hex))!
    for (const [key, value] of Object.entries(facts)) assert.equal(packet[key as keyof Packet], value, key)
    for (const [key, value] of Object.entries(fields)) assert.equal(packet.fields?.get(key), value, key)
  })
}

for (const hex of ['', '45', '4520 0028', '55'.repeat(40), '60'.repeat(20)]) {
  test(`no IP packet: ${hex.slice(0, 12) || 'nothing'}`, () =>
    assert.equal(decodeIpPacket(bytes(hex)), undefined))
}

test('what an error quotes', () => {
  const error = `${V4.replace('3f06', '3f01')}0303 0000 00000000 ${V4}${TCP}`
  assert.deepEqual(decodeQuoted(bytes(error)), {
    protocol: 6,
    tuple: { source: 0xc0000201, destination: 0xc6336402, sourcePort: 1025, destinationPort: 443 },
  })
  assert.equal(decodeQuoted(bytes(`${V4}${TCP}`)), undefined)
})
