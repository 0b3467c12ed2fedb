/** The first screen: listeners by exposure, most exposed first. */
import { EXPOSURE_LEVELS, type ExposureLevel } from '../../../model/exposure.ts'
import type { CliContext } from '../context.ts'
import { clean } from '../render/clean.ts'
import { paintFor } from '../render/colour.ts'
import { tableLines } from '../render/table.ts'
import type { OutputFlags } from '../specs/shared-flags.ts'
import { type OverviewRow, SHOWN } from './overview-rows.ts'

const HEADINGS: Readonly<Record<ExposureLevel, string>> = {
  public: 'reachable from everywhere, unless a firewall says no',
  private: 'reachable from private networks',
  link: 'reachable from the directly attached network',
  host: 'reachable from this host only',
}

export async function overviewScreen(
  context: CliContext,
  flags: OutputFlags,
  rows: readonly OverviewRow[],
): Promise<string> {
  const paint = paintFor(context, context.stdout, flags)
  const parts = [`${clean(context.hostname)}: ${counted(rows.length, 'listener')}\n`]
  for (const level of EXPOSURE_LEVELS.toReversed()) {
    const group = rows.filter(row => row.level === level)
    if (group.length === 0) continue
    parts.push(`\n${paint(HEADINGS[level], level === 'public' ? 'warn' : 'heading')}\n`)
    const columns = SHOWN.filter(column => group.some(row => column.value(row) !== null))
    parts.push(
      ...tableLines(columns, group, { width: context.stdout.columns, header: !flags.noHeader, paint }),
    )
  }
  const example = rows[0]?.port
  if (example !== undefined)
    parts.push(`\n${paint(`next: ports ${example} · ports ls · ports watch · ports --help`, 'dim')}\n`)
  return parts.join('')
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
