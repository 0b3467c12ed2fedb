import assert from 'node:assert/strict'
import test from 'node:test'
import type { Column } from './column.ts'
import { tableLines } from './table.ts'
import { fitsInLines, wrapTable } from './wrapped-table.ts'

type Row = readonly [what: string, means: string, source: string]
const columns: readonly Column<Row>[] = [
  { key: 'what', title: 'WHAT', value: row => row[0] },
  { key: 'means', title: 'MEANS', value: row => row[1], least: 10 },
  { key: 'source', title: 'SOURCE', value: row => row[2], least: 10, priority: 2 },
]
const rows: readonly Row[] = [
  ['range', 'what the system picks local ports from', 'net/ipv4/inet_hashtables.c'],
  ['floor', '1024', ''],
]
const linesAt = (width: number): string[] => {
  const wrapped = wrapTable(columns, rows, width)
  return [...tableLines(wrapped.columns, wrapped.rows, { width })].map(line => line.trimEnd())
}

test('with room for all, the table is as it is', () => {
  assert.deepEqual(
    linesAt(200),
    [...tableLines(columns, rows, { width: 200 })].map(line => line.trimEnd()),
  )
})

test('whether what always stays fits in lines', () => {
  assert.deepEqual(
    [44, 45].map(width => fitsInLines(columns, rows, width)),
    [false, true],
  )
})

test('sentences are broken between words, names after a slash or underscore', () => {
  assert.deepEqual(linesAt(40), [
    'WHAT   MEANS            SOURCE',
    'range  what the system  net/ipv4/inet_',
    '       picks local      hashtables.c',
    '       ports from',
    'floor  1024',
  ])
})

test('what is broken keeps its style in every line', () => {
  const styled = columns.map(column => ({ ...column, style: () => 'dim' as const }))
  const wrapped = wrapTable(styled, rows, 40)
  const paint = (text: string, style?: string): string => (style === undefined ? text : `<${text}>`)
  const lines = [...tableLines(wrapped.columns, wrapped.rows, { width: 40, header: false, paint })]
  assert.match(lines[0]!, /^<range> {2}<what the system> {2}<net/)
  assert.match(lines[2]!, /<ports from>/)
})

test('without room for its last column, that is left out', () => {
  assert.deepEqual(linesAt(24), [
    'WHAT   MEANS',
    'range  what the system',
    '       picks local ports',
    '       from',
    'floor  1024',
  ])
})

for (let width = 18; width < 90; width++) {
  test(`nothing is lost and nothing sticks out at ${width} columns`, () => {
    const lines = linesAt(width)
    for (const line of lines) assert.ok(line.length <= width, line)
    const means = wrapTable(columns, rows, width).rows.map(cells => cells[1])
    assert.equal(
      means.join('').replaceAll(' ', ''),
      rows
        .map(row => row[1])
        .join('')
        .replaceAll(' ', ''),
    )
  })
}
