import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Owner } from '../../model/owner.ts'
import type { Ownership } from '../../os/os.ts'
import { NONE, OwnerIndex } from './owner-index.ts'

type Holding = readonly [inode: number, pid: number, fd: number]

/** `room`: cells beyond the length, with what must not be read. */
const ownership = (holdings: readonly Holding[], room = 0): Ownership => {
  const column = (at: 0 | 1 | 2): Uint32Array =>
    Uint32Array.from([...holdings.map(one => one[at]), ...Array<number>(room).fill(7)])
  return {
    length: holdings.length,
    inode: column(0),
    pid: column(1),
    fd: column(2),
    coverage: {
      processes: 1,
      refused: [],
      hidden: false,
      confined: false,
      privileged: true,
      unsupported: false,
    },
  }
}

/** Every holder, step by step. */
function walk(index: OwnerIndex, inode: number): number[] {
  const pids: number[] = []
  for (let i = index.first(inode); i !== NONE; i = index.next(i)) pids.push(index.pid(i))
  return pids
}

const MANY: readonly Holding[] = Array.from({ length: 1000 }, (_, i) => [i + 1, i + 2, 3])

const ROWS: readonly (readonly [
  name: string,
  holdings: readonly Holding[],
  inode: number,
  owners: readonly (readonly [pid: number, fd: number])[],
])[] = [
  ['nobody holds anything', [], 5, []],
  ['somebody else’s', [[4, 1, 3]], 5, []],
  ['one holder', [[5, 10, 3]], 5, [[10, 3]]],
  [
    'by pid, whatever the order of the walk',
    [
      [5, 12, 3],
      [4, 99, 9],
      [5, 10, 4],
      [5, 11, 3],
    ],
    5,
    [
      [10, 4],
      [11, 3],
      [12, 3],
    ],
  ],
  [
    'by number and not by text',
    [
      [5, 100, 3],
      [5, 20, 3],
    ],
    5,
    [
      [20, 3],
      [100, 3],
    ],
  ],
  [
    'a process that holds it twice',
    [
      [5, 10, 8],
      [5, 10, 3],
    ],
    5,
    [
      [10, 3],
      [10, 8],
    ],
  ],
  ['no descriptor is nobody’s', [[5, 10, 3]], 0, []],
  ['not even where a walk says so', [[0, 10, 3]], 0, []],
  ['the largest inode', [[4_294_967_295, 10, 3]], 4_294_967_295, [[10, 3]]],
  ['one of a thousand', MANY, 777, [[778, 3]]],
  ['none of a thousand', MANY, 1001, []],
]
for (const [name, holdings, inode, owners] of ROWS) {
  test(name, () => {
    const index = new OwnerIndex(ownership(holdings))
    assert.deepEqual(
      index.of(inode),
      owners.map(([pid, fd]) => ({ pid, fd })),
    )
    assert.deepEqual(
      walk(index, inode).sort((a, b) => a - b),
      owners.map(([pid]) => pid),
    )
  })
}

test('what stands beyond the length is not there', () => {
  const index = new OwnerIndex(ownership([[5, 10, 3]], 3))
  assert.deepEqual(index.of(7), [])
  assert.deepEqual(index.of(5), [{ pid: 10, fd: 3 }])
})

test('law: every holder of every inode, as a map has them', () => {
  const inode = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 0xffffffff }))
  const holding = fc.tuple(inode, fc.integer({ min: 1, max: 50 }), fc.nat({ max: 9 }))
  fc.assert(
    fc.property(fc.array(holding, { maxLength: 600, size: 'max' }), fc.array(inode), (holdings, others) => {
      const wanted = new Map<number, Owner[]>()
      for (const [of, pid, fd] of holdings) wanted.set(of, [...(wanted.get(of) ?? []), { pid, fd }])
      const index = new OwnerIndex(ownership(holdings, 5))
      for (const of of [...wanted.keys(), ...others]) {
        const owners = (wanted.get(of) ?? []).toSorted((a, b) => a.pid - b.pid || a.fd - b.fd)
        assert.deepEqual(index.of(of), owners)
        assert.deepEqual(
          walk(index, of).sort((a, b) => a - b),
          owners.map(({ pid }) => pid),
        )
      }
    }),
    { numRuns: 200 },
  )
})
