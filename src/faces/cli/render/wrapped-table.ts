/** Tables whose cells are sentences: for a terminal they are broken into lines within their columns, never cut. */
import type { Column } from './column.ts'
import { displayWidth } from './width.ts'
import { wrap } from './wrap.ts'

export interface WrappedTable {
  readonly columns: readonly Column<readonly string[]>[]
  /** A line of the terminal each: cell by cell. */
  readonly rows: readonly (readonly string[])[]
}

const GAP = 2

/**
 * The same table in lines that fit `width` columns. The first column keeps its width; from the last, columns with a
 * priority over 1 are left out where the rest could not have `least` columns each (15 unless said otherwise).
 */
export function wrapTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): WrappedTable {
  const measured = columns.map(column => {
    const cells = rows.map(row => String(column.value(row) ?? ''))
    return { column, cells, width: Math.max(...[column.title, ...cells].map(displayWidth)) }
  })
  const floor = (at: number): number =>
    at === 0 ? measured[0]!.width : Math.min(measured[at]!.width, measured[at]!.column.least ?? 15)
  const least = (): number => measured.reduce((sum, _, at) => sum + floor(at) + GAP, -GAP)
  while (least() > width && (measured.at(-1)!.column.priority ?? 1) > 1) measured.pop()
  const total = (): number => measured.reduce((sum, field) => sum + field.width + GAP, -GAP)
  while (total() > width) {
    const widest = measured.reduce(
      (best, { width }, at) =>
        width > floor(at) && (best === -1 || width > measured[best]!.width) ? at : best,
      -1,
    )
    if (widest === -1) break
    measured[widest]!.width--
  }
  const origin = new Map<readonly string[], Row>()
  const broad = rows.flatMap((row, at) => {
    const lines = linesOf(measured.map(({ cells, width }) => broken(cells[at]!, width)))
    for (const line of lines) origin.set(line, row)
    return lines
  })
  return {
    columns: measured.map(({ column: { key, title, style } }, at) => ({
      key,
      title,
      value: row => row[at]!,
      ...(style === undefined ? {} : { style: row => style(origin.get(row)!) }),
    })),
    rows: broad,
  }
}

/** Whether the columns that always stay (priority 1) are whole, each row in one line. */
export function fitsInLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): boolean {
  const kept = columns.filter(({ priority = 1 }) => priority <= 1)
  const total = kept.reduce((sum, { title, value }) => {
    const widest = rows.reduce((most, row) => Math.max(most, displayWidth(String(value(row) ?? ''))), 0)
    return sum + Math.max(widest, displayWidth(title)) + GAP
  }, -GAP)
  return total <= width
}

/** Cells of several lines, side by side. */
function linesOf(cells: readonly (readonly string[])[]): string[][] {
  const height = Math.max(...cells.map(lines => lines.length))
  return Array.from({ length: height }, (_, line) => cells.map(lines => lines[line] ?? ''))
}

/** Between words, and where a word is too long after one of its dots, slashes or underscores, or anywhere. */
const broken = (text: string, width: number): string[] =>
  wrap(text, width).flatMap(line => {
    const lines: string[] = []
    let rest = line
    while (displayWidth(rest) > width) {
      const head = rest.slice(0, width)
      const at = Math.max(...['.', '/', '_', '-'].map(mark => head.lastIndexOf(mark))) + 1
      lines.push(rest.slice(0, at > width / 3 ? at : width))
      rest = rest.slice(at > width / 3 ? at : width)
    }
    return [...lines, rest]
  })
