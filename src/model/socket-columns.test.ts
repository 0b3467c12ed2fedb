import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FAMILIES, SOCKET_PROTOCOLS } from './protocol.ts'
import { SOCKET_STATES, TIMER_KINDS, UNIX_KINDS } from './socket.ts'
import {
  familyCode,
  kindCode,
  protocolCode,
  SocketColumns,
  stateCode,
  TCP_FIELDS,
  timerCode,
  UNTOLD,
  UNTOLD_BYTE,
} from './socket-columns.ts'

/** Everything that a table says of a row, but for where it stands: what must survive copying and moving. */
function cellsOf(columns: SocketColumns, row: number): unknown {
  const cells: Record<string, unknown> = {}
  for (const [key, column] of Object.entries(columns)) {
    if (!ArrayBuffer.isView(column)) continue
    const cellsInAll = column as unknown as ArrayLike<number | bigint>
    const width = cellsInAll.length / columns.capacity
    cells[key] = Array.from({ length: width }, (_, i) => cellsInAll[row * width + i])
  }
  const tcp = columns.tcp ?? new Float64Array(columns.capacity * TCP_FIELDS.length).fill(Number.NaN)
  cells.tcp = Array.from(tcp.subarray(row * TCP_FIELDS.length, (row + 1) * TCP_FIELDS.length))
  return { ...cells, name: columns.names.get(row), peerInode: columns.peerInodes.get(row) }
}
const allOf = (columns: SocketColumns) =>
  Array.from({ length: columns.length }, (_, row) => cellsOf(columns, row))

/** Fills every cell of a new row with something of its own, made from `seed`. */
function addRow(columns: SocketColumns, seed: number): number {
  const row = columns.add()
  for (const column of Object.values(columns)) {
    if (!ArrayBuffer.isView(column)) continue
    const bytes = new Uint8Array(column.buffer)
    const width = bytes.length / columns.capacity
    for (let i = 0; i < width; i++) bytes[row * width + i] = (seed * 31 + i * 7 + 1) & 0x7f
  }
  if (seed % 3 === 0)
    columns.tcpColumn().fill(seed + 0.5, row * TCP_FIELDS.length, (row + 1) * TCP_FIELDS.length)
  else columns.tcp?.fill(Number.NaN, row * TCP_FIELDS.length, (row + 1) * TCP_FIELDS.length)
  if (seed % 2 === 0) columns.names.set(row, `/run/${seed}`)
  if (seed % 5 === 0) columns.peerInodes.set(row, seed)
  return row
}
const tableOf = (seeds: readonly number[], capacity?: number): SocketColumns => {
  const columns = new SocketColumns(capacity)
  for (const seed of seeds) addRow(columns, seed)
  return columns
}

const seeds = fc.array(fc.nat(1000), { maxLength: 40 })
const capacity = fc.integer({ min: 0, max: 20 })

test('codes stand for the words of the lists, both ways', () => {
  for (const [list, code] of [
    [SOCKET_PROTOCOLS, protocolCode],
    [FAMILIES, familyCode],
    [SOCKET_STATES, stateCode],
    [TIMER_KINDS, timerCode],
    [UNIX_KINDS, kindCode],
  ] as const) {
    for (const word of list) assert.equal(list[(code as (w: string) => number)(word)], word)
    assert.ok(list.length < UNTOLD_BYTE)
  }
})

test('a new row is zero but for what is untold', () => {
  const columns = new SocketColumns(1)
  const row = columns.add()
  const { v6only, drops, tcp, name, peerInode, ...zero } = cellsOf(columns, row) as Record<string, unknown[]>
  assert.deepEqual([row, columns.length], [0, 1])
  assert.deepEqual([v6only, drops], [[UNTOLD_BYTE], [UNTOLD]])
  assert.ok(tcp!.every(Number.isNaN))
  assert.deepEqual([name, peerInode], [undefined, undefined])
  for (const [key, cells] of Object.entries(zero))
    assert.ok(
      cells.every(cell => Number(cell) === 0),
      key,
    )
})

test('law: growing keeps every cell of every row', () => {
  fc.assert(
    fc.property(seeds, capacity, (list, room) => {
      assert.deepEqual(allOf(tableOf(list, room)), allOf(tableOf(list, 64)))
    }),
  )
})

test('law: the words of a cookie are the cookie, after growing, too', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 20 }), cookies => {
      const columns = new SocketColumns(1)
      for (const cookie of cookies) {
        const row = columns.add()
        columns.cookie[row] = cookie
        columns.cgroup32.set(columns.cookie32.subarray(row * 2, row * 2 + 2), row * 2)
      }
      assert.deepEqual([...columns.cookie.subarray(0, columns.length)], cookies)
      assert.deepEqual([...columns.cgroup.subarray(0, columns.length)], cookies)
    }),
  )
})

test('law: appending is adding the rows of the other', () => {
  fc.assert(
    fc.property(seeds, seeds, capacity, capacity, (one, other, room, otherRoom) => {
      const columns = tableOf(one, room)
      const more = tableOf(other, otherRoom)
      columns.append(more)
      assert.deepEqual(allOf(columns), allOf(tableOf([...one, ...other], 128)))
      assert.deepEqual(allOf(more), allOf(tableOf(other, 64)))
      assert.equal(columns.names.size, [...one, ...other].filter(seed => seed % 2 === 0).length)
    }),
  )
})

test('appending takes the notes along', () => {
  const note = {
    code: 'x',
    severity: 'note',
    certainty: 'proven',
    subject: 's',
    says: 'so',
    evidence: [],
  } as const
  const [columns, more] = [new SocketColumns(1), new SocketColumns(1)]
  more.notes.push(note)
  columns.append(more)
  assert.deepEqual(columns.notes, [note])
})

test('law: retaining is keeping those rows alone, in their order', () => {
  fc.assert(
    fc.property(seeds, fc.nat(40), fc.func(fc.boolean()), (list, from, keep) => {
      const start = Math.min(from, list.length)
      const columns = tableOf(list, 4)
      columns.retain(start, row => keep(list[row]!))
      const kept = list.filter((seed, row) => row < start || keep(seed))
      assert.deepEqual(allOf(columns), allOf(tableOf(kept, 64)))
      assert.equal(columns.names.size, kept.filter(seed => seed % 2 === 0).length)
    }),
  )
})

test('law: rows given out again are clean, whichever way the old ones went', () => {
  fc.assert(
    fc.property(seeds, fc.nat(40), fc.boolean(), (list, keep, byLength) => {
      const columns = tableOf(list, 4)
      const left = Math.min(keep, list.length)
      if (byLength) columns.length = left
      else columns.retain(0, row => row < left)
      const row = columns.add()
      const fresh = new SocketColumns(1)
      fresh.add()
      assert.equal(row, left)
      assert.deepEqual(cellsOf(columns, row), cellsOf(fresh, 0))
    }),
  )
})

test('law: rows that were appended leave nothing behind either', () => {
  fc.assert(
    fc.property(seeds, seeds, fc.boolean(), (list, other, byAppending) => {
      const columns = new SocketColumns(1)
      columns.append(tableOf([3, ...list], 4))
      columns.length = 0
      if (byAppending) columns.append(tableOf(other, 4))
      else for (const seed of other) addRow(columns, seed)
      assert.deepEqual(allOf(columns), allOf(tableOf(other, 64)))
      const fresh = new SocketColumns(1)
      fresh.add()
      columns.add()
      assert.deepEqual(cellsOf(columns, columns.length - 1), cellsOf(fresh, 0))
    }),
  )
})

test('law: what was forgotten is not appended elsewhere', () => {
  fc.assert(
    fc.property(seeds, fc.nat(40), (list, keep) => {
      const columns = tableOf(list, 4)
      columns.length = Math.min(keep, list.length)
      const copy = new SocketColumns(1)
      copy.append(columns)
      assert.deepEqual(allOf(copy), allOf(tableOf(list.slice(0, keep), 64)))
      assert.ok([...copy.names.keys()].every(row => row < copy.length))
    }),
  )
})
