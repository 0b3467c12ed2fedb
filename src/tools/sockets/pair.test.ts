import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressFromBytes, unmap } from '../../model/address.ts'
import { FAMILIES, SOCKET_PROTOCOLS } from '../../model/protocol.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { type RowSpec, tableOf } from './filter/rows.cases.ts'
import { pairLocalEnds, UNPAIRED } from './pair.ts'

const tcp = (local: string, peer: string, rest: Partial<RowSpec> = {}): RowSpec => ({
  state: 'established',
  local,
  peer,
  ...rest,
})

const ROWS: readonly [name: string, rows: readonly RowSpec[], pairs: readonly number[]][] = [
  ['nothing', [], []],
  ['two ends', [tcp('127.0.0.1:80', '127.0.0.1:4000'), tcp('127.0.0.1:4000', '127.0.0.1:80')], [1, 0]],
  ['a peer elsewhere', [tcp('10.0.0.1:80', '10.0.0.2:4000'), tcp('10.0.0.1:4000', '10.0.0.2:80')], [-1, -1]],
  ['other port', [tcp('127.0.0.1:80', '127.0.0.1:4000'), tcp('127.0.0.1:4001', '127.0.0.1:80')], [-1, -1]],
  [
    'the same end twice',
    [tcp('127.0.0.1:80', '127.0.0.1:4000'), tcp('127.0.0.1:80', '127.0.0.1:4000')],
    [-1, -1],
  ],
  [
    'a mapped address',
    [tcp('[::ffff:127.0.0.1]:80', '[::ffff:127.0.0.1]:4000'), tcp('127.0.0.1:4000', '127.0.0.1:80')],
    [1, 0],
  ],
  [
    'two mapped',
    [
      tcp('[::ffff:127.0.0.1]:80', '[::ffff:127.0.0.1]:4000'),
      tcp('[::ffff:127.0.0.1]:4000', '[::ffff:127.0.0.1]:80'),
    ],
    [1, 0],
  ],
  ['IPv6', [tcp('[::1]:80', '[::1]:4000'), tcp('[::1]:4000', '[::1]:80')], [1, 0]],
  // 127.0.0.1 as the first four bytes of an IPv6 address.
  [
    'bytes that only look alike',
    [tcp('[7f00:1::]:80', '[7f00:1::]:4000'), tcp('127.0.0.1:4000', '127.0.0.1:80')],
    [-1, -1],
  ],
  [
    'other namespace',
    [tcp('127.0.0.1:80', '127.0.0.1:4000', { netns: 5 }), tcp('127.0.0.1:4000', '127.0.0.1:80')],
    [-1, -1],
  ],
  [
    'other protocol',
    [
      tcp('127.0.0.1:80', '127.0.0.1:4000', { protocol: 'udp', state: 'connected' }),
      tcp('127.0.0.1:4000', '127.0.0.1:80'),
    ],
    [-1, -1],
  ],
  [
    'UDP',
    [
      tcp('127.0.0.1:53', '127.0.0.1:4000', { protocol: 'udp', state: 'connected' }),
      tcp('127.0.0.1:4000', '127.0.0.1:53', { protocol: 'udp', state: 'connected' }),
    ],
    [1, 0],
  ],
  ['itself', [tcp('127.0.0.1:4000', '127.0.0.1:4000')], [0]],
  [
    'a listener between them',
    [
      tcp('127.0.0.1:80', '127.0.0.1:4000'),
      { state: 'listen', local: '127.0.0.1:80' },
      tcp('127.0.0.1:4000', '127.0.0.1:80'),
    ],
    [2, -1, 0],
  ],
  [
    'unix',
    [
      { protocol: 'unix', state: 'established', inode: 10, peerInode: 11 },
      { protocol: 'unix', state: 'established', inode: 11, peerInode: 10 },
      { protocol: 'unix', state: 'established', inode: 12, peerInode: 99 },
      { protocol: 'unix', state: 'listen', local: '/x', inode: 13 },
    ],
    [1, 0, -1, -1],
  ],
  [
    'an inode of another kind',
    [
      { protocol: 'unix', state: 'established', inode: 10, peerInode: 11 },
      tcp('127.0.0.1:1', '127.0.0.1:2', { inode: 11 }),
    ],
    [-1, -1],
  ],
]

for (const [name, rows, pairs] of ROWS) {
  test(name, () => assert.deepEqual([...pairLocalEnds(tableOf(rows))], [...pairs]))
}

test('law: pairs are those that the five-tuples as texts have', () => {
  const port = fc.constantFrom(1, 2, 3)
  const end = fc.nat({ max: 3 })
  const row = fc.record({
    udp: fc.boolean(),
    six: fc.boolean(),
    local: end,
    peer: end,
    localPort: port,
    peerPort: port,
    netns: fc.nat({ max: 1 }),
  })
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), specs => {
      const columns = new SocketColumns(1)
      for (const spec of specs) {
        const at = columns.add()
        columns.protocol[at] = SOCKET_PROTOCOLS.indexOf(spec.udp ? 'udp' : 'tcp')
        columns.family[at] = FAMILIES.indexOf(spec.six ? 'ipv6' : 'ipv4')
        const bytes = (last: number): number[] =>
          !spec.six
            ? [10, 0, 0, last]
            : last < 2
              ? [...Array(10).fill(0), 255, 255, 10, 0, 0, last]
              : [10, 0, 0, last, ...Array(12).fill(0)]
        columns.local.set(bytes(spec.local), at * 16)
        columns.peer.set(bytes(spec.peer), at * 16)
        columns.localPort[at] = spec.localPort
        columns.peerPort[at] = spec.peerPort
        columns.netns[at] = spec.netns
      }
      const text = (at: number, side: 'local' | 'peer'): string =>
        `${unmap(addressFromBytes(columns[side], at * 16, columns.family[at] === 0 ? 'ipv4' : 'ipv6'))} ${columns[`${side}Port`][at]}`
      const key = (at: number, a: 'local' | 'peer', b: 'local' | 'peer'): string =>
        `${columns.netns[at]} ${columns.protocol[at]} ${text(at, a)} ${text(at, b)}`
      const last = new Map(specs.map((_, at) => [key(at, 'local', 'peer'), at]))
      const wanted = specs.map((_, at) => last.get(key(at, 'peer', 'local')) ?? UNPAIRED)
      assert.deepEqual([...pairLocalEnds(columns)], wanted)
    }),
    { numRuns: 500 },
  )
})
