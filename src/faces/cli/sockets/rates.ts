/** `ls --rate`: connections by how much they carry. */
import type { OS } from '../../../os/os.ts'
import { type FlowRate, measureRates, type TableRequest } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import type { Column } from '../render/column.ts'
import { print } from '../render/output.ts'
import type { LsFlags } from '../specs/ls.ts'
import { incompleteness } from './incompleteness.ts'
import { namedItems } from './items.ts'
import { defaultColumns } from './socket-columns.ts'

export async function rates(
  context: CliContext,
  flags: LsFlags,
  os: OS,
  request: TableRequest,
  seconds: number,
): Promise<ExitStatus> {
  const { table, flows } = await measureRates(os, { ...request, protocols: ['tcp'] }, seconds)
  const owners = flags.owners !== 'none'
  const item = await namedItems(context, table)
  const columns: Column<FlowRate>[] = [
    { key: 'sent', title: 'SENT/S', align: 'right', value: flow => Math.round(flow.sent) },
    { key: 'received', title: 'RECEIVED/S', align: 'right', value: flow => Math.round(flow.received) },
    ...defaultColumns(table, { owners })
      .filter(({ key }) => ['local', 'peer', 'process'].includes(key))
      .map(column => ({
        ...column,
        value: ({ row }: FlowRate) => column.value(row),
        style: () => undefined,
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
    ...incompleteness(table),
  })
  return flows.length === 0 ? EXIT.nothingMatched : EXIT.done
}
