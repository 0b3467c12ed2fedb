/** `ls --count-by`: how many sockets each peer, process or state has. */
import { countSockets, type SocketTable } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import type { Column } from '../render/column.ts'
import { print } from '../render/output.ts'
import type { LsFlags } from '../specs/ls.ts'
import { incompleteness } from './incompleteness.ts'

interface Count {
  readonly key: string
  readonly count: number
}

export async function counts(
  context: CliContext,
  flags: LsFlags,
  table: SocketTable,
  by: 'peer' | 'process' | 'state',
): Promise<ExitStatus> {
  const columns: Column<Count>[] = [
    { key: 'count', title: 'COUNT', align: 'right', value: one => one.count },
    { key: by, title: by.toUpperCase(), value: one => one.key },
  ]
  await print(context, flags, {
    schema: 'counts@1',
    type: 'count',
    columns,
    rows: await countSockets(table, by),
    item: one => ({ by, ...one }),
    ...incompleteness(table),
  })
  return table.rows.length === 0 ? EXIT.nothingMatched : EXIT.done
}
