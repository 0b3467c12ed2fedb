import assert from 'node:assert/strict'
import test from 'node:test'
import type { Pattern } from '../model/filter/pattern.ts'
import { parseIpsetSave } from './ipset-save.ts'

const value = (of: number | bigint | string): Pattern => ({ kind: 'value', value: of })

/** ipset(8), "SET TYPES": how an element of each type is written. */
const ELEMENTS: readonly (readonly [type: string, options: string, element: string, key: Pattern | null])[] =
  [
    ['hash:ip', 'family inet', '192.0.2.1', value(0xc0000201)],
    ['hash:ip', 'family inet6', '2001:db8::1', value(0x20010db8000000000000000000000001n)],
    ['hash:net', 'family inet', '10.0.0.0/8', { kind: 'prefix', address: 0x0a000000, length: 8 }],
    [
      'bitmap:ip',
      'range 10.0.0.0-10.0.0.255',
      '10.0.0.1-10.0.0.9',
      { kind: 'range', low: 0x0a000001, high: 0x0a000009 },
    ],
    ['hash:mac', '', '01:02:03:04:05:06', value(0x010203040506)],
    [
      'hash:ip,port',
      'family inet',
      '10.0.0.1,udp:53',
      { kind: 'tuple', parts: [value(0x0a000001), value(17), value(53)] },
    ],
    [
      'hash:ip,port',
      'family inet',
      '10.0.0.1,tcp:80-90',
      { kind: 'tuple', parts: [value(0x0a000001), value(6), { kind: 'range', low: 80, high: 90 }] },
    ],
    [
      'bitmap:port',
      'range 0-1024',
      '80',
      { kind: 'tuple', parts: [{ kind: 'range', low: 0, high: 255 }, value(80)] },
    ],
    [
      'hash:net,iface',
      'family inet',
      '10.0.0.0/8,eth0',
      { kind: 'tuple', parts: [{ kind: 'prefix', address: 0x0a000000, length: 8 }, value('eth0')] },
    ],
    ['hash:net,iface', 'family inet', '10.0.0.0/8,physdev:eth0', null],
    [
      'hash:ip,mark',
      'family inet',
      '10.0.0.1,0x0000000f',
      { kind: 'tuple', parts: [value(0x0a000001), value(15)] },
    ],
    ['list:set', 'size 8', 'other', null],
  ]
for (const [type, options, element, key] of ELEMENTS) {
  test(`${type}: ${element}`, () => {
    const { types, sets, warnings } = parseIpsetSave(`create s ${type} ${options}\nadd s ${element}\n`)
    assert.equal(types.get('s'), type)
    assert.deepEqual(warnings, [])
    assert.deepEqual(sets.get('ipset:s')?.elements, key === null ? undefined : [{ key }])
  })
}

test('a line that does not read is a warning', () => {
  assert.equal(parseIpsetSave('create\n').warnings.length, 1)
})
