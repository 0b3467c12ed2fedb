import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Address, parseAddress, unmap } from '../../model/address.ts'
import { addressKey } from './address-key.ts'
import { tableOf } from './filter/rows.cases.ts'

const ADDRESSES = [
  ...['0.0.0.0', '10.0.0.1', '1.0.0.10', '127.0.0.1', '255.255.255.255', '128.0.0.0'],
  ...['::', '::1', '::ffff:10.0.0.1', '::ffff:255.255.255.255', '::ffff:0.0.0.0', '::fffe:10.0.0.1'],
  ...['::10.0.0.1', '::1:ffff:10.0.0.1', 'a00:1::', '2001:db8::1', '2001:db8::2', '2001:db8:0:0:1::1'],
].map(parseAddress)

const endpoint = (address: Address): string => (address.includes(':') ? `[${address}]:1` : `${address}:1`)

for (const one of ADDRESSES) {
  test(`${one} has the key of its IPv4 twin, and of no other address`, () => {
    for (const other of ADDRESSES) {
      const columns = tableOf([
        { state: 'listen', local: endpoint(one) },
        { state: 'established', local: endpoint(other), peer: endpoint(other) },
      ])
      const same = addressKey(columns, 0, 'local') === addressKey(columns, 1, 'peer')
      assert.equal(same, unmap(one) === unmap(other), other)
    }
  })
}

test('IPv4 is a number, also where it is mapped', () => {
  const columns = tableOf(
    ['10.0.0.1:1', '[::ffff:10.0.0.1]:1', '[::1]:1'].map(local => ({ state: 'listen', local })),
  )
  assert.deepEqual(
    [0, 1, 2].map(row => typeof addressKey(columns, row, 'local')),
    ['number', 'number', 'string'],
  )
})
