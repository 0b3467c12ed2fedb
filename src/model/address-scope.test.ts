import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import {
  type Address,
  addressFromBytes,
  parseAddress,
  SCOPES,
  type Scope,
  scopeOf,
  specialRangeOf,
} from './address.ts'

/** First and last address of each range, and of what lies around it. */
const ROWS: readonly [first: string, last: string, scope: Scope, source: string][] = [
  ['0.0.0.0', '0.0.0.0', 'unspecified', 'RFC 1122'],
  ['0.0.0.1', '0.255.255.255', 'reserved', 'RFC 791'],
  ['1.0.0.0', '9.255.255.255', 'public', 'RFC 791'],
  ['10.0.0.0', '10.255.255.255', 'private', 'RFC 1918'],
  ['11.0.0.0', '100.63.255.255', 'public', 'RFC 791'],
  ['100.64.0.0', '100.127.255.255', 'shared', 'RFC 6598'],
  ['100.128.0.0', '126.255.255.255', 'public', 'RFC 791'],
  ['127.0.0.0', '127.255.255.255', 'loopback', 'RFC 1122'],
  ['128.0.0.0', '169.253.255.255', 'public', 'RFC 791'],
  ['169.254.0.0', '169.254.255.255', 'link-local', 'RFC 3927'],
  ['169.255.0.0', '172.15.255.255', 'public', 'RFC 791'],
  ['172.16.0.0', '172.31.255.255', 'private', 'RFC 1918'],
  ['172.32.0.0', '191.255.255.255', 'public', 'RFC 791'],
  ['192.0.0.0', '192.0.0.7', 'private', 'RFC 7335'],
  ['192.0.0.8', '192.0.0.8', 'reserved', 'RFC 6890'],
  ['192.0.0.9', '192.0.0.9', 'public', 'RFC 7723'],
  ['192.0.0.10', '192.0.0.10', 'public', 'RFC 8155'],
  ['192.0.0.11', '192.0.0.255', 'reserved', 'RFC 6890'],
  ['192.0.1.0', '192.0.1.255', 'public', 'RFC 791'],
  ['192.0.2.0', '192.0.2.255', 'documentation', 'RFC 5737'],
  ['192.88.99.0', '192.88.99.255', 'reserved', 'RFC 7526'],
  ['192.168.0.0', '192.168.255.255', 'private', 'RFC 1918'],
  ['192.169.0.0', '198.17.255.255', 'public', 'RFC 791'],
  ['198.18.0.0', '198.19.255.255', 'benchmarking', 'RFC 2544'],
  ['198.51.100.0', '198.51.100.255', 'documentation', 'RFC 5737'],
  ['203.0.113.0', '203.0.113.255', 'documentation', 'RFC 5737'],
  ['203.0.114.0', '223.255.255.255', 'public', 'RFC 791'],
  ['224.0.0.0', '239.255.255.255', 'multicast', 'RFC 5771'],
  ['240.0.0.0', '255.255.255.254', 'reserved', 'RFC 1112'],
  ['255.255.255.255', '255.255.255.255', 'broadcast', 'RFC 919'],
  ['::', '::', 'unspecified', 'RFC 4291'],
  ['::1', '::1', 'loopback', 'RFC 4291'],
  ['::2', '::fffe:ffff:ffff', 'reserved', 'RFC 4291'],
  ['::ffff:10.0.0.0', '::ffff:10.255.255.255', 'private', 'RFC 1918'],
  ['::ffff:127.0.0.1', '::ffff:127.255.255.255', 'loopback', 'RFC 1122'],
  ['64:ff9b::', '64:ff9b::255.255.255.255', 'public', 'RFC 6052'],
  ['64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff', 'private', 'RFC 8215'],
  ['64:ff9b:2::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'reserved', 'RFC 4291'],
  ['2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff', 'public', 'RFC 4380'],
  ['2001:1::1', '2001:1::1', 'public', 'RFC 7723'],
  ['2001:1::2', '2001:1::2', 'public', 'RFC 8155'],
  ['2001:1::3', '2001:1::3', 'public', 'RFC 9665'],
  ['2001:1::4', '2001:1:ffff:ffff:ffff:ffff:ffff:ffff', 'reserved', 'RFC 2928'],
  ['2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff', 'benchmarking', 'RFC 5180'],
  ['2001:3::', '2001:3:ffff:ffff:ffff:ffff:ffff:ffff', 'public', 'RFC 7450'],
  ['2001:4:112::', '2001:4:112:ffff:ffff:ffff:ffff:ffff', 'public', 'RFC 7535'],
  ['2001:10::', '2001:1f:ffff:ffff:ffff:ffff:ffff:ffff', 'reserved', 'RFC 2928'],
  ['2001:20::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff', 'public', 'RFC 7343'],
  ['2001:30::', '2001:3f:ffff:ffff:ffff:ffff:ffff:ffff', 'public', 'RFC 9374'],
  ['2001:40::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', 'reserved', 'RFC 2928'],
  ['2001:200::', '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff', 'public', 'RFC 4291'],
  ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 'documentation', 'RFC 3849'],
  ['2001:db9::', '2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'public', 'RFC 4291'],
  ['2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'public', 'RFC 3056'],
  ['2003::', '3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'public', 'RFC 4291'],
  ['3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', 'documentation', 'RFC 9637'],
  ['3fff:1000::', '3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'public', 'RFC 4291'],
  ['4000::', 'fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'reserved', 'RFC 4291'],
  ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'private', 'RFC 4193'],
  ['fe00::', 'fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'reserved', 'RFC 4291'],
  ['fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'link-local', 'RFC 4291'],
  ['fe80::1%eth0', 'fe80::ffff%lo', 'link-local', 'RFC 4291'],
  ['fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'reserved', 'RFC 3879'],
  ['ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'multicast', 'RFC 4291'],
]

for (const [first, last, scope, source] of ROWS) {
  test(`${first} to ${last} is ${scope} (${source})`, () => {
    for (const text of [first, last]) {
      assert.equal(scopeOf(parseAddress(text)), scope)
      assert.match(specialRangeOf(parseAddress(text)).source, new RegExp(`^${source}\\b`))
    }
  })
}

test('every scope has a row', () => {
  assert.deepEqual(new Set(ROWS.map(row => row[2])), new Set(SCOPES))
})

/** What ipaddr.js calls the ranges, and the scopes that can stand in them. */
const THEIRS: Readonly<Record<string, readonly Scope[]>> = {
  // All of 0.0.0.0/8 is "unspecified" to ipaddr.js; to us the first address only.
  unspecified: ['unspecified', 'reserved'],
  broadcast: ['broadcast'],
  multicast: ['multicast'],
  linkLocal: ['link-local'],
  loopback: ['loopback'],
  carrierGradeNat: ['shared'],
  private: ['private'],
  uniqueLocal: ['private'],
  deprecatedSiteLocal: ['reserved'],
  discard: ['reserved'],
  segmentRouting: ['reserved'],
  rfc6145: ['reserved'],
  rfc6052: ['public', 'private'],
  '6to4': ['public'],
  teredo: ['public'],
  benchmarking: ['benchmarking'],
  amt: ['public'],
  as112: ['public'],
  as112v6: ['public'],
  deprecatedOrchid: ['reserved'],
  orchid2: ['public'],
  droneRemoteIdProtocolEntityTags: ['public'],
  // "reserved" takes documentation, benchmarking and protocol assignments together.
  reserved: ['reserved', 'documentation', 'benchmarking', 'private', 'public'],
  // What is in no range of theirs, in IPv6 with all that was never given out.
  unicast: ['public', 'reserved', 'documentation'],
}

test('law: ipaddr.js puts every address into a range that fits its scope', () => {
  const near = fc
    .tuple(fc.constantFrom(...ROWS.flatMap(row => [row[0], row[1]])), fc.integer({ min: -3, max: 3 }))
    .map(([text, step]) => {
      const bytes = ipaddr.parse(text.replace(/%.*/, '')).toByteArray()
      bytes[bytes.length - 1] = (bytes.at(-1)! + step) & 0xff
      return addressFromBytes(new Uint8Array(bytes), 0, bytes.length === 4 ? 'ipv4' : 'ipv6')
    })
  const v4 = fc.uint8Array({ minLength: 4, maxLength: 4 }).map(bytes => addressFromBytes(bytes, 0, 'ipv4'))
  const v6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(bytes => addressFromBytes(bytes, 0, 'ipv6'))
  const rangeOf = (address: Address): string => ipaddr.process(address).range()
  fc.assert(
    fc.property(fc.oneof(near, v4, v6), address => {
      const theirs = rangeOf(address)
      assert.ok(THEIRS[theirs]?.includes(scopeOf(address)), `${address}: ${theirs} and ${scopeOf(address)}`)
    }),
    { numRuns: 3_000 },
  )
})

test('law: the range that decides holds the address', () => {
  const any = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc
      .uint8Array({ minLength: 2, maxLength: 2 })
      .map(end => new Uint8Array([0x20, 1, 0, ...end, ...Array(11).fill(0)])),
  )
  fc.assert(
    fc.property(any, bytes => {
      const address = addressFromBytes(bytes, 0, bytes.length === 4 ? 'ipv4' : 'ipv6')
      const theirs = ipaddr.process(address)
      const range = ipaddr.parseCIDR(specialRangeOf(address).prefix)
      assert.ok(theirs.kind() === range[0].kind() && theirs.match(range as never))
    }),
  )
})
