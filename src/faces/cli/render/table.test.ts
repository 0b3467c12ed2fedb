import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Column } from './column.ts'
import { csvLines } from './csv.ts'
import { plainLines } from './plain.ts'
import { tableLines } from './table.ts'
import { displayWidth } from './width.ts'

interface Row {
  readonly port: number
  readonly address: string
  readonly command: string
  readonly user: string | null
}

const columns: readonly Column<Row>[] = [
  { key: 'port', title: 'PORT', value: row => row.port, align: 'right' },
  { key: 'address', title: 'ADDRESS', value: row => row.address, priority: 2 },
  { key: 'command', title: 'COMMAND', value: row => row.command, truncate: 'middle' },
  { key: 'user', title: 'USER', value: row => row.user, priority: 3 },
]
const rows: readonly Row[] = [
  { port: 80, address: '0.0.0.0', command: 'nginx', user: 'root' },
  { port: 5432, address: '127.0.0.1', command: 'postgres -D /var/lib/postgresql/data', user: null },
]
const table = (width: number) => [...tableLines(columns, rows, { width })].join('')

test('a wide terminal shows all columns, numbers to the right, no spaces at line ends', () => {
  const lines = [
    'PORT  ADDRESS    COMMAND                               USER',
    '  80  0.0.0.0    nginx                                 root',
    '5432  127.0.0.1  postgres -D /var/lib/postgresql/data',
  ]
  assert.equal(table(Number.POSITIVE_INFINITY), `${lines.join('\n')}\n`)
})

const limits = [120, 60, 48, 40, 30, 20]
for (const width of limits) {
  test(`no line is longer than a terminal of ${width} columns`, () => {
    for (const line of table(width).split('\n')) assert.ok(displayWidth(line) <= width, line)
  })
}

test('the command is cut in the middle before a column goes', () => {
  const [header, , second] = table(50).split('\n')
  assert.match(header!, /PORT .*ADDRESS .*COMMAND .*USER/)
  assert.match(second!, /postgres.*….*data/)
})

test('columns go by priority, the most dispensable first, and an address is never cut', () => {
  assert.doesNotMatch(table(32), /USER/)
  assert.match(table(32), /127\.0\.0\.1/)
  assert.doesNotMatch(table(20), /ADDRESS|USER/)
  assert.match(table(20), /PORT/)
})

test('a dispensable column with nothing in it is left out, one that always stays is not', () => {
  const [header] = [...tableLines(columns, [{ ...rows[1]!, command: '' }], { width: 80 })]
  assert.equal(header, 'PORT  ADDRESS    COMMAND\n')
})

test('a column is shortened no further than it says: others go first', () => {
  const long = columns.map(column => (column.key === 'command' ? { ...column, least: 30 } : column))
  const [header, , last] = [...tableLines(long, rows, { width: 48 })]
  assert.equal(header!.trimEnd().split(/ +/).join(' '), 'PORT ADDRESS COMMAND')
  assert.ok(last!.length > 30 + 'PORT  127.0.0.1  '.length - 1, last!)
})

test('columns of one priority go together', () => {
  const together = columns.map(column =>
    column.key === 'user' || column.key === 'address' ? { ...column, priority: 2 } : column,
  )
  const headers = limits.map(width => [...tableLines(together, rows, { width })][0]!)
  for (const header of headers) assert.equal(header.includes('USER'), header.includes('ADDRESS'), header)
  assert.ok(
    headers.some(header => header.includes('USER')) && headers.some(header => !header.includes('USER')),
  )
})

test('a cell that is to be whole is whole, while others of its column are cut', () => {
  const whole = columns.map(column =>
    column.key === 'command' ? { ...column, whole: (row: Row) => row.port === 80 } : column,
  )
  const some = [{ ...rows[0]!, command: 'nginx: master process' }, rows[1]!]
  for (const width of limits) {
    const [, first, second] = [...tableLines(whole, some, { width })]
    assert.match(first!, /nginx: master process/)
    assert.match(second!, width >= 60 ? /postgres -D \/var\/lib\/postgresql\/data/ : /…/)
  }
})

test('columns that always stay are there even where they do not fit', () => {
  assert.match(table(1), /PORT/)
  assert.match(table(1), /5432/)
})

test('no line ends in a space, whatever is in it', () => {
  const row = fc.record({
    port: fc.nat(65535),
    address: fc.constantFrom('::', '127.0.0.1', ''),
    command: fc.string({ unit: 'grapheme' }),
    user: fc.option(fc.constantFrom('root', 'www-data')),
  })
  fc.assert(
    fc.property(fc.array(row), fc.integer({ min: 1, max: 120 }), (some, width) => {
      for (const line of tableLines(columns, some, { width })) {
        assert.match(line, /^[^\n]*\n$/)
        assert.doesNotMatch(line, /^(?:.*\S)? +\n$/)
      }
    }),
  )
})

test('a table without rows is nothing at all', () => {
  assert.deepEqual([...tableLines(columns, [], { width: 80 })], [])
})

test('plain lines have every column, keys as header, tabs between, nothing shortened', () => {
  assert.deepEqual(
    [...plainLines(columns, rows)],
    [
      'port\taddress\tcommand\tuser\n',
      '80\t0.0.0.0\tnginx\troot\n',
      '5432\t127.0.0.1\tpostgres -D /var/lib/postgresql/data\t\n',
    ],
  )
  assert.equal([...plainLines(columns, rows, { header: false })].length, rows.length)
})

test('a tab or newline inside a field can not make another field or line', () => {
  const evil = [{ port: 1, address: 'a\tb', command: 'x\ny', user: '\x1b[2J' }]
  const [line] = [...plainLines(columns, evil, { header: false })]
  assert.equal(line!.split('\t').length, columns.length)
  assert.equal(line!.indexOf('\n'), line!.length - 1)
})

const fields: readonly (readonly [what: string, text: string, written: string])[] = [
  ['a plain field', 'nginx', 'nginx'],
  ['a comma', 'a,b', '"a,b"'],
  ['a quote', 'say "hi"', '"say ""hi"""'],
  ['a space at the edge', ' a', '" a"'],
  ['the empty field', '', ''],
]
for (const [what, command, written] of fields) {
  test(`CSV: ${what} is written ${written}`, () => {
    const only: readonly Column<Row>[] = [columns[2]!]
    assert.deepEqual([...csvLines(only, [{ ...rows[0]!, command }])], ['command\r\n', `${written}\r\n`])
  })
}
