/**
 * The algebra below `PortSet`: lists of ranges that are always sorted, disjoint and minimal (no two touch), so
 * that equal sets have equal lists.
 */
import { LAST_PORT, type Port, type PortRange } from './port.ts'

/** Any ranges in any order, as the one list that means the same. */
export function normalised(ranges: Iterable<PortRange>): readonly PortRange[] {
  const sorted = [...ranges].sort((a, b) => a.first - b.first)
  const list: { first: Port; last: Port }[] = []
  for (const { first, last } of sorted) {
    const previous = list.at(-1)
    if (previous === undefined || first > previous.last + 1) list.push({ first, last })
    else if (last > previous.last) previous.last = last
  }
  return Object.freeze(list.map(range => Object.freeze(range)))
}

/** What two lists have in common. */
export function shared(a: readonly PortRange[], b: readonly PortRange[]): readonly PortRange[] {
  const list: PortRange[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const x = a[i]!
    const y = b[j]!
    const first = Math.max(x.first, y.first) as Port
    const last = Math.min(x.last, y.last) as Port
    if (first <= last) list.push({ first, last })
    if (x.last < y.last) i++
    else j++
  }
  return normalised(list)
}

/** Every port from 0 to 65535 that a list leaves out. */
export function complementOf(ranges: readonly PortRange[]): readonly PortRange[] {
  const list: PortRange[] = []
  let next = 0
  for (const { first, last } of ranges) {
    if (first > next) list.push({ first: next as Port, last: (first - 1) as Port })
    next = last + 1
  }
  if (next <= LAST_PORT) list.push({ first: next as Port, last: LAST_PORT })
  return normalised(list)
}
