/** The other connections, as a new one's choice of a tuple sees them. */
import type { Tuple } from '../../filter/packet.ts'
import { answerTo, isSameTuple } from '../../path/connection-tuple.ts'
import type { Neighbours } from './choose-tuple.ts'
import type { ConntrackTable, Found } from './conntrack-table.ts'
import { type Entry, STATUS } from './entry.ts'
import { SYN_SENT, TIME_WAIT } from './tcp-states.ts'

const TCP = 6

/** `entry` isn't in the table yet. */
export function neighboursOf(table: ConntrackTable, entry: Entry, now: number): Neighbours {
  const { family, protocol, zone } = entry
  const inTheWay = (tuple: Tuple): Found | undefined =>
    table.find(family, protocol, answerTo(tuple, { protocol }), now, zone)
  const closedOneAt = (tuple: Tuple): Entry | undefined => {
    if (protocol !== TCP || entry.tcp?.state !== SYN_SENT) return undefined
    const found = inTheWay(tuple)
    return found?.direction === 1 && isOutlived(found.entry, entry) ? found.entry : undefined
  }
  return {
    isUsed(tuple) {
      const found = inTheWay(tuple)
      // The very same flow: who comes second takes the other's entry.
      if (found === undefined || isSameTuple(found.entry.original, entry.original)) return false
      table.counters.found++
      return true
    },
    *sourcesOf(tuple) {
      for (const other of table.ofSource(family, protocol, zone, tuple)) {
        if (now < other.expires) yield answerTo(other.reply, { protocol })
      }
    },
    isReplaceable: tuple => closedOneAt(tuple) !== undefined,
    replace(tuple) {
      const closed = closedOneAt(tuple)
      if (closed !== undefined) table.forget(closed)
    },
  }
}

/** nf_nat_may_kill, nf_seq_has_advanced: it is closed, its source was translated, and the new one's numbers are past its own. */
function isOutlived({ tcp, status }: Entry, { tcp: newer }: Entry): boolean {
  if (tcp === undefined || newer === undefined || tcp.state < TIME_WAIT) return false
  return (status & STATUS.snat) !== 0 && ((newer.sides[0].end - tcp.sides[0].end) | 0) > 0
}
