/** `ls -s`: how many sockets of each protocol, family and state there are. */
import { FAMILIES, SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { SOCKET_STATES } from '../../../model/socket.ts'
import { readTable } from '../../../tools/sockets/sockets.ts'
import type { ExitStatus } from '../exit.ts'
import type { Column } from '../render/column.ts'
import { print } from '../render/output.ts'
import { incompleteness } from './incompleteness.ts'
import { ending, type Listing } from './listing.ts'

interface Tally {
  readonly protocol: string
  readonly family: string
  readonly state: string
  count: number
}

const COLUMNS: readonly Column<Tally>[] = [
  { key: 'proto', title: 'PROTO', value: one => one.protocol },
  { key: 'family', title: 'FAMILY', value: one => one.family },
  { key: 'state', title: 'STATE', value: one => one.state },
  { key: 'count', title: 'COUNT', align: 'right', value: one => one.count },
]

/** Counts every state, closing ones included; owners are looked up only where the filter asks for them. */
export async function summary(listing: Listing): Promise<ExitStatus> {
  const { context, flags, os, request, unread } = listing
  const { states: _, ...all } = request
  const table = await readTable(os, all)
  const { columns, rows } = table
  const known = incompleteness(table, unread)
  const tallies = new Map<number, Tally>()
  for (const row of rows) {
    const [protocol, family, state] = [columns.protocol[row]!, columns.family[row]!, columns.state[row]!]
    const key = (protocol * FAMILIES.length + family) * SOCKET_STATES.length + state
    const tally = tallies.get(key)
    if (tally !== undefined) tally.count++
    else
      tallies.set(key, {
        protocol: SOCKET_PROTOCOLS[protocol]!,
        family: FAMILIES[family]!,
        state: SOCKET_STATES[state]!,
        count: 1,
      })
  }
  await print(context, flags, {
    schema: 'tallies@1',
    type: 'tally',
    columns: COLUMNS,
    rows: [...tallies].sort(([a], [b]) => a - b).map(([, tally]) => tally),
    item: one => one,
    ...known,
  })
  return ending(listing, { rows: rows.length, complete: known.complete })
}
