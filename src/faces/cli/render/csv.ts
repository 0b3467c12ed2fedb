/** Comma-separated values as RFC 4180 has them: lines end with CRLF, quotes are doubled inside quotes. */
import { cellText } from './clean.ts'
import type { Column } from './column.ts'

export function* csvLines<Row>(
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
  { header = true }: { readonly header?: boolean } = {},
): Generator<string> {
  if (header) yield `${columns.map(column => field(column.key)).join(',')}\r\n`
  for (const row of rows) yield `${columns.map(column => field(cellText(column.value(row)))).join(',')}\r\n`
}

/** RFC 4180 section 2, rules 5 to 7. */
const field = (text: string): string =>
  /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
