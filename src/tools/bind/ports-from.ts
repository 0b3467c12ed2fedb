/** The order in which ports are tried. */
import type { PortSet } from '../../model/port-set.ts'

/**
 * All ports of a set but 0, once each, upwards from one of them and round: `start` from 0 to less than 1 says where. Two
 * that start apart don't meet while there is room between them.
 */
export function* portsFrom(pool: PortSet, start: number): Generator<number> {
  const first = Math.floor(pool.size * start)
  for (let i = 0; i < pool.size; i++) {
    const port = nth(pool, (first + i) % pool.size)
    if (port !== 0) yield port
  }
}

function nth({ ranges }: PortSet, n: number): number {
  let left = n
  for (const { first, last } of ranges) {
    if (left <= last - first) return first + left
    left -= last - first + 1
  }
  throw new RangeError(`there is no port ${n} in the set`)
}
