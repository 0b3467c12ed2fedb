/** Prints a change of our table: in words, or as the document `firewall-change@1`. */
import type { OS } from '../../../os/os.ts'
import type { CliContext } from '../context.ts'
import type { Warning } from '../render/json.ts'
import { formatOf, print } from '../render/output.ts'
import type { OutputFlags } from '../specs/shared-flags.ts'
import { type ChangeRow, changeColumns, changeItem } from './change-item.ts'

export async function showChange(
  context: CliContext,
  os: OS,
  flags: OutputFlags,
  rows: readonly ChangeRow[],
  words: string,
  known: { readonly complete: boolean; readonly warnings: readonly Warning[] } = WHOLE,
): Promise<void> {
  const format = formatOf(context, flags, 'ports fw')
  if (format === 'table' || format === 'plain') return await context.stdout.write(words)
  await print(context, flags, {
    schema: 'firewall-change@1',
    type: 'change',
    columns: changeColumns(os),
    rows,
    item: changeItem(os),
    ...known,
  })
}

const WHOLE = { complete: true, warnings: [] }
