/** For tests: hosts that break what they promise of tracked connections. */
import { known } from '../model/known.ts'
import type { TrackedColumns } from '../model/nat/tracked-columns.ts'
import type { Defect } from './defective-host.cases.ts'
import type { MemoryOS } from './memory/memory.ts'
import type { ConnectionQuery, OS } from './os.ts'

/** The first batch changed after it was read. */
const batch =
  (change: (columns: TrackedColumns) => void, asked = (query?: ConnectionQuery) => query) =>
  (os: MemoryOS): Partial<OS> => ({
    async connections(query, options) {
      const told = await os.connections(asked(query), options)
      if (told.batches.known) change(told.batches.value[0]!)
      return told
    },
  })

const WHOLE = 'tracked connections are whole'

export const CONNECTION_DEFECTS: readonly Defect[] = [
  [
    WHOLE,
    'tells each twice',
    os => ({
      async connections(query, options) {
        const told = await os.connections(query, options)
        const { batches } = told
        return { ...told, batches: batches.known ? known([...batches.value, ...batches.value]) : batches }
      },
    }),
  ],
  [
    WHOLE,
    'says nothing of where it read them',
    os => ({ connections: async query => ({ ...(await os.connections(query)), says: ' ' }) }),
  ],
  [
    'are narrowed to what is asked for',
    'tells all protocols',
    batch(
      () => {},
      ({ protocols: _, ...rest } = {}) => rest,
    ),
  ],
  [
    'are narrowed to what is asked for',
    'tells what is not translated',
    batch(
      () => {},
      ({ translated: _, ...rest } = {}) => rest,
    ),
  ],
  [
    'rejects the reading of tracked connections',
    'does not look at signals',
    os => ({ connections: query => os.connections(query) }),
  ],
  [
    'changes of tracked connections begin',
    'does not say when it listens',
    () => ({
      async *connectionEvents() {
        yield [{ kind: 'lost' }]
      },
    }),
  ],
]
