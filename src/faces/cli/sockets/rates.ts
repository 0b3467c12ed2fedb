/** `ls --rate`: connections by how much they carry. */
import { type FlowRate, measureRates } from '../../../tools/sockets/sockets.ts'
import type { ExitStatus } from '../exit.ts'
import type { Column } from '../render/column.ts'
import { print } from '../render/output.ts'
import { incompleteness } from './incompleteness.ts'
import { namedItems } from './items.ts'
import { ending, type Listing } from './listing.ts'
import { defaultColumns } from './socket-columns.ts'

export async function rates(listing: Listing, seconds: number): Promise<ExitStatus> {
  const { context, flags, os, request, unread } = listing
  const { table, flows } = await measureRates(os, { ...request, protocols: ['tcp'] }, seconds)
  const owners = flags.owners !== 'none'
  const item = await namedItems(context, table)
  const known = incompleteness(table, unread)
  const columns: Column<FlowRate>[] = [
    { key: 'sent', title: 'SENT/S', align: 'right', value: flow => Math.round(flow.sent) },
    { key: 'received', title: 'RECEIVED/S', align: 'right', value: flow => Math.round(flow.received) },
    ...defaultColumns(table, { owners })
      .filter(({ key }) => ['local', 'peer', 'process'].includes(key))
      .map(({ style: _, whole, value, ...column }) => ({
        ...column,
        value: ({ row }: FlowRate) => value(row),
        ...(whole === undefined ? {} : { whole: ({ row }: FlowRate) => whole(row) }),
      })),
  ]
  await print(context, flags, {
    schema: 'rates@1',
    type: 'rate',
    columns,
    rows: flows,
    item: ({ row, sent, received }) => ({
      ...item(row),
      rate: { sent: Math.round(sent), received: Math.round(received) },
    }),
    ...known,
  })
  return ending(listing, { rows: flows.length, complete: known.complete })
}
