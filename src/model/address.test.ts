import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import {
  ADDRESS_TEXT_MAX,
  type Address,
  addressBytes,
  addressFromBytes,
  compareAddresses,
  familyOf,
  isAddress,
  isMapped,
  parseAddress,
  unmap,
  withoutZone,
  withZone,
  writeAddress,
  zoneOf,
} from './address.ts'

const group = fc.oneof(fc.constant(0), fc.constant(0xffff), fc.integer({ min: 0, max: 0xffff }))
const bytes16 = fc
  .array(group, { minLength: 8, maxLength: 8 })
  .map(groups => new Uint8Array(groups.flatMap(g => [g >> 8, g & 0xff])))
const bytes4 = fc.uint8Array({ minLength: 4, maxLength: 4 })
const mapped16 = bytes4.map(v4 => new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...v4]))
const anyBytes = fc.oneof(bytes4, bytes16, mapped16)
const family = (bytes: Uint8Array) => (bytes.length === 4 ? 'ipv4' : 'ipv6')
const zone = fc.stringMatching(/^[a-zA-Z0-9._-]{1,15}$/)
const addresses = fc.oneof(
  anyBytes.map(bytes => addressFromBytes(bytes, 0, family(bytes))),
  fc.tuple(bytes16, zone).map(([bytes, name]) => {
    const address = addressFromBytes(bytes, 0, 'ipv6')
    return isMapped(address) ? address : withZone(address, name)
  }),
)

test('law: text and bytes are two forms of the same address', () => {
  fc.assert(
    fc.property(anyBytes, fc.nat(40), (bytes, offset) => {
      const table = new Uint8Array(offset + 16).fill(0xa5)
      table.set(bytes, offset)
      const address = addressFromBytes(table, offset, family(bytes))
      assert.deepEqual(addressBytes(address), bytes)
      assert.equal(parseAddress(address), address)
      assert.equal(familyOf(address), family(bytes))
    }),
  )
})

test('law: ipaddr.js prints the same, but for the dots of mapped addresses', () => {
  fc.assert(
    fc.property(anyBytes, bytes => {
      const theirs = ipaddr.fromByteArray([...bytes])
      const mapped = theirs instanceof ipaddr.IPv6 && theirs.isIPv4MappedAddress()
      const text = mapped
        ? `::ffff:${theirs.toIPv4Address()}`
        : theirs instanceof ipaddr.IPv6
          ? theirs.toRFC5952String()
          : theirs.toString()
      assert.equal(addressFromBytes(bytes, 0, family(bytes)), text)
    }),
  )
})

test('law: writing into a buffer puts there what the string has, and nothing beside it', () => {
  fc.assert(
    fc.property(anyBytes, fc.nat(20), (bytes, at) => {
      const into = new Uint8Array(at + ADDRESS_TEXT_MAX + 1).fill(0x21)
      const end = writeAddress(bytes, 0, family(bytes), into, at)
      const text = addressFromBytes(bytes, 0, family(bytes))
      assert.equal(String.fromCharCode(...into), '!'.repeat(at) + text + '!'.repeat(into.length - end))
    }),
  )
})

test('law: however an address is spelt, the canonical text is the same', () => {
  fc.assert(
    fc.property(bytes16, fc.nat(), fc.boolean(), fc.boolean(), (bytes, choice, upper, dots) => {
      const groups = Array.from({ length: 8 }, (_, i) => {
        const value = (bytes[2 * i]! << 8) | bytes[2 * i + 1]!
        return value
          .toString(16)
          .padStart(1 + ((choice >> i) % 4), '0')
          .slice(-4)
      })
      if (dots) groups.splice(6, 2, bytes.subarray(12).join('.'))
      const zeros = groups.flatMap((text, i) => (/^0+$/.test(text) ? [i] : []))
      const gap = zeros[choice % (zeros.length + 1)]
      let text = groups.join(':')
      if (gap !== undefined) text = `${groups.slice(0, gap).join(':')}::${groups.slice(gap + 1).join(':')}`
      assert.equal(parseAddress(upper ? text.toUpperCase() : text), addressFromBytes(bytes, 0, 'ipv6'))
    }),
  )
})

test('law: without a zone, Node takes exactly what we take', () => {
  const scraps = fc.array(
    fc.constantFrom(
      '0',
      '1',
      '00',
      'ff',
      'FFFF',
      '255',
      '256',
      ':',
      '::',
      '.',
      '1.2.3.4',
      ' ',
      'x',
      '-',
      '[',
      '/',
    ),
    { maxLength: 17 },
  )
  const near = fc
    .tuple(anyBytes, fc.nat(50), fc.constantFrom('', ':', '.', '0', 'f', '9'))
    .map(([bytes, at, scrap]) => {
      const text = addressFromBytes(bytes, 0, family(bytes))
      return text.slice(0, at) + scrap + text.slice(at + 1)
    })
  fc.assert(
    fc.property(
      fc.oneof(
        scraps.map(list => list.join('')),
        near,
      ),
      text => {
        assert.equal(isAddress(text), isIP(text) !== 0, text)
        if (isAddress(text)) assert.equal(familyOf(parseAddress(text)), `ipv${isIP(text)}`)
      },
    ),
    { numRuns: 5_000 },
  )
})

test('law: a zone comes off and goes on', () => {
  fc.assert(
    fc.property(bytes16, zone, (bytes, name) => {
      const bare = addressFromBytes(bytes, 0, 'ipv6')
      fc.pre(!isMapped(bare))
      const zoned = withZone(bare, name)
      assert.equal(zoned, parseAddress(`${bare}%${name}`))
      assert.equal(zoneOf(zoned), name)
      assert.equal(zoneOf(bare), undefined)
      assert.equal(withoutZone(zoned), bare)
      assert.equal(withZone(zoned, 'lo'), `${bare}%lo`)
      assert.deepEqual(addressBytes(zoned), bytes)
    }),
  )
})

for (const [address, name] of [
  ['192.0.2.1', 'eth0'],
  ['::ffff:192.0.2.1', 'eth0'],
  ['fe80::1', ''],
  ['fe80::1', 'a b'],
] as const) {
  test(`${address} can't be in the zone ${JSON.stringify(name)}`, () => {
    assert.throws(() => withZone(parseAddress(address), name), { code: 'E_ADDRESS_SYNTAX' })
  })
}

test('law: unmapping is the way back from mapping, and leaves others alone', () => {
  fc.assert(
    fc.property(anyBytes, bytes => {
      const address = addressFromBytes(bytes, 0, family(bytes))
      const mapped = bytes.length === 16 && ipaddr.fromByteArray([...bytes]).range() === 'ipv4Mapped'
      assert.equal(isMapped(address), mapped)
      assert.equal(unmap(address), mapped ? addressFromBytes(bytes, 12, 'ipv4') : address)
      if (bytes.length === 4) assert.equal(unmap(parseAddress(`::ffff:${address}`)), address)
    }),
  )
})

test('law: order is by family, then number, then zone', () => {
  const key = (address: Address): [number, bigint, string] => {
    const bytes = addressBytes(address)
    return [bytes.length, bytes.reduce((n, byte) => n * 256n + BigInt(byte), 0n), zoneOf(address) ?? '']
  }
  fc.assert(
    fc.property(addresses, addresses, (a, b) => {
      const [x, y] = [key(a), key(b)]
      const at = x.findIndex((part, i) => part !== y[i])
      const wanted = at === -1 ? 0 : x[at]! < y[at]! ? -1 : 1
      assert.equal(Math.sign(compareAddresses(a, b)), wanted)
      assert.equal(Math.sign(compareAddresses(b, a)), 0 - wanted)
    }),
  )
})

test('addresses sort as people expect', () => {
  const sorted = [
    '9.0.0.0',
    '10.0.0.0',
    '::1',
    '::ffff:1.2.3.4',
    'fe80::1',
    'fe80::1%a',
    'fe80::1%b',
    'fe80::2',
  ].map(parseAddress)
  assert.deepEqual([...sorted].reverse().sort(compareAddresses), sorted)
})
