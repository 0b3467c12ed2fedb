/** What checks after the connection make of a machine that is described: echoes by size, handshakes, connections sent again. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { TcpProgress } from '../../os/attempt.ts'
import { type AttemptDescription, openMemory, type TrialsDescription } from '../../os/memory/memory.ts'
import { why } from './why.ts'

const progress = (more: Partial<TcpProgress> = {}): TcpProgress => ({
  state: 'established',
  retransmits: 0,
  unacked: 0,
  pathMtu: 1500,
  sendMss: 1448,
  bytesAcked: 100,
  bytesReceived: 0,
  ...more,
})
const seen = { icmp: [], frames: [], tcp: progress() }
/** Nothing before it is asked. */
const answering = (says: string): AttemptDescription => ({
  ends: 'yes',
  seen,
  receives: [{ kind: 'nothing' }, says],
})
const silent: AttemptDescription = { ends: 'yes', seen }
const PONG = answering('+PONG\r\n')
const PAGE = answering('HTTP/1.1 200 OK\r\n\r\n')
const HERE = '192.0.2.7'
const YES = { kind: 'yes', ms: 1, hops: 64 } as const
const small = { [HERE]: YES }
const without = { [`${HERE} size 1500`]: { kind: 'timed-out' } as const }

interface Row {
  readonly name: string
  readonly target: string
  readonly trials: TrialsDescription
  /** First step of that check: how it ended, and words that it says. */
  readonly step: readonly [check: string, says: RegExp]
  readonly causes: readonly string[]
}
const at = (port: number, attempt: AttemptDescription, more?: Record<string, AttemptDescription>) => ({
  attempts: { [`tcp ${HERE}:${port}`]: attempt, ...more },
})
const ROWS: readonly Row[] = [
  {
    name: 'large echoes come back',
    target: `redis://${HERE}`,
    trials: { ...at(6379, PONG), pings: { ...small, [`${HERE} size 1500`]: YES } },
    step: ['large-packets', /packets of 1500 bytes get through/],
    causes: [],
  },
  {
    name: 'a router says how large packets may be',
    target: `redis://${HERE}`,
    trials: {
      ...at(6379, PONG),
      pings: {
        ...small,
        [`${HERE} size 1500`]: {
          kind: 'broken',
          code: 'EMSGSIZE',
          icmp: { type: 3, code: 4, from: '192.0.2.1' as never, errno: 'EMSGSIZE', mtu: 1400, atMs: 1 },
        },
      },
    },
    step: ['large-packets', /192\.0\.2\.1 says that packets may have 1400 bytes/],
    causes: [],
  },
  {
    name: 'large echoes vanish, and nothing large can be asked',
    target: `redis://${HERE}`,
    trials: {
      ...at(6379, PONG),
      pings: { ...small, ...without, [`${HERE} size 1492`]: { kind: 'timed-out' } },
    },
    step: ['large-packets', /those of 1480 come back/],
    causes: ['mtu-black-hole likely'],
  },
  {
    name: 'large echoes vanish, and large pages are asked for all the same',
    target: `http://${HERE}`,
    trials: { ...at(80, PAGE), pings: { ...small, ...without } },
    step: ['large-packets', /only large echoes are dropped/],
    causes: [],
  },
  {
    name: 'nobody answers echoes, and large pages are asked for',
    target: `http://${HERE}`,
    trials: at(80, PAGE),
    step: ['large-packets', /by TCP \d+ bytes at once get through/],
    causes: [],
  },
  {
    name: 'nobody answers echoes, and nothing large can be asked',
    target: `redis://${HERE}`,
    trials: at(6379, PONG),
    step: ['large-packets', /sizes can’t be compared/],
    causes: [],
  },
  {
    name: 'silence but for small segments',
    target: `http://${HERE}`,
    trials: at(80, silent, { [`tcp ${HERE}:80 segment 500`]: PAGE }),
    step: ['answers-again', /of 6 more connections 0 were answered, and all 3 with segments of 500 bytes/],
    causes: ['mtu-black-hole proven'],
  },
  {
    name: 'silence whatever the size',
    target: `http://${HERE}`,
    trials: at(80, silent),
    step: ['answers-again', /of 6 more connections 0 were answered/],
    causes: ['silent likely', 'process-stopped possible'],
  },
  {
    name: 'connections that take a second try each time',
    target: `http://${HERE}`,
    trials: at(80, { ...PAGE, ms: 1_020 }),
    step: ['steadiness', /the quickest took 1020 ms/],
    causes: ['slow proven'],
  },
  {
    name: 'a handshake that this machine can’t have',
    target: `https://${HERE}`,
    trials: { ...at(443, silent), handshakes: { [`${HERE}:443`]: { kind: 'broken', code: 'ENOSYS' } } },
    step: ['tls', /can’t try a handshake/],
    causes: [],
  },
]

for (const { name, target, trials, step, causes } of ROWS)
  test(name, async () => {
    const os = openMemory({ addresses: ['eth0 192.0.2.10/24'], filter: {}, ...trials })
    const diagnosis = await why(os, target)
    const [check, says] = step
    const told = diagnosis.steps.find(one => one.check === check)
    const text = JSON.stringify(diagnosis.steps, null, 1)
    assert.ok(told !== undefined, text)
    assert.match(told.says, says, text)
    assert.deepEqual(
      diagnosis.causes.map(one => `${one.code} ${one.certainty}`),
      causes,
      text,
    )
  })
