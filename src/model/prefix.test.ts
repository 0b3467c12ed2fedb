import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { addressFromBytes, parseAddress, withZone } from './address.ts'
import {
  contains,
  networkOf,
  overlaps,
  type Prefix,
  parsePrefix,
  prefixAddress,
  prefixLength,
} from './prefix.ts'

const READ: readonly [text: string, canonical: string][] = [
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['10.1.2.3/32', '10.1.2.3/32'],
  ['10.1.2.3', '10.1.2.3/32'],
  ['10.1.2.128/25', '10.1.2.128/25'],
  ['::/0', '::/0'],
  ['2001:DB8:0::/32', '2001:db8::/32'],
  ['::1', '::1/128'],
  ['::ffff:0:0/96', '::ffff:0.0.0.0/96'],
]

for (const [text, canonical] of READ) {
  test(`${text} is ${canonical}`, () => {
    assert.equal(parsePrefix(text), canonical)
    assert.equal(parsePrefix(canonical), canonical)
  })
}

const REFUSED: readonly [text: string, why: RegExp][] = [
  ['10.1.2.3/8', /after the first 8: did you mean 10\.0\.0\.0\/8\?/],
  ['10.1.2.129/25', /did you mean 10\.1\.2\.128\/25\?/],
  ['2001:db8::1/32', /did you mean 2001:db8::\/32\?/],
  ['10.0.0.0/33', /0 to 32/],
  ['::/129', /0 to 128/],
  ['10.0.0.0/', /no length/],
  ['10.0.0.0/08', /"08" has a leading zero/],
  ['10.0.0.0/-1', /"-1" is not a decimal number/],
  ['10.0.0.0/８', /"８" is not a decimal number/],
  ['10.0.0.0/8/8', /more than one "\/"/],
  ['10.0.0.0/255.0.0.0', /write \/8 for the mask/],
  ['10.0.0.0/255.255.255.255', /write \/32 for the mask/],
  ['10.0.0.0/0.0.0.0', /write \/0 for the mask/],
  ['10.0.0.0/255.0.255.0', /mask it has gaps/],
  ['10.0.0.0/0.0.0.255', /mask it has gaps/],
  ['fe80::%eth0/64', /can't contain "\/"|no zone/],
  ['fe80::%eth0', /no zone/],
  ['10/8', /before the "\/".*single number/],
  ['/8', /before the "\/".*empty/],
  ['', /empty/],
]

for (const [text, why] of REFUSED) {
  test(`${JSON.stringify(text)} is refused: ${why.source}`, () => {
    assert.throws(() => parsePrefix(text), { code: 'E_PREFIX_SYNTAX', message: why })
  })
}

const CONTAINS: readonly [prefix: string, address: string, holds: boolean][] = [
  ['10.0.0.0/8', '10.255.255.255', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.0.0.0/31', '10.0.0.1', true],
  ['10.0.0.0/31', '10.0.0.2', false],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['0.0.0.0/0', '::1', false],
  ['::/0', '1.2.3.4', false],
  ['::/0', '::ffff:1.2.3.4', true],
  ['10.0.0.0/8', '::ffff:10.0.0.1', false],
  ['fe80::/10', 'fe80::1%eth0', true],
]

for (const [prefix, address, holds] of CONTAINS) {
  test(`${prefix} ${holds ? 'contains' : 'does not contain'} ${address}`, () => {
    assert.equal(contains(parsePrefix(prefix), parseAddress(address)), holds)
  })
}

const v4 = fc.uint8Array({ minLength: 4, maxLength: 4 })
const v6 = fc
  .array(fc.constantFrom(0, 0, 1, 0x80, 0xff), { minLength: 16, maxLength: 16 })
  .map(list => new Uint8Array(list))
const network = fc.oneof(v4, v6).chain(bytes =>
  fc.nat(bytes.length * 8).map(length => ({
    bytes,
    prefix: networkOf(addressFromBytes(bytes, 0, bytes.length === 4 ? 'ipv4' : 'ipv6'), length),
    length,
  })),
)
const theirs = (prefix: Prefix) => ipaddr.parseCIDR(prefix)

test('law: printed and read again, a prefix is the same', () => {
  fc.assert(
    fc.property(network, ({ prefix, length }) => {
      assert.equal(parsePrefix(prefix), prefix)
      assert.equal(prefixLength(prefix), length)
      assert.equal(parseAddress(prefixAddress(prefix)), prefixAddress(prefix))
      assert.equal(`${prefixAddress(prefix)}/${prefixLength(prefix)}`, prefix)
    }),
  )
})

test('law: contains agrees with ipaddr.js, near the edge, too', () => {
  fc.assert(
    fc.property(network, fc.nat(127), fc.boolean(), ({ bytes, prefix }, flip, zoned) => {
      const other = bytes.slice()
      const bit = flip % (bytes.length * 8)
      other[bit >> 3]! ^= 0x80 >> (bit & 7)
      const address = addressFromBytes(other, 0, bytes.length === 4 ? 'ipv4' : 'ipv6')
      const wanted = ipaddr.fromByteArray([...other]).match(theirs(prefix) as never)
      assert.equal(contains(prefix, address), wanted)
      if (zoned && address.includes(':') && !address.includes('.'))
        assert.equal(contains(prefix, withZone(address, 'x')), wanted)
    }),
  )
})

test('law: networkOf is the prefix of that length that contains the address', () => {
  fc.assert(
    fc.property(network, ({ bytes, prefix }) => {
      const address = addressFromBytes(bytes, 0, bytes.length === 4 ? 'ipv4' : 'ipv6')
      assert.ok(contains(prefix, address))
      assert.ok(contains(prefix, prefixAddress(prefix)))
    }),
  )
})

test('law: prefixes overlap when one has the first address of the other', () => {
  fc.assert(
    fc.property(network, network, fc.nat(128), (a, b, length) => {
      const near = networkOf(prefixAddress(a.prefix), Math.min(length, a.bytes.length * 8))
      for (const other of [b.prefix, near]) {
        const wanted = contains(a.prefix, prefixAddress(other)) || contains(other, prefixAddress(a.prefix))
        assert.equal(overlaps(a.prefix, other), wanted)
        assert.equal(overlaps(other, a.prefix), wanted)
      }
      assert.ok(overlaps(a.prefix, near))
    }),
  )
})

for (const [address, length] of [
  ['10.0.0.0', 33],
  ['10.0.0.0', -1],
  ['10.0.0.0', 1.5],
  ['::', 129],
] as const) {
  test(`${address} has no network of length ${length}`, () => {
    assert.throws(() => networkOf(parseAddress(address), length), { code: 'E_PREFIX_SYNTAX' })
  })
}
