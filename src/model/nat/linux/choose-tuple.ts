/**
 * Which addresses and ports a connection gets when one of its ends is translated (get_unique_tuple of nf_nat_core.c): the
 * ones that it has, if they are allowed and nobody has them; those that the same source has already; else an address by
 * hash, and a port by search.
 */
import type { Tuple } from '../../filter/packet.ts'
import { isPortWithin, isSourceWithin, type NatRange, portOf, type TranslatedEnd } from '../nat-range.ts'
import { withChosenAddress } from './choose-address.ts'
import { type PortSearch, portsFor, searchPort } from './port-search.ts'

/** The connections that there are, as far as the choice depends on them. */
export interface Neighbours {
  /** nf_nat_used_tuple: whether answers to that tuple would reach another connection. */
  isUsed(tuple: Tuple): boolean
  /** How the source of that tuple is translated in other connections, last made first (find_appropriate_src). */
  sourcesOf(tuple: Tuple): Iterable<Tuple>
  /** A closed connection that is in the way and may be ended for a newer one (nf_nat_used_tuple_harder). */
  isReplaceable(tuple: Tuple): boolean
  replace(tuple: Tuple): void
}

export interface Chance {
  /** 0 to 65535: where a search begins. */
  offset(search: PortSearch, round: number): number
}

export interface TupleQuestion {
  readonly protocol: number
  readonly zone: number
  /** As packets of the connection look before this translation. */
  readonly tuple: Tuple
  readonly range: NatRange
  readonly end: TranslatedEnd
}

/** With so many attempts left or fewer, closed connections are replaced (NF_NAT_HARDER_THRESH). */
const HARDER = 32

/** As packets look afterwards. It may be one that another connection has: then the packet is lost in the end. */
export function chooseTuple(question: TupleQuestion, neighbours: Neighbours, chance: Chance): Tuple {
  const { protocol, zone, tuple, range, end } = question
  if (end === 'source' && range.random !== true) {
    const known = asItIsOrWas(question, neighbours)
    if (known !== undefined) return known
  }
  const addressed = withChosenAddress(tuple, range, end, zone)
  if (range.random !== true && isGoodEnough(protocol, addressed, range, end, neighbours)) return addressed
  const ports = portsFor(protocol, addressed, range, end)
  if (ports === undefined) return addressed
  return search(question, addressed, ports, neighbours, chance)
}

function asItIsOrWas({ protocol, tuple, range }: TupleQuestion, neighbours: Neighbours): Tuple | undefined {
  if (isSourceWithin(protocol, tuple, range)) return neighbours.isUsed(tuple) ? undefined : tuple
  for (const other of neighbours.sourcesOf(tuple)) {
    const like: Tuple = {
      ...tuple,
      source: other.source,
      ...(other.sourcePort === undefined ? {} : { sourcePort: other.sourcePort }),
    }
    if (isSourceWithin(protocol, like, range)) return neighbours.isUsed(like) ? undefined : like
  }
  return undefined
}

/** The port may stay: where there is but one, nobody asks whether it is free. */
const isGoodEnough = (
  protocol: number,
  tuple: Tuple,
  range: NatRange,
  end: TranslatedEnd,
  neighbours: Neighbours,
): boolean =>
  range.ports === undefined
    ? !neighbours.isUsed(tuple)
    : isPortWithin(protocol, tuple, range, end) &&
      (range.ports.low === range.ports.high || !neighbours.isUsed(tuple))

function search(
  { protocol, range, end }: TupleQuestion,
  addressed: Tuple,
  ports: { readonly low: number; readonly size: number },
  neighbours: Neighbours,
  chance: Chance,
): Tuple {
  const byChance = end === 'source' || range.random === true
  const isUsed = (tuple: Tuple, left: number): boolean =>
    left > HARDER || !neighbours.isReplaceable(tuple) ? neighbours.isUsed(tuple) : false
  const draws: number[] = []
  const part = portOf(protocol, end)
  const question: PortSearch = {
    ...ports,
    part,
    byChance,
    from(offset) {
      // Only the last beginning is free; those before it are as they were.
      const draw = (round: number): number => draws[round] ?? offset
      const { tuple, free } = searchPort(protocol, addressed, ports, end, draw, isUsed)
      return { port: tuple[part] ?? 0, free }
    },
  }
  const draw = (round: number): number => {
    draws[round] = round === 0 && !byChance ? 0 : chance.offset(question, round) & 0xffff
    return draws[round]
  }
  const { tuple, free } = searchPort(protocol, addressed, ports, end, draw, isUsed)
  if (free && neighbours.isReplaceable(tuple)) neighbours.replace(tuple)
  return tuple
}
