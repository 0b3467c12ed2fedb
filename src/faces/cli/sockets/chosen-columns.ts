/** The columns that a listing of sockets was asked for, and what they need fetched. */
import type { OS } from '../../../os/os.ts'
import type { SocketTable } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import type { Column } from '../render/column.ts'
import { chosen } from '../render/output.ts'
import type { LsFlags } from '../specs/ls.ts'
import { allColumns, DEFAULT, FIELD_NEEDS } from './socket-columns.ts'

/** Columns that are left out where owners are not asked for. */
const NAMES_OWNERS = ['process', 'command']
/** What `--wide` adds. */
const MORE = ['user', 'unit', 'container', 'drops', 'inode', 'command']

type ColumnFlags = Pick<LsFlags, 'owners' | 'resolve' | 'fields' | 'wide'> & {
  /** Other namespaces than our own were asked for: each row says which is its own. */
  readonly several: boolean
}

export async function chosenColumns(
  context: CliContext,
  os: OS,
  table: SocketTable,
  { owners, resolve, fields, wide, several }: ColumnFlags,
): Promise<readonly Column<number>[]> {
  const all = allColumns(
    table,
    resolve ? { resolved: await (await import('./resolve.ts')).resolver(context, os, table) } : {},
  )
  const usual = [...(several ? ['netns'] : []), ...DEFAULT, ...(wide ? MORE : [])]
  const columns =
    fields === undefined
      ? usual
          .filter(key => owners !== 'none' || !NAMES_OWNERS.includes(key))
          .map(key => all.find(column => column.key === key)!)
      : chosen(all, fields)
  for (const { key } of columns) {
    if (Object.hasOwn(FIELD_NEEDS, key))
      await table.facts.prepare(table.rows, FIELD_NEEDS[key as keyof typeof FIELD_NEEDS])
  }
  return columns
}
