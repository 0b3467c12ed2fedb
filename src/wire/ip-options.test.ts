/** Options and extension headers laid out by hand, as their RFCs have them. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Scalar } from '../model/filter/pattern.ts'
import { readExtension, readIpOptions, readMobility, readTcpOptions } from './ip-options.ts'

type Read = (fields: Map<string, Scalar>, view: DataView, length: number) => void
const tcp: Read = (fields, view, length) => readTcpOptions(fields, view, 0, length)
const ip: Read = (fields, view, length) => readIpOptions(fields, view, 0, length)
const header =
  (name: string): Read =>
  (fields, view) =>
    readExtension(name, fields, view, 0)
const mobility: Read = (fields, view) => readMobility(fields, view, 0)

const ROWS: readonly (readonly [
  name: string,
  read: Read,
  hex: string,
  fields: Readonly<Record<string, Scalar | undefined>>,
])[] = [
  [
    'a segment size and a window scale (RFC 9293 section 3.1, RFC 7323 section 2.2)',
    tcp,
    '020405b4 01 030307',
    {
      'tcp option maxseg': 1,
      'tcp option maxseg kind': 2,
      'tcp option maxseg length': 4,
      'tcp option maxseg size': 1460,
      'tcp option nop': 1,
      'tcp option window count': 7,
      'tcp option timestamp': 0,
    },
  ],
  [
    'time stamps (RFC 7323 section 3.2)',
    tcp,
    '0101 080a 00000064 000000c8',
    { 'tcp option timestamp tsval': 100, 'tcp option timestamp tsecr': 200 },
  ],
  [
    'two blocks that were received (RFC 2018 section 3)',
    tcp,
    '0101 0512 0000000a 00000014 0000001e 00000028',
    {
      'tcp option sack left': 10,
      'tcp option sack0 right': 20,
      'tcp option sack1 left': 30,
      'tcp option sack1 right': 40,
      'tcp option sack2 left': undefined,
    },
  ],
  ['an option that is cut off has no field', tcp, '0101 0204', { 'tcp option maxseg size': undefined }],
  [
    'no length is one byte, as the kernel steps on',
    tcp,
    '0800 0402 0101',
    { 'tcp option timestamp': 1, 'tcp option sack-perm': 1 },
  ],
  [
    'a router alert (RFC 2113)',
    ip,
    '94040000',
    { 'ip option ra': 1, 'ip option ra type': 148, 'ip option ra value': 0, 'ip option rr': 0 },
  ],
  [
    'a record of the route (RFC 791 section 3.1), after a filler',
    ip,
    '01 070704 00000000 00',
    { 'ip option rr': 1, 'ip option rr length': 7, 'ip option rr ptr': 4, 'ip option ra': 0 },
  ],
  ['behind the end of the list there is nothing', ip, '00 94040000', { 'ip option ra': 0 }],
  [
    'destination options (RFC 8200 section 4.6)',
    header('dst'),
    '06 00 01 04 00000000',
    { 'exthdr dst': 1, 'exthdr dst nexthdr': 6, 'exthdr dst hdrlength': 0 },
  ],
  [
    'a segment routing header (RFC 8754 section 2)',
    header('rt'),
    `06 02 04 00 00 00 0007 ${'22'.repeat(16)}`,
    { 'exthdr rt type': 4, 'exthdr srh tag': 7, 'exthdr srh last-entry': 0, 'exthdr rt0 seg-left': 0 },
  ],
  [
    'a binding update (RFC 6275 section 6.1)',
    mobility,
    '3b 00 05 00 1234 0000',
    { 'exthdr mh type': 5, 'exthdr mh nexthdr': 59, 'exthdr mh checksum': 0x1234 },
  ],
]

for (const [name, read, hex, wanted] of ROWS) {
  test(name, () => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
    const fields = new Map<string, Scalar>()
    read(fields, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length)
    for (const [words, value] of Object.entries(wanted)) assert.equal(fields.get(words), value, words)
  })
}
