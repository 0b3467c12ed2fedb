/** What a program's namespace is like where the program doesn't say, and the same as text. */
import type { Surroundings } from '../../../src/model/space/program.ts'
import { ADDRESSES } from './namespace-addresses.ts'

/** Explicit ports are 1 to 7 where nothing else is meant, and the system chooses from 8 to 15. */
export const PLAIN: Surroundings = {
  range: [8, 15],
  reserved: [],
  floor: 0,
  autobindReuse: false,
  timeWaitReuse: 2,
  addresses: ADDRESSES,
}

/** What differs from `PLAIN`, as a row has it. */
export function printSurroundings(of: Surroundings): string {
  const parts = (['range', 'reserved', 'floor', 'autobindReuse', 'timeWaitReuse'] as const)
    .filter(key => JSON.stringify(of[key]) !== JSON.stringify(PLAIN[key]))
    .map(key => `${key}: ${JSON.stringify(of[key])}`)
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ').replaceAll(',', ', ').replaceAll(',  ', ', ')} }`
}
