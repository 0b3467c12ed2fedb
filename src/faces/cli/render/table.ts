/**
 * A table for a person: measured columns, fitted to the terminal, no lines drawn and no spaces at line ends.
 *
 * What doesn't fit is first shortened (`truncate`), then left out by `priority`; so is what has nothing in it. A
 * column without `truncate` is whole or not there: half an address is a wrong one.
 */

import { cellText } from './clean.ts'
import { noPaint, type Paint } from './colour.ts'
import type { Column } from './column.ts'
import { cutEnd, cutMiddle, displayWidth } from './width.ts'

export interface TableOptions {
  /** Terminal columns; `Infinity` for all there is. */
  readonly width: number
  readonly header?: boolean
  readonly paint?: Paint
}

const GAP = 2
/** Below this a shortened command tells nothing. */
const LEAST = 12

/** The lines of the table, each with its newline; without rows there is nothing to show. */
export function* tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
  { width, header = true, paint = noPaint }: TableOptions,
): Generator<string> {
  const all = [...rows]
  if (all.length === 0) return
  const measured = columns.map(column => {
    const cells = all.map(row => cellText(column.value(row)).trimEnd())
    let natural = header ? displayWidth(column.title) : 0
    let uncut = 0
    for (const [at, cell] of cells.entries()) {
      const width = displayWidth(cell)
      natural = Math.max(natural, width)
      if (column.whole?.(all[at]!) === true) uncut = Math.max(uncut, width)
    }
    return { column, cells, natural, uncut, width: natural }
  })
  const shown = fit(measured, width)
  const line = (text: (field: (typeof shown)[number]) => readonly [string, string]) => {
    let out = ''
    let owed = 0
    for (const field of shown) {
      const [plain, painted] = text(field)
      const pad = Math.max(0, field.width - displayWidth(plain))
      const before = field.column.align === 'right' ? pad : 0
      if (plain !== '') {
        out += ' '.repeat(owed + before) + painted
        owed = 0
      } else owed += before
      owed += pad - before + GAP
    }
    return `${out}\n`
  }
  if (header) {
    yield line(({ column, width }) => {
      const title = cut(column, column.title, width)
      return [title, paint(title, 'heading')]
    })
  }
  for (const [at, row] of all.entries()) {
    yield line(({ column, cells, width }) => {
      const cell = cut(column, cells[at]!, width)
      return [cell, paint(cell, column.style?.(row))]
    })
  }
}

const cut = (column: Column<never>, text: string, width: number): string =>
  column.truncate === undefined
    ? text
    : column.truncate === 'middle'
      ? cutMiddle(text, width)
      : cutEnd(text, width)

interface Measured {
  readonly column: Column<never>
  readonly cells: readonly string[]
  readonly natural: number
  /** As wide as the widest cell that must not be cut. */
  readonly uncut: number
  width: number
}

/** The columns that fit, with their widths set. Those of priority 1 stay even where they don't fit. */
function fit<Field extends Measured>(fields: readonly Field[], width: number): readonly Field[] {
  if (width === Number.POSITIVE_INFINITY) return fields
  let shown = fields.filter(field => priority(field) <= 1 || field.cells.some(cell => cell !== ''))
  while (total(shown, least) > width) {
    const last = Math.max(...shown.map(priority))
    if (last <= 1) break
    shown = shown.filter(field => priority(field) !== last)
  }
  const floor = total(shown, least) > width ? leastOfAll : least
  let over = total(shown, field => field.natural) - width
  while (over > 0) {
    const widest = shown
      .filter(field => field.width > floor(field))
      .reduce<Field | undefined>((a, b) => (a === undefined || b.width > a.width ? b : a), undefined)
    if (widest === undefined) break
    const next = Math.max(
      floor(widest),
      ...shown.filter(f => f !== widest && f.width < widest.width && f.width > floor(f)).map(f => f.width),
    )
    const by = Math.min(over, Math.max(1, widest.width - next))
    widest.width -= by
    over -= by
  }
  return shown
}

const priority = (field: Measured): number => field.column.priority ?? 1
const least = (field: Measured): number => shortened(field, field.column.least ?? LEAST)
/** Where nothing more can go. */
const leastOfAll = (field: Measured): number => shortened(field, 4)
const shortened = ({ column, natural, uncut }: Measured, to: number): number =>
  column.truncate === undefined ? natural : Math.max(Math.min(natural, to), uncut)
const total = <Field>(fields: readonly Field[], width: (field: Field) => number): number =>
  fields.reduce((sum, field) => sum + width(field), GAP * Math.max(0, fields.length - 1))
