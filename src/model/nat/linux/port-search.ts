/**
 * The search for a port that nobody has (nf_nat_l4proto_unique_tuple of nf_nat_core.c): from a beginning that is chosen by
 * chance, one after the other; at most 128, then half as many from another beginning, and so on. It can fail while there
 * are free ones.
 */
import type { Tuple } from '../../filter/packet.ts'
import { hasPortsToChoose, isIcmpProtocol, type NatRange, portOf, type TranslatedEnd } from '../nat-range.ts'

const MOST_ATTEMPTS = 128
/** With fewer attempts than this it isn't tried again. */
const FEWEST_ATTEMPTS = 16

export interface PortSearch {
  /** Of the tuple, what is searched for. */
  readonly part: 'sourcePort' | 'destinationPort'
  readonly low: number
  /** How many ports there are to choose from. */
  readonly size: number
  /** Whether it begins by chance; else at the lowest port. */
  readonly byChance: boolean
  /** What comes of it if it begins there (0 to 65535), without anything done. */
  from(offset: number): { readonly port: number; readonly free: boolean }
}

/** Whether somebody has it, when so many attempts are left of this round. */
export type IsUsed = (tuple: Tuple, left: number) => boolean

/** The ports that may be chosen; undefined where there is nothing to choose. */
export function portsFor(
  protocol: number,
  tuple: Tuple,
  { ports }: NatRange,
  end: TranslatedEnd,
): { readonly low: number; readonly size: number } | undefined {
  if (!hasPortsToChoose(protocol)) return undefined
  if (ports !== undefined) {
    const [low, high] = ports.low <= ports.high ? [ports.low, ports.high] : [ports.high, ports.low]
    return { low, size: high - low + 1 }
  }
  if (isIcmpProtocol(protocol)) return { low: 0, size: 65_536 }
  if (end === 'destination') return undefined
  const port = tuple.sourcePort ?? 0
  // By convention, ports below 512 prove something to rsh and its like.
  if (port < 512) return { low: 1, size: 511 }
  return port < 1024 ? { low: 600, size: 424 } : { low: 1024, size: 64_512 }
}

/** `draw`: 16 bits by chance, for each beginning. The last port that was tried, if none is free. */
export function searchPort(
  protocol: number,
  tuple: Tuple,
  { low, size }: { readonly low: number; readonly size: number },
  end: TranslatedEnd,
  draw: (round: number) => number,
  isUsed: IsUsed,
): { readonly tuple: Tuple; readonly free: boolean } {
  const place = portOf(protocol, end)
  let tried = tuple
  let attempts = Math.min(size, MOST_ATTEMPTS)
  for (let round = 0; ; round++) {
    let offset = draw(round)
    for (let i = 0; i < attempts; i++, offset = (offset + 1) & 0xffff) {
      tried = { ...tried, [place]: low + (offset % size) }
      if (!isUsed(tried, attempts - i)) return { tuple: tried, free: true }
    }
    if (attempts >= size || attempts < FEWEST_ATTEMPTS) return { tuple: tried, free: false }
    attempts >>= 1
  }
}
