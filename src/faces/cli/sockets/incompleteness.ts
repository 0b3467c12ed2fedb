/** What a reader of a table should know: owners that stay hidden, tables that could not be read whole. */
import type { SocketTable } from '../../../tools/sockets/sockets.ts'
import type { Warning } from '../render/json.ts'

export interface Incompleteness {
  /** No right was lacking to see all. */
  readonly complete: boolean
  readonly warnings: readonly Warning[]
}

export function incompleteness(table: SocketTable): Incompleteness {
  const hidden = countHidden(table)
  const warnings: Warning[] = table.notes.map(({ code, says, remedy }) => ({
    code,
    message: says,
    ...(remedy === undefined ? {} : { hint: remedy }),
  }))
  if (hidden > 0) {
    warnings.push({
      code: 'owners-hidden',
      message: `the owners of ${hidden} of ${table.rows.length} sockets are hidden`,
      hint: hiddenHint(table),
    })
  }
  if (table.undecided > 0) {
    warnings.push({
      code: 'filter-undecided',
      message: `${table.undecided} sockets could not be judged by the filter, because facts about them are hidden`,
      hint: 'Run with sudo, or filter by what everybody may see.',
    })
  }
  return {
    complete: hidden === 0 && table.undecided === 0 && !table.notes.some(note => INCOMPLETE.has(note.code)),
    warnings,
  }
}

/** Notes after which sockets or facts are missing for lack of a right. */
const INCOMPLETE: ReadonlySet<string> = new Set(['table-unreadable', 'read-from-proc'])

function hiddenHint({ coverage }: SocketTable): string {
  if (coverage?.privileged !== true) return 'Run with sudo to see them.'
  const pids = coverage.refused.slice(0, 5).join(', ')
  return `This system lets nobody look into ${pids === '' ? 'them' : `process ${pids}`}, not even root.`
}

function countHidden({ rows, facts, owners, columns }: SocketTable): number {
  if (owners === null) return 0
  let hidden = 0
  for (const row of rows) {
    if (columns.inode[row] === 0) continue
    if (facts.noOwner(row) === 'denied') hidden++
  }
  return hidden
}
