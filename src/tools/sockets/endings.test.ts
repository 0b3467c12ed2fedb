import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnixName, type Socket, type TcpNumbers } from '../../model/socket.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { type MemoryOS, openMemory, type SocketDescription } from '../../os/memory/memory.ts'
import type { OS } from '../../os/os.ts'
import { Endings } from './endings.ts'
import { tableOf } from './filter/rows.cases.ts'

const OWN = 4_026_531_840
const keyOf = (cookie: number): string => `${OWN} ${cookie}`
const flow = (port: number, tcp?: TcpNumbers): SocketDescription => ({
  established: `tcp 10.0.0.7:${port} > 10.0.0.9:443`,
  cookie: BigInt(port),
  ...(tcp === undefined ? {} : { tcp }),
})
const portOf = ({ local }: Socket): number => (isUnixName(local) ? -1 : local.port)
const heard = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

interface Listening {
  readonly endings: Endings
  /** Opens a socket and closes it. */
  end(...flows: readonly SocketDescription[]): Promise<void>
  /** Ports of what nobody has seen, where these are in the table. */
  unseen(...inTable: readonly number[]): number[]
}

async function listening(
  t: { after(done: () => void): void },
  os: MemoryOS = openMemory(),
): Promise<Listening> {
  const stop = new AbortController()
  t.after(() => stop.abort())
  const endings = new Endings(os, stop.signal)
  await heard()
  return {
    endings,
    async end(...flows) {
      for (const one of flows) os.machine.close(os.machine.open(one))
      await heard()
    },
    unseen: (...inTable) => endings.unseen(new Set(inTable.map(keyOf))).map(portOf),
  }
}

test('what nobody has seen is told once, in the order in which it ended', async t => {
  const { end, unseen } = await listening(t)
  assert.deepEqual(unseen(), [])
  await end(flow(2), flow(1))
  await end(flow(3))
  assert.deepEqual(unseen(), [2, 1, 3])
  assert.deepEqual(unseen(), [])
})

test('what was seen is told with its last numbers, and not as unseen', async t => {
  const { endings, end, unseen } = await listening(t)
  await end(flow(1, { bytesAcked: 5 }), flow(2))
  assert.deepEqual(endings.close(keyOf(1)), { bytesAcked: 5 })
  assert.deepEqual(endings.close(keyOf(2)), undefined)
  assert.deepEqual(unseen(), [])
  assert.equal(endings.close(keyOf(1)), undefined, 'told once')
})

test('what is in the table still keeps its numbers until it leaves', async t => {
  const { endings, end, unseen } = await listening(t)
  await end(flow(1, { bytesAcked: 5 }))
  for (let looks = 0; looks < 3; looks++) assert.deepEqual(unseen(1), [])
  assert.deepEqual(endings.close(keyOf(1)), { bytesAcked: 5 })
  assert.deepEqual(unseen(), [])
})

test('what was in one reading only, and never known, is unseen in the end', async t => {
  const { end, unseen } = await listening(t)
  await end(flow(1))
  assert.deepEqual(unseen(1), [])
  assert.deepEqual(unseen(), [1])
  assert.deepEqual(unseen(), [])
})

test('an end that is told late is not told twice', async t => {
  const { endings, end, unseen } = await listening(t)
  assert.equal(endings.close(keyOf(1)), undefined)
  assert.deepEqual(unseen(), [])
  await end(flow(1), flow(2))
  assert.deepEqual(unseen(), [2])
})

test('ten thousand are kept of each kind', async t => {
  const many = Array.from({ length: 10_002 }, (_, i) => i + 1)
  const { endings, end, unseen } = await listening(t)
  await end(...many.map(port => flow(port, { bytesAcked: port })))
  assert.deepEqual(unseen(), many.slice(0, 10_000))
  for (const port of many) endings.close(keyOf(port))
  await end(flow(1), flow(2), flow(3), flow(10_002))
  assert.deepEqual(unseen(), [1, 2], 'the oldest are forgotten first')
})

test('what lingers does not keep others from being told', async t => {
  const many = Array.from({ length: 10_000 }, (_, i) => i + 1)
  const { endings, end, unseen } = await listening(t)
  await end(...many.map(port => flow(port, { bytesAcked: port })))
  assert.deepEqual(unseen(...many), [])
  await end(flow(10_001, { bytesAcked: 1 }), flow(10_002))
  assert.deepEqual(unseen(...many, 10_001), [10_002])
  assert.equal(endings.close(keyOf(10_001)), undefined, 'one too many to be kept')
  assert.deepEqual(endings.close(keyOf(10_000)), { bytesAcked: 10_000 })
})

/** Ends of which the host tells, and then does that. */
const telling = (columns: SocketColumns, then: () => Promise<void>): OS => ({
  ...openMemory(),
  async *endings() {
    yield columns
    await then()
  },
})

test('a host that fails is told at the next look', async () => {
  const os = telling(new SocketColumns(), () => Promise.reject(new Error('ENOBUFS')))
  const endings = new Endings(os, new AbortController().signal)
  await heard()
  assert.throws(() => endings.unseen(new Set()), { message: 'ENOBUFS' })
})

test('a host that fails because it was stopped is not told', async () => {
  const os = telling(new SocketColumns(), () => Promise.reject(new Error('stopped')))
  const endings = new Endings(os, AbortSignal.abort())
  await heard()
  assert.deepEqual(endings.unseen(new Set()), [])
})

test('a host that tells nothing and ends is no failure', async () => {
  const endings = new Endings(
    telling(tableOf([]), async () => {}),
    new AbortController().signal,
  )
  await heard()
  assert.deepEqual(endings.unseen(new Set()), [])
})
