import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Address, addressFromBytes, compareAddresses } from '../../model/address.ts'
import { FAMILIES, SOCKET_PROTOCOLS } from '../../model/protocol.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { allRows, type RowSpec, tableOf } from './filter/rows.cases.ts'
import { listingOrder, MOST_ORDERED } from './order.ts'

const at = (local: string, rest: Partial<RowSpec> = {}): RowSpec => ({ state: 'listen', local, ...rest })
const to = (peer: string, rest: Partial<RowSpec> = {}): RowSpec => ({
  state: 'established',
  local: '10.0.0.1:80',
  peer,
  ...rest,
})

/** Given from the last to the first; to be listed the other way round. */
const ROWS: readonly (readonly [name: string, rows: readonly RowSpec[], namespaces?: readonly number[]])[] = [
  ['nothing', []],
  ['one', [at('0.0.0.0:80')]],
  [
    'ports by number, not by text',
    [at('0.0.0.0:1000'), at('0.0.0.0:256'), at('0.0.0.0:90'), at('0.0.0.0:9')],
  ],
  [
    'TCP, UDP, SCTP, DCCP, raw, unix',
    (['unix', 'raw', 'dccp', 'sctp', 'udp', 'tcp'] as const).map(protocol =>
      protocol === 'unix' ? { state: 'listen', protocol, local: '/a' } : at('0.0.0.0:80', { protocol }),
    ),
  ],
  ['the protocol before the port', [at('0.0.0.0:1', { protocol: 'udp' }), at('0.0.0.0:2')]],
  ['the port before the family', [at('0.0.0.0:81'), at('[::]:80')]],
  ['IPv4 before IPv6', [at('[::]:80'), at('255.255.255.255:80')]],
  [
    'addresses by number, not by text',
    [at('100.0.0.1:80'), at('10.0.1.9:80'), at('10.0.0.10:80'), at('10.0.0.9:80'), at('9.0.0.1:80')],
  ],
  ['IPv6 from its first byte', [at('[fe80::1]:80'), at('[2001:db8::2]:80'), at('[::1]:80')]],
  [
    'IPv6 to its last byte',
    [at('[2001:db8::12:2]:80'), at('[2001:db8::12:1]:80'), at('[2001:db8::11:ffff]:80')],
  ],
  ['the port before the address', [at('10.0.0.1:81'), at('10.0.0.2:80')]],
  ['the local end before the peer', [at('10.0.0.2:80', { peer: '10.0.0.1:1' }), to('10.0.0.9:9')]],
  ['the peer’s address before its port', [to('10.0.0.9:1'), to('10.0.0.8:2'), to('10.0.0.8:1')]],
  ['the peer’s port before the inode', [to('10.0.0.8:2', { inode: 1 }), to('10.0.0.8:1', { inode: 2 })]],
  [
    'inodes to the last bit',
    [4_294_967_295, 131_073, 131_072, 65_536, 65_535, 1].map(inode => at('0.0.0.0:80', { inode })),
  ],
  [
    'namespaces as they were asked for',
    [at('0.0.0.0:1', { netns: 5 }), at('0.0.0.0:2', { netns: 9 }), at('0.0.0.0:3', { netns: 7 })],
    [7, 9, 5],
  ],
  [
    'a namespace that was not asked for is the last',
    [at('0.0.0.0:1', { netns: 4 }), at('0.0.0.0:2', { netns: 7 })],
    [7],
  ],
]
for (const [name, rows, namespaces = []] of ROWS) {
  test(name, () => {
    const columns = tableOf(rows)
    const wanted = rows.map((_, i) => i).reverse()
    assert.deepEqual([...listingOrder(columns, allRows(columns), namespaces)], wanted)
  })
}

test('only the rows that are given', () => {
  const columns = tableOf([at('0.0.0.0:3'), at('[::]:2'), at('0.0.0.0:1'), at('0.0.0.0:0')])
  assert.deepEqual([...listingOrder(columns, Uint32Array.of(0, 2), [])], [2, 0])
})

test('the rows themselves stay as they were', () => {
  const columns = tableOf([at('0.0.0.0:3'), at('0.0.0.0:2')])
  const rows = allRows(columns)
  listingOrder(columns, rows, [])
  assert.deepEqual([...rows], [0, 1])
})

/** The order in words: slow, and with nothing to get wrong. What is equal stays as it was. */
function slowly(columns: SocketColumns, rows: Uint32Array, namespaces: readonly number[]): number[] {
  const address = (bytes: Uint8Array, row: number): Address =>
    addressFromBytes(bytes, row * 16, columns.family[row] === 1 ? 'ipv6' : 'ipv4')
  const rank = (row: number): number =>
    namespaces.includes(columns.netns[row]!) ? namespaces.indexOf(columns.netns[row]!) : namespaces.length
  const compare = (a: number, b: number): number =>
    rank(a) - rank(b) ||
    columns.protocol[a]! - columns.protocol[b]! ||
    columns.localPort[a]! - columns.localPort[b]! ||
    columns.family[a]! - columns.family[b]! ||
    compareAddresses(address(columns.local, a), address(columns.local, b)) ||
    compareAddresses(address(columns.peer, a), address(columns.peer, b)) ||
    columns.peerPort[a]! - columns.peerPort[b]! ||
    columns.inode[a]! - columns.inode[b]!
  return [...rows].sort(compare)
}

const NAMESPACES = [4_026_532_000, 4_026_531_840, 7]

/** Numbers from 0 up to, not including, `below`; the same for the same seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** `spread`: of how many values each column is made; few make many ties. */
function randomRows(length: number, seed: number, spread: number, ipv6: boolean): SocketColumns {
  const number = numbers(seed)
  const columns = new SocketColumns(length)
  const scattered = (limit: number): number => (number(spread) * 2_654_435_761) % limit
  for (let i = 0; i < length; i++) {
    const row = columns.add()
    columns.netns[row] = [...NAMESPACES, 99][number(4)]!
    columns.protocol[row] = number(SOCKET_PROTOCOLS.length)
    columns.family[row] = ipv6 ? number(FAMILIES.length) : 0
    columns.localPort[row] = scattered(65_536)
    columns.peerPort[row] = scattered(65_536)
    columns.inode[row] = scattered(2 ** 32)
    const bytes = [4, 16, 0][columns.family[row]!]!
    for (const side of [columns.local, columns.peer])
      for (let at = 0; at < bytes; at++) side[row * 16 + at] = number(4) > 0 ? 0 : scattered(256)
  }
  return columns
}

const tables = (length: fc.Arbitrary<number>): fc.Arbitrary<SocketColumns> =>
  fc
    .tuple(length, fc.integer(), fc.constantFrom(1, 2, 3, 1000), fc.boolean())
    .map(([rows, seed, spread, ipv6]) => randomRows(rows, seed, spread, ipv6))

for (const [rows, numRuns] of [
  [fc.nat({ max: 200 }), 200],
  [fc.constant(5000), 10],
] as const) {
  test(`law: the order that the words say, ${numRuns} times`, () => {
    fc.assert(
      fc.property(tables(rows), columns => {
        const all = allRows(columns)
        assert.deepEqual([...listingOrder(columns, all, NAMESPACES)], slowly(columns, all, NAMESPACES))
      }),
      { numRuns },
    )
  })
}

test('law: some of 5,000 rows stand as they stand among all', () => {
  fc.assert(
    fc.property(tables(fc.constant(5000)), fc.integer({ min: 2, max: 50 }), (columns, every) => {
      const whole = listingOrder(columns, allRows(columns), NAMESPACES)
      const some = allRows(columns).filter(row => row % every === 0)
      assert.deepEqual(
        [...listingOrder(columns, some, NAMESPACES)],
        [...whole].filter(row => row % every === 0),
      )
    }),
    { numRuns: 10 },
  )
})

for (const [length, ordered] of [
  [MOST_ORDERED, true],
  [MOST_ORDERED + 1, false],
] as const) {
  test(`${length} rows are ${ordered ? '' : 'not '}put in order`, () => {
    const columns = randomRows(length, 1, 1000, true)
    const rows = allRows(columns)
    const wanted = slowly(columns, rows, NAMESPACES)
    assert.notDeepEqual(wanted, [...rows])
    assert.deepEqual([...listingOrder(columns, rows, NAMESPACES)], ordered ? wanted : [...rows])
  })
}
