/** For tests: hosts that break what they promise of attempts, echoes, handshakes, ways and names. */
import { known, unknown } from '../model/known.ts'
import type { Defect } from './defective-host.cases.ts'
import type { MemoryOS } from './memory/memory.ts'
import type { OS } from './os.ts'
import type { Attempt, AttemptRequest, Reach } from './reach.ts'

/** Answers attempts with something of them changed. */
const attempting =
  (change: (attempt: Attempt, request: AttemptRequest) => Partial<Attempt>) =>
  (os: MemoryOS): Partial<OS> => ({
    reach: {
      ...os.reach,
      async attempt(request, options) {
        const attempt = await os.reach.attempt(request, options)
        return { ...attempt, ...change(attempt, request) }
      },
    },
  })

const reaching =
  (change: (reach: Reach) => Partial<Reach>) =>
  (os: MemoryOS): Partial<OS> => ({ reach: { ...os.reach, ...change(os.reach) } })

const frame = {
  way: 'out',
  device: 'lo',
  source: '127.0.0.1',
  destination: '127.0.0.1',
  protocol: 'tcp',
  hops: 64,
  payload: 0,
} as const

export const TRIAL_DEFECTS: readonly Defect[] = [
  ['where nobody listens has an outcome', 'finds somebody', attempting(() => ({ outcome: { kind: 'yes' } }))],
  [
    'where nobody listens has an outcome',
    'takes no time that is one',
    attempting(() => ({ ms: Number.NaN })),
  ],
  [
    'where nobody listens has an outcome',
    'sends over what was refused',
    attempting(() => ({ send: async () => ({ kind: 'yes' }) })),
  ],
  [
    'where nobody listens has an outcome',
    'hears something over what was refused',
    attempting(() => ({ receive: async () => ({ kind: 'nothing' }) })),
  ],
  [
    'frames are told only to who watches',
    'tells them to everybody',
    attempting(attempt => ({ seen: async () => ({ ...(await attempt.seen()), frames: known([]) }) })),
  ],
  [
    'frames are told only to who watches',
    'saw one before it began',
    attempting((attempt, { watch }) => ({
      seen: async () => ({
        ...(await attempt.seen()),
        frames: watch === true ? known([{ ...frame, atMs: -1 } as never]) : unknown('not-asked'),
      }),
    })),
  ],
  [
    'a datagram attempt asks nobody',
    'says that it was refused',
    attempting((_, { protocol }) =>
      protocol === 'udp' ? { outcome: { kind: 'refused', code: 'ECONNREFUSED' } } : {},
    ),
  ],
  [
    'an aborted signal rejects attempts',
    'attempts all the same',
    reaching(reach => ({
      attempt: (request, { timeoutMs }) => reach.attempt(request, { timeoutMs }),
    })),
  ],
  [
    'an aborted signal rejects attempts',
    'pings all the same',
    reaching(reach => ({ ping: (request, { timeoutMs }) => reach.ping(request, { timeoutMs }) })),
  ],
  [
    'an aborted signal rejects attempts',
    'shakes hands all the same',
    reaching(reach => ({ tls: (request, { timeoutMs }) => reach.tls(request, { timeoutMs }) })),
  ],
  ['an echo has an outcome', 'has no time', reaching(() => ({ ping: async () => ({ kind: 'yes' }) }))],
  ['no handshake goes through', 'has one', reaching(() => ({ tls: async () => ({ kind: 'yes' }) }))],
  [
    'the way to loopback',
    'sends it out',
    () => ({ routeTo: async () => known({ kind: 'unicast', device: 'eth0' }) }),
  ],
  [
    'files of names are texts',
    'tells bytes',
    os => ({ naming: async () => ({ ...(await os.naming()), hosts: known(new Uint8Array() as never) }) }),
  ],
]
