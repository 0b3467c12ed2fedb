import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SocketColumns } from './socket-columns.ts'
import { dedupeByCookie, dedupeByEnds } from './socket-dedupe.ts'

interface Row {
  readonly cookie: bigint
  readonly netns: number
}

/** A table whose rows carry their first place in the `inode` column and, some, in their name. */
function tableOf(rows: readonly Row[]): SocketColumns {
  const columns = new SocketColumns(1)
  for (const [i, { cookie, netns }] of rows.entries()) {
    const row = columns.add()
    columns.cookie[row] = cookie
    columns.netns[row] = netns
    columns.inode[row] = i
    columns.local[row * 16 + 15] = i & 0xff
    if (i % 3 === 0) columns.names.set(row, String(i))
  }
  return columns
}

/** The oracle: first places of the rows that stay. */
function kept(rows: readonly Row[], start: number): number[] {
  const seen = new Set<string>()
  return [...rows.entries()].flatMap(([i, { cookie, netns }]) => {
    if (i < start || cookie === 0n) return [i]
    const key = `${cookie} ${netns}`
    if (seen.has(key)) return []
    seen.add(key)
    return [i]
  })
}

const ROWS: readonly [says: string, rows: readonly Row[], start: number, stay: readonly number[]][] = [
  ['an empty table stays empty', [], 0, []],
  ['one row stays', [{ cookie: 1n, netns: 1 }], 0, [0]],
  [
    'the first of two stays',
    [
      { cookie: 7n, netns: 1 },
      { cookie: 7n, netns: 1 },
    ],
    0,
    [0],
  ],
  [
    'rows without a cookie all stay',
    [
      { cookie: 0n, netns: 1 },
      { cookie: 0n, netns: 1 },
    ],
    0,
    [0, 1],
  ],
  [
    'namespaces may count alike',
    [
      { cookie: 7n, netns: 1 },
      { cookie: 7n, netns: 2 },
    ],
    0,
    [0, 1],
  ],
  [
    'rows before the start are left alone',
    [
      { cookie: 7n, netns: 1 },
      { cookie: 7n, netns: 1 },
    ],
    1,
    [0, 1],
  ],
  [
    'the high word counts',
    [
      { cookie: 7n, netns: 1 },
      { cookie: (1n << 32n) + 7n, netns: 1 },
    ],
    0,
    [0, 1],
  ],
  [
    'high words alone are cookies',
    [
      { cookie: 1n << 32n, netns: 1 },
      { cookie: 1n << 32n, netns: 1 },
    ],
    0,
    [0],
  ],
]

const stayed = (columns: SocketColumns): number[] => [...columns.inode.subarray(0, columns.length)]

for (const [says, rows, start, stay] of ROWS) {
  test(says, () => {
    const columns = tableOf(rows)
    dedupeByCookie(columns, start)
    assert.deepEqual(stayed(columns), stay)
  })
}

// Few cookies, alike in either word, so that they meet in a slot whether they are equal or not.
const few = fc.tuple(fc.nat(5), fc.nat(5)).map(([high, low]) => (BigInt(high) << 32n) + BigInt(low))
const rows = fc.array(fc.record({ cookie: few, netns: fc.integer({ min: 1, max: 2 }) }), { maxLength: 200 })

test('law: the rows that stay are those a set of strings would keep', () => {
  fc.assert(
    fc.property(rows, fc.nat(20), (list, from) => {
      const start = Math.min(from, list.length)
      const columns = tableOf(list)
      dedupeByCookie(columns, start)
      const wanted = kept(list, start)
      assert.deepEqual(stayed(columns), wanted)
      for (const [row, first] of wanted.entries()) {
        assert.equal(columns.cookie[row], list[first]!.cookie)
        assert.equal(columns.local[row * 16 + 15], first & 0xff)
        assert.equal(columns.names.get(row), first % 3 === 0 ? String(first) : undefined)
      }
    }),
  )
})

test('law: doing it twice changes nothing more', () => {
  fc.assert(
    fc.property(rows, list => {
      const columns = tableOf(list)
      dedupeByCookie(columns)
      const once = stayed(columns)
      dedupeByCookie(columns)
      assert.deepEqual(stayed(columns), once)
    }),
  )
})

test('a hundred thousand rows, every tenth of them twice', () => {
  const columns = new SocketColumns(1024)
  for (let i = 0; i < 100_000; i++) {
    const row = columns.add()
    columns.cookie32[row * 2] = i % 10 === 9 ? i : i + 1
  }
  dedupeByCookie(columns)
  assert.equal(columns.length, 90_000)
  assert.equal(new Set(columns.cookie.subarray(0, columns.length)).size, 90_000)
})

test('what nothing but its ends tells apart is kept once; listeners and sockets with an inode all stay', () => {
  const columns = new SocketColumns(1)
  const rows = [
    [0, 4000, 80, 1],
    [0, 4000, 80, 1],
    [0, 4000, 81, 1],
    [0, 4000, 80, 2],
    [7, 4000, 80, 1],
    [0, 80, 0, 1],
    [0, 80, 0, 1],
  ] as const
  for (const [i, [inode, localPort, peerPort, netns]] of rows.entries()) {
    const row = columns.add()
    columns.inode[row] = inode
    columns.localPort[row] = localPort
    columns.peerPort[row] = peerPort
    columns.netns[row] = netns
    columns.uid[row] = i
  }
  dedupeByEnds(columns)
  assert.deepEqual([...columns.uid.subarray(0, columns.length)], [0, 2, 3, 4, 5, 6])
})
