/** The columns that a listing of sockets was asked for, and what they need fetched. */
import type { SocketTable } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import type { Column } from '../render/column.ts'
import { chosen } from '../render/output.ts'
import type { LsFlags } from '../specs/ls.ts'
import { allColumns, defaultColumns, FIELD_NEEDS } from './socket-columns.ts'

const WIDE = [
  'proto',
  'state',
  'recvq',
  'sendq',
  'local',
  'peer',
  'reach',
  'process',
  'user',
  'unit',
  'container',
  'drops',
  'inode',
  'command',
]

export async function chosenColumns(
  context: CliContext,
  table: SocketTable,
  flags: LsFlags,
): Promise<readonly Column<number>[]> {
  const owners = flags.owners !== 'none'
  const resolved = flags.resolve
    ? { resolved: await (await import('./resolve.ts')).resolver(context, table) }
    : {}
  const options = { owners, ...resolved }
  const names = flags.fields ?? (flags.wide ? WIDE.filter(name => owners || name !== 'process') : undefined)
  if (names === undefined) return defaultColumns(table, options)
  const columns = chosen(allColumns(table, options), names)
  for (const { key } of columns) {
    if (Object.hasOwn(FIELD_NEEDS, key))
      await table.facts.prepare(table.rows, FIELD_NEEDS[key as keyof typeof FIELD_NEEDS])
  }
  return columns
}
