/**
 * `ports name --update`: fetches IANA's registry, checks that it is one, and keeps its index for later runs.
 * What was there before stays until the new one is in place whole.
 */
import { fault } from '../../model/fault.ts'
import { csvToIndex } from '../../model/iana-import/iana-import.ts'
import { printIndexFile } from '../../model/registry/registry.ts'
import type { CliContext } from './context.ts'
import { download } from './download.ts'
import { indexPath } from './local-registry.ts'
import { print } from './render/output.ts'
import type { OutputFlags } from './specs/shared-flags.ts'

/** Throws `E_DOWNLOAD`, `E_REGISTRY_FORMAT` or `E_FILE_WRITE`. */
export async function updateRegistry(context: CliContext, flags: OutputFlags, url: string): Promise<void> {
  const path = indexPath(context)
  if (path === null) throw fault('E_FILE_WRITE', { path: 'registry.txt', why: 'there is no home folder' })
  const { index, csv } = csvToIndex(await download(context, url), url)
  try {
    context.files.replace(path, printIndexFile(index))
  } catch (error) {
    throw fault('E_FILE_WRITE', { path, why: (error as Error).message }, { cause: error })
  }
  const row = { date: index.date, entries: csv.rows.length, path, origin: url }
  await print(context, flags, {
    schema: 'registry@1',
    type: 'registry',
    columns: [
      { key: 'date', title: 'DATE', value: () => row.date },
      { key: 'entries', title: 'ENTRIES', value: () => row.entries, align: 'right' },
      { key: 'path', title: 'KEPT IN', value: () => row.path },
      { key: 'origin', title: 'FROM', value: () => row.origin, priority: 2 },
    ],
    rows: [row],
    item: () => row,
    warnings: csv.skipped.map(({ code, subject, says }) => ({ code, message: `${subject}: ${says}` })),
  })
}
