/** Transport headers laid out by hand, as their RFCs have them. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Scalar } from '../model/filter/pattern.ts'
import { readDatagram, readOtherTransport } from './ip-transports.ts'

const ROWS: readonly (readonly [
  name: string,
  protocol: number,
  hex: string,
  fields: Readonly<Record<string, Scalar | undefined>>,
])[] = [
  ['UDP (RFC 768)', 17, '0035 0400 0018 abcd', { 'udp length': 24, 'udp checksum': 0xabcd }],
  ['UDP-Lite (RFC 3828)', 136, '0035 0400 0008 abcd', { 'udplite csumcov': 8, 'udplite checksum': 0xabcd }],
  ['a DCCP response (RFC 4340 section 5.1)', 33, '0001 0002 05 00 0000 03 00 0000', { 'dccp type': 1 }],
  [
    'an SCTP INIT (RFC 9260 section 3.3.2)',
    132,
    '0fa0 1388 00000000 11223344 01 00 0014 00000001 0000ffff 0005 0006 00000007',
    {
      'sctp vtag': 0,
      'sctp checksum': 0x11223344,
      'sctp chunk init': 1,
      'sctp chunk init length': 20,
      'sctp chunk init init-tag': 1,
      'sctp chunk init a-rwnd': 65_535,
      'sctp chunk init num-outbound-streams': 5,
      'sctp chunk init num-inbound-streams': 6,
      'sctp chunk init initial-tsn': 7,
      'sctp chunk data': 0,
    },
  ],
  [
    'SCTP chunks after one whose length isn’t a multiple of four',
    132,
    '0fa0 1388 00000001 00000000 0e000005 aa000000 0b000004',
    { 'sctp chunk shutdown-complete flags': 0, 'sctp chunk cookie-ack': 1 },
  ],
  [
    'an SCTP chunk without a length is the last',
    132,
    '0fa0 1388 00000001 00000000 01000000 00000004',
    {
      'sctp chunk init': 1,
      'sctp chunk data': 0,
    },
  ],
  [
    'an IGMP query (RFC 2236 section 2)',
    2,
    '11 64 eeff e0000001',
    { 'igmp type': 17, 'igmp mrt': 100, 'igmp checksum': 0xeeff, 'igmp group': 0xe0000001 },
  ],
  ['ESP (RFC 4303 section 2)', 50, '00000064 00000005', { 'esp spi': 100, 'esp sequence': 5 }],
  [
    'AH (RFC 4302 section 2)',
    51,
    '06 04 0000 00000064 00000005',
    { 'ah nexthdr': 6, 'ah hdrlength': 4, 'ah spi': 100, 'ah sequence': 5 },
  ],
  ['IPComp (RFC 3173 section 3)', 108, '06 00 0002', { 'comp nexthdr': 6, 'comp cpi': 2 }],
  ['cut off', 50, '00000064', { 'esp spi': undefined }],
]

const WITH_PORTS = [17, 33, 132, 136]

for (const [name, protocol, hex, wanted] of ROWS) {
  test(name, () => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
    const fields = new Map<string, Scalar>()
    const read = WITH_PORTS.includes(protocol) ? readDatagram : readOtherTransport
    read(protocol, fields, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0)
    for (const [words, value] of Object.entries(wanted)) assert.equal(fields.get(words), value, words)
  })
}
