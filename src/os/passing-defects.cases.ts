/** For tests: hosts that break what they promise of listening and passing on. */
import { LOOPBACK_V4 } from '../model/address.ts'
import type { Port } from '../model/port.ts'
import type { Defect } from './defective-host.cases.ts'
import type { Listening } from './listening.ts'
import type { OS } from './os.ts'

/** Listens as far as anybody can tell, and never hears of anybody. */
const deaf: Listening = {
  local: { address: LOOPBACK_V4, port: 4000 as Port },
  arrivals: (async function* () {})(),
  close: async () => {},
}
const listens: Pick<OS, 'listen'> = { listen: async () => ({ kind: 'yes', listening: deaf }) }

export const PASSING_DEFECTS: readonly Defect[] = [
  ['a listener tells who comes', 'hears nobody', () => listens],
  [
    'a listener tells who comes',
    'has a word of its own for no',
    () => ({ listen: async () => ({ kind: 'no' as 'broken', code: 'ENOSYS' }) }),
  ],
  ['a port that is listened on is refused', 'gives it twice', () => listens],
  ['a relay passes on', 'listens and can’t pass on', () => listens],
  [
    'a relay that can’t listen on all of its ports',
    'runs without one',
    () => ({
      ...listens,
      relay: async () => ({
        kind: 'running',
        relay: { listening: [], events: (async function* () {})(), drain: async () => {} },
      }),
    }),
  ],
]
