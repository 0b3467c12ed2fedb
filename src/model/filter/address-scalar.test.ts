import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressFromBytes, parseAddress } from '../address.ts'
import { addressScalar, scalarAddress } from './address-scalar.ts'

const ROWS: readonly [address: string, scalar: number | bigint][] = [
  ['0.0.0.0', 0],
  ['10.0.0.1', 0x0a000001],
  ['255.255.255.255', 0xffffffff],
  ['::', 0n],
  ['::1', 1n],
  ['2001:db8::1', 0x20010db8000000000000000000000001n],
  ['::ffff:10.0.0.1', 0xffff0a000001n],
]
for (const [text, scalar] of ROWS) {
  test(`${text} is ${scalar}`, () => {
    assert.equal(addressScalar(parseAddress(text)), scalar)
    assert.equal(scalarAddress(scalar, typeof scalar === 'number' ? 'ipv4' : 'ipv6'), text)
  })
}

test('a zone is left out', () => {
  assert.equal(addressScalar(parseAddress('fe80::1%eth0')), addressScalar(parseAddress('fe80::1')))
})

test('every address comes back', () => {
  for (const [family, length] of [
    ['ipv4', 4],
    ['ipv6', 16],
  ] as const) {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: length, maxLength: length }), bytes => {
        const address = addressFromBytes(bytes, 0, family)
        assert.equal(scalarAddress(addressScalar(address), family), address)
      }),
    )
  }
})
