/** Addresses of ranges as Linux 6.18 on x86-64 chose them, each read from its table of connections. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../address.ts'
import { addressScalar } from '../../filter/address-scalar.ts'
import { withChosenAddress } from './choose-address.ts'

const RECORDED: readonly (readonly [
  range: string,
  persistent: boolean,
  from: string,
  to: string,
  chosen: string,
])[] = [
  ['10.2.0.30-10.2.0.200', false, '10.1.0.2', '10.2.0.2', '10.2.0.99'],
  ['10.2.0.30-10.2.0.200', false, '10.1.0.2', '203.0.113.9', '10.2.0.187'],
  ['10.2.0.30-10.2.0.200', false, '10.1.0.77', '10.2.0.2', '10.2.0.87'],
  ['10.2.0.30-10.2.0.200', false, '10.1.0.77', '203.0.113.9', '10.2.0.196'],
  ['10.2.0.30-10.2.0.200', true, '10.1.0.2', '10.2.0.2', '10.2.0.52'],
  ['10.2.0.30-10.2.0.200', true, '10.1.0.2', '203.0.113.9', '10.2.0.52'],
  ['10.2.0.30-10.2.0.200', true, '10.1.0.77', '10.2.0.2', '10.2.0.88'],
  ['10.2.0.30-10.2.0.200', true, '10.1.0.77', '203.0.113.9', '10.2.0.88'],
  ['fd02::30-fd02::33', false, 'fd01::2', 'fd02::2', 'fd02::31'],
  ['fd02::30-fd02::33', false, 'fd01::2', '2001:db8::9', 'fd02::30'],
  ['fd02::30-fd02::33', false, 'fd01::77', 'fd02::2', 'fd02::31'],
  ['fd02::30-fd02::33', false, 'fd01::77', '2001:db8::9', 'fd02::31'],
  ['fd02::30-fd03::5', false, 'fd01::2', 'fd02::2', 'fd02:76d7:76d6:b956:76d6:b956:76d6:b956'],
  ['fd02::30-fd03::5', false, 'fd01::2', '2001:db8::9', 'fd02:9adc:22d6:c6eb:22d6:c6eb:22d6:c6eb'],
  ['fd02::30-fd03::5', false, 'fd01::77', 'fd02::2', 'fd02:6163:6163:32b7:6163:32b7:6163:32b7'],
  ['fd02::30-fd03::5', false, 'fd01::77', '2001:db8::9', 'fd02:c470:7c62:a2c6:7c62:a2c6:7c62:a2c6'],
  ['fd02::30-fd03::5', true, 'fd01::2', 'fd02::2', 'fd02:876a:876a:2056:876a:2056:876a:2056'],
  ['fd02::30-fd03::5', true, 'fd01::2', '2001:db8::9', 'fd02:876a:876a:2056:876a:2056:876a:2056'],
  ['fd02::30-fd03::5', true, 'fd01::77', 'fd02::2', 'fd02:a1d3:a1d3:c5d:a1d3:c5d:a1d3:c5d'],
  ['fd02::30-fd03::5', true, 'fd01::77', '2001:db8::9', 'fd02:a1d3:a1d3:c5d:a1d3:c5d:a1d3:c5d'],
]

const scalar = (text: string) => addressScalar(parseAddress(text))

for (const [range, persistent, from, to, chosen] of RECORDED) {
  test(`${from} to ${to}, by ${range}${persistent ? ' persistent' : ''}`, () => {
    const [low = '', high = ''] = range.split('-')
    const tuple = { source: scalar(from), destination: scalar(to) }
    const given = withChosenAddress(
      tuple,
      { addresses: { low: scalar(low), high: scalar(high) }, persistent },
      'source',
      0,
    )
    assert.equal(given.source, scalar(chosen))
    assert.equal(given.destination, tuple.destination)
  })
}
