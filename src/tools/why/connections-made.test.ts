/** How many connections an answer costs, and that beside the first there is never more than one at a time: docs/why.md says so. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { TcpProgress } from '../../os/attempt.ts'
import { type AttemptDescription, openMemory } from '../../os/memory/memory.ts'
import type { OS } from '../../os/os.ts'
import { why } from './why.ts'

const HERE = '192.0.2.7'
const tcp: TcpProgress = {
  state: 'established',
  retransmits: 0,
  unacked: 0,
  pathMtu: 1500,
  sendMss: 1448,
  bytesAcked: 100,
  bytesReceived: 0,
}
const seen = { icmp: [], frames: [], tcp }
const answering = (says: string): AttemptDescription => ({
  ends: 'yes',
  seen,
  receives: [{ kind: 'nothing' }, says],
})
const silent: AttemptDescription = { ends: 'yes', seen }
const echoes = {
  [HERE]: { kind: 'yes', ms: 1, hops: 64 },
  [`${HERE} size 1500`]: { kind: 'yes', ms: 1 },
} as const

interface Counted {
  made: number
  open: number
  most: number
}

function counted(os: OS): { readonly os: OS; readonly count: Counted } {
  const count: Counted = { made: 0, open: 0, most: 0 }
  return {
    count,
    os: {
      ...os,
      reach: {
        ...os.reach,
        async attempt(...words) {
          count.made++
          count.open++
          count.most = Math.max(count.most, count.open)
          const attempt = await os.reach.attempt(...words)
          let isOpen = true
          return {
            ...attempt,
            async close() {
              if (isOpen) count.open--
              isOpen = false
              await attempt.close()
            },
          }
        },
      },
    },
  }
}

const ROWS: readonly (readonly [
  name: string,
  target: string,
  attempts: Readonly<Record<string, AttemptDescription>>,
  made: number,
])[] = [
  [
    'a healthy web server: the first and six more',
    `http://${HERE}`,
    { [`tcp ${HERE}:80`]: answering('HTTP/1.1 200 OK\r\n\r\n') },
    7,
  ],
  ['a port of which nobody knows what it speaks', `${HERE}:59999`, { [`tcp ${HERE}:59999`]: silent }, 1],
  [
    'no answer to the first message: six more, and one of small segments',
    `http://${HERE}`,
    { [`tcp ${HERE}:80`]: silent },
    8,
  ],
  [
    'small segments alone are answered: three of them',
    `http://${HERE}`,
    { [`tcp ${HERE}:80`]: silent, [`tcp ${HERE}:80 segment 500`]: answering('HTTP/1.1 200 OK\r\n\r\n') },
    10,
  ],
  [
    'who greets first is asked once',
    `ssh://${HERE}`,
    { [`tcp ${HERE}:22`]: { ends: 'yes', seen, receives: ['SSH-2.0-x\r\n'] } },
    1,
  ],
]

for (const [name, target, attempts, made] of ROWS)
  test(name, async () => {
    const { os, count } = counted(
      openMemory({ addresses: ['eth0 192.0.2.10/24'], filter: {}, attempts, pings: echoes }),
    )
    const { steps } = await why(os, target)
    assert.equal(count.made, made, JSON.stringify(steps, null, 1))
    assert.ok(count.most <= 2, `${count.most} were open at a time`)
    assert.equal(count.open, 0)
  })
