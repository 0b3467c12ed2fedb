/** What a reader of a table should know: owners that stay hidden, tables that could not be read whole. */
import type { SocketTable } from '../../../tools/sockets/sockets.ts'
import { counted } from '../render/counted.ts'
import type { Warning } from '../render/json.ts'

export interface Incompleteness {
  /** No right was lacking to see all. */
  readonly complete: boolean
  readonly warnings: readonly Warning[]
}

/** `unread`: what is known to be missing beside the table. */
export function incompleteness(table: SocketTable, unread: readonly Warning[] = []): Incompleteness {
  const hidden = countHidden(table)
  const warnings: Warning[] = [
    ...unread,
    ...table.notes.map(({ code, says, remedy }) => ({
      code,
      message: says,
      ...(remedy === undefined ? {} : { hint: remedy }),
    })),
  ]
  if (hidden > 0) {
    warnings.push({
      code: 'owners-hidden',
      message: hiddenMessage(hidden, table.rows.length),
      hint: hiddenHint(table),
    })
  }
  if (table.undecided > 0) {
    warnings.push({
      code: 'filter-undecided',
      message: `${counted(table.undecided, 'socket')} could not be judged by the filter, because facts about ${table.undecided === 1 ? 'it' : 'them'} are hidden`,
      hint:
        table.coverage?.privileged === true
          ? 'Filter by something else: this system does not tell these facts, not even to root.'
          : 'Run with sudo, or filter by what everybody may see.',
    })
  }
  return {
    complete:
      unread.length === 0 &&
      hidden === 0 &&
      table.undecided === 0 &&
      !table.notes.some(note => INCOMPLETE.has(note.code)),
    warnings,
  }
}

/** Notes after which sockets or facts are missing for lack of a right. */
const INCOMPLETE: ReadonlySet<string> = new Set(['table-unreadable', 'read-from-proc'])

function hiddenMessage(hidden: number, total: number): string {
  const owners = hidden === 1 ? 'owner' : 'owners'
  if (hidden < total)
    return `the ${owners} of ${hidden} of ${total} sockets ${hidden === 1 ? 'is' : 'are'} hidden`
  if (total === 1) return 'the owner of the socket is hidden'
  return `the owners of ${total === 2 ? 'both' : `all ${total}`} sockets are hidden`
}

/** So many of the processes that nobody may look into are named. */
const MOST_PIDS = 5

function hiddenHint({ coverage }: SocketTable): string {
  if (coverage?.privileged !== true) return 'Run with sudo to see them.'
  const { refused } = coverage
  const pids = refused.slice(0, MOST_PIDS).join(', ') + (refused.length > MOST_PIDS ? ' …' : '')
  const where = refused.length === 0 ? 'them' : `${refused.length === 1 ? 'process' : 'processes'} ${pids}`
  return `This system lets nobody look into ${where}, not even root.`
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
