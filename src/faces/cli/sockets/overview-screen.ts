/** The first screen: listeners by exposure, most exposed first, in one table so that all columns are in line. */
import { EXPOSURE_LEVELS, type ExposureLevel } from '../../../model/exposure.ts'
import type { CliContext } from '../context.ts'
import { clean } from '../render/clean.ts'
import { paintFor } from '../render/colour.ts'
import type { Column } from '../render/column.ts'
import { counted } from '../render/counted.ts'
import { tableLines } from '../render/table.ts'
import { wrap } from '../render/wrap.ts'
import type { OutputFlags } from '../specs/shared-flags.ts'
import type { OverviewRow } from './overview-rows.ts'

const HEADINGS: Readonly<Record<ExposureLevel, string>> = {
  public: 'reachable from everywhere, unless a firewall says no',
  private: 'reachable from private networks',
  link: 'reachable from the directly attached network',
  host: 'reachable from this host only',
}

/** `rows`: most exposed first. */
export async function overviewScreen(
  context: CliContext,
  flags: OutputFlags,
  columns: readonly Column<OverviewRow>[],
  rows: readonly OverviewRow[],
): Promise<string> {
  const paint = paintFor(context, context.stdout, flags)
  const host = clean(context.hostname)
  if (rows.length === 0) return `${host}: nothing listens\n`
  const told = columns.filter(column => rows.some(row => column.value(row) !== null))
  const width = context.stdout.columns
  const lines = tableLines(told, rows, { width, header: !flags.noHeader, paint })
  const parts = [`${host}: ${counted(rows.length, 'listener')}\n`]
  // The header belongs to the table, so it comes after the first heading.
  let header = flags.noHeader ? '' : lines.next().value
  for (const level of EXPOSURE_LEVELS.toReversed()) {
    const group = rows.filter(row => row.level === level)
    if (group.length === 0) continue
    const style = level === 'public' ? 'warn' : 'heading'
    parts.push('\n', ...wrap(HEADINGS[level], width).map(line => `${paint(line, style)}\n`))
    parts.push(header)
    header = ''
    for (const _ of group) parts.push(lines.next().value)
  }
  const next = `next: ports ${rows[0]!.port} · ports ls · ports watch · ports --help`
  parts.push('\n', ...wrap(next, width).map(line => `${paint(line, 'dim')}\n`))
  return parts.join('')
}
