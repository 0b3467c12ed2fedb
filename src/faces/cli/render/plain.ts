/**
 * Plain lines for other programs: one row a line, fields between tabs, nothing shortened or coloured, and the
 * same columns whatever is in them. Tabs and newlines inside a field are shown as escapes.
 */
import { cellText } from './clean.ts'
import type { Column } from './column.ts'

export function* plainLines<Row>(
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
  { header = true }: { readonly header?: boolean } = {},
): Generator<string> {
  if (header) yield `${columns.map(column => column.key).join('\t')}\n`
  for (const row of rows) {
    let line = ''
    for (const [at, column] of columns.entries()) line += (at === 0 ? '' : '\t') + cellText(column.value(row))
    yield `${line}\n`
  }
}
