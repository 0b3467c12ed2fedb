/** How a watch ends, and what it may cost. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MemoryOS, openMemory } from '../../os/memory/memory.ts'
import type { OS } from '../../os/os.ts'
import { overhear } from './overheard.cases.ts'
import { watch } from './watch.ts'
import { flow, listen, watching } from './watching.cases.ts'

const machine = (): MemoryOS => openMemory({ processes: [{ pid: 812 }], sockets: [listen(80)] })
const soon = (): Promise<'late'> => new Promise(resolve => setImmediate(() => resolve('late')))

test('a signal during the pause ends it at once, without the clock', async t => {
  const host = machine()
  const watched = await watching(t, host)
  watched.stop(new Error('enough'))
  assert.equal(await Promise.race([watched.ended, soon()]), undefined)
  assert.deepEqual([host.clock.sleepers, host.clock.monotonic()], [0, 0])
  assert.deepEqual(watched.told(), ['watching 1'])
})

test('a signal before the start: nothing is told', async t => {
  const watched = await watching(t, machine(), { signal: AbortSignal.abort() })
  await watched.ended
  assert.deepEqual(watched.told(), [])
})

/** How many tables are read before the signal comes, in the midst of the next. */
for (const readings of [0, 1, 2]) {
  test(`a signal during reading ${readings + 1} ends it without an error`, async t => {
    const host = machine()
    const stop = new AbortController()
    const { os } = overhear(host, {
      sockets(before) {
        if (before === readings) stop.abort(new Error('enough'))
      },
    })
    const watched = await watching(t, host, { signal: stop.signal }, os)
    if (readings > 0) {
      host.machine.open(listen(81))
      await watched.turn()
    }
    await watched.ended
    assert.ok(!watched.told().some(text => text.startsWith('looked')))
  })
}

const FAILING: readonly (readonly [what: string, broken: (host: MemoryOS) => Partial<OS>])[] = [
  ['the table, at the second reading,', host => ({ sockets: onceOnly(host.sockets) })],
  [
    'what tells of endings',
    () => ({
      // biome-ignore lint/correctness/useYield: it fails before
      async *endings() {
        throw new Error('broken')
      },
    }),
  ],
]

function onceOnly(ask: OS['sockets']): OS['sockets'] {
  let asked = 0
  return (query, options) => {
    if (asked++ > 0) throw new Error('broken')
    return ask(query, options)
  }
}

for (const [what, broken] of FAILING) {
  test(`${what} fails: so does the watch`, async () => {
    const host = machine()
    const os: OS = { ...host, ...broken(host) }
    const watched = (async () => {
      for await (const _ of watch(os, {
        interval: 1000,
        services: () => null,
        signal: new AbortController().signal,
      }));
    })()
    await host.clock.whenSomebodySleeps()
    const failed = assert.rejects(watched, { message: 'broken' })
    await host.clock.advance(1000)
    await failed
  })
}

test('whoever stops listening leaves nothing behind', async () => {
  const host = machine()
  let stopped: AbortSignal | undefined
  const os: OS = {
    ...host,
    endings(options) {
      stopped = options.signal
      return host.endings(options)
    },
  }
  const { signal } = new AbortController()
  for await (const event of watch(os, { interval: 1000, services: () => null, signal })) {
    assert.equal(event.type, 'watching')
    break
  }
  assert.deepEqual([stopped?.aborted, signal.aborted, host.clock.sleepers], [true, false, 0])
})

test('where looking at all owners takes long, it is done the less often', async t => {
  const host = machine()
  let slow = true
  const { os, about } = overhear(host, {
    owners: async before => {
      if (before > 0 && slow) await host.clock.sleep(100)
    },
  })
  const watched = await watching(t, host, {}, os)
  await host.clock.advance(2000)
  await host.clock.advance(100)
  assert.equal(about('owners').length, 2)
  slow = false
  const owners: number[] = []
  // 100 ms are half a percent of 20 seconds.
  for (let second = 1; second <= 21; second++) {
    await watched.turn()
    owners.push(about('owners').length)
  }
  assert.deepEqual(owners, [...Array<number>(19).fill(2), 3, 3])
})

test('until nobody is left: each look counts', async t => {
  const host = machine()
  const watched = await watching(t, host)
  const counts: number[] = []
  const look = async (happens: () => unknown): Promise<void> => {
    happens()
    await watched.turn()
    const last = watched.events.at(-1)!
    counts.push(last.type === 'looked' ? last.count : Number.NaN)
  }
  await look(() => host.machine.open(flow(5)))
  await look(() => host.machine.open(flow(6)))
  await look(() => host.machine.exit(812))
  assert.deepEqual(counts, [2, 3, 0])
})
