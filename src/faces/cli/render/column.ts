/** A column of an answer, for tables, plain lines and CSV alike. */
import type { Style } from './colour.ts'

/** A cell. Null means that the column doesn't apply to the row; what is unknown is said in words. */
export type Cell = string | number | null

export interface Column<Row> {
  /** Stable name: the header of plain and CSV, and what `--fields` takes. */
  readonly key: string
  /** Header of a table. */
  readonly title: string
  /** Text may come straight from the system: every renderer cleans it. */
  readonly value: (row: Row) => Cell
  /** `left` unless said otherwise. */
  readonly align?: 'left' | 'right'
  /**
   * In a terminal that is too narrow, columns with the highest number go first, those of one number together;
   * those with 1 always stay. 1 unless said otherwise.
   */
  readonly priority?: number
  /** Where to cut a cell when the table is too wide; without it the column keeps its width. */
  readonly truncate?: 'middle' | 'end'
  /** Shortened no further than to this width, 12 unless said otherwise: other columns go first. */
  readonly least?: number
  /** Rows whose cell is never cut, whatever happens to the others of the column. */
  readonly whole?: (row: Row) => boolean
  /** A style for the cell, in a table. */
  readonly style?: (row: Row) => Style | undefined
}
