/** `ls --count-by`: how many sockets each peer, process or state has. */
import { type Count, countSockets, readTable } from '../../../tools/sockets/sockets.ts'
import type { ExitStatus } from '../exit.ts'
import type { Column } from '../render/column.ts'
import { print } from '../render/output.ts'
import { incompleteness } from './incompleteness.ts'
import { ending, type Listing } from './listing.ts'

export async function counts(listing: Listing, by: 'peer' | 'process' | 'state'): Promise<ExitStatus> {
  const { context, flags, os, request, unread } = listing
  const table = await readTable(os, request)
  const known = incompleteness(table, unread)
  const columns: Column<Count>[] = [
    { key: 'count', title: 'COUNT', align: 'right', value: one => one.count },
    // A reason stands in parentheses, so that no process can pass for one by its name.
    {
      key: by,
      title: by.toUpperCase(),
      value: one => (one.unknown === undefined ? one.key : `(${one.key})`),
    },
  ]
  await print(context, flags, {
    schema: 'counts@1',
    type: 'count',
    columns,
    rows: await countSockets(table, by),
    item: one => ({ by, ...one }),
    ...known,
  })
  return ending(listing, { rows: table.rows.length, complete: known.complete })
}
