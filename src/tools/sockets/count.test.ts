import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { COUNT_KEYS, type CountKey, countBy } from './count.ts'
import { randomTable } from './filter/random-filter.cases.ts'
import { allRows, factsOf, processOf, tableOf } from './filter/rows.cases.ts'
import { NO_OWNER_WORDS } from './no-owner.ts'

const TABLE = tableOf([
  { state: 'listen', local: '0.0.0.0:80', inode: 1 },
  { state: 'established', local: '10.0.0.1:80', peer: '10.0.0.2:4000', inode: 2, uid: 33 },
  { state: 'established', local: '10.0.0.1:80', peer: '10.0.0.2:4001', inode: 3, uid: 33 },
  {
    state: 'established',
    local: '[::ffff:10.0.0.1]:80',
    peer: '[::ffff:10.0.0.2]:4002',
    inode: 4,
    uid: 1000,
  },
  { state: 'established', local: '[::1]:80', peer: '[::1]:4002', inode: 5, uid: 1000 },
  { state: 'time-wait', local: '10.0.0.1:80', peer: '10.0.0.3:4002' },
  { protocol: 'unix', state: 'connected', inode: 6 },
])
const nginx = processOf({ pid: 1, name: 'nginx' })
const FACTS = factsOf({
  processes: {
    0: [nginx, processOf({ pid: 2, name: 'nginx' })],
    1: [nginx],
    2: [processOf({ pid: 3, name: 'node' }), nginx],
    4: [],
  },
  noOwner: { 5: 'time-wait' },
  users: { 0: 'root', 33: 'www-data' },
})

const ROWS: readonly [by: CountKey, counts: string][] = [
  ['peer', '3 10.0.0.2, 2 no peer, 1 10.0.0.3, 1 ::1'],
  ['state', '4 established, 1 connected, 1 listen, 1 time-wait'],
  ['protocol', '6 tcp, 1 unix'],
  ['port', '6 80, 1 no port'],
  ['peer-port', '3 4002, 2 no peer, 1 4000, 1 4001'],
  ['user', '3 root, 2 1000, 2 www-data'],
  ['process', `3 nginx, 2 ${NO_OWNER_WORDS.denied}, 1 ${NO_OWNER_WORDS.vanished}, 1 node, 1 time-wait`],
]

for (const [by, counts] of ROWS) {
  test(`by ${by}`, () => {
    const found = countBy(TABLE, allRows(TABLE), by, FACTS)
    assert.equal(found.map(({ key, count }) => `${count} ${key}`).join(', '), counts)
  })
}

test('a reason is told apart from a process that calls itself so', () => {
  const facts = factsOf({
    processes: { 0: [processOf({ pid: 1, name: 'time-wait' })] },
    noOwner: { 5: 'time-wait' },
  })
  assert.deepEqual(countBy(TABLE, [0, 5], 'process', facts), [
    { key: 'time-wait', count: 1 },
    { key: 'time-wait', count: 1, unknown: 'time-wait' },
  ])
})

test('law: every row counts once, but for processes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...COUNT_KEYS.filter(key => key !== 'process')),
      randomTable,
      (by, columns) => {
        const counts = countBy(columns, allRows(columns), by, FACTS)
        assert.equal(
          counts.reduce((sum, { count }) => sum + count, 0),
          columns.length,
        )
        assert.equal(new Set(counts.map(({ key }) => key)).size, counts.length)
        assert.deepEqual(
          counts.map(({ count }) => count),
          counts.map(({ count }) => count).sort((a, b) => b - a),
        )
      },
    ),
  )
})
