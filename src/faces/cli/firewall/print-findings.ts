/** Prints findings in the form that was asked for. */
import type { Finding } from '../../../model/finding.ts'
import type { CliContext } from '../context.ts'
import type { Warning } from '../render/json.ts'
import { formatOf, print, warn } from '../render/output.ts'
import type { OutputFlags } from '../specs/shared-flags.ts'
import { findingColumns, findingsText } from './findings-text.ts'

export interface FindingsAnswer {
  readonly schema: string
  readonly findings: readonly Finding[]
  /** What is said where there are none. */
  readonly none: string
  readonly complete: boolean
  readonly warnings: readonly Warning[]
}

export async function printFindings(
  context: CliContext,
  flags: OutputFlags,
  { schema, findings, none, complete, warnings }: FindingsAnswer,
): Promise<void> {
  if (formatOf(context, flags) === 'table') {
    const { paintFor } = await import('../render/colour.ts')
    const paint = paintFor(context, context.stdout, flags)
    const text = findings.length === 0 ? `${none}\n` : findingsText(findings, paint, context.stdout.columns)
    await context.stdout.write(text)
    await warn(context, flags, warnings)
    return
  }
  await print(context, flags, {
    schema,
    type: 'finding',
    columns: findingColumns,
    rows: findings,
    item: finding => finding,
    complete,
    warnings,
  })
}
