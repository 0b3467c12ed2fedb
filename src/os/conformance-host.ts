/** Promises about the host itself: what it may do, its clock, and how it stops. */
import { RIGHTS } from './can.ts'
import type { Case } from './conformance.ts'
import { check, rejectsAborted, same, sameSet, soon } from './conformance-check.ts'
import { readColumns } from './conformance-rows.ts'
import type { OS } from './os.ts'

async function drain(os: OS, signal: AbortSignal): Promise<void> {
  for await (const _ of os.endings({ signal }));
}

export const HOST_CASES: readonly Case[] = [
  {
    name: 'it says of every right whether it has it, and how, or why not',
    needs: [],
    async run({ os }) {
      const can = await os.can()
      sameSet(Object.keys(can), RIGHTS, 'rights')
      for (const right of RIGHTS) {
        const allowed = can[right]
        const words = allowed.yes ? [allowed.how] : [allowed.why, allowed.remedy]
        check(
          words.every(text => text.trim() !== ''),
          `${right}: nothing is said`,
        )
      }
    },
  },
  {
    name: 'it has a platform and a name',
    needs: [],
    async run({ os }) {
      check(os.platform !== '', 'no platform')
      check(os.hostname !== '', 'no name')
      check(Number.isInteger(os.netns) && os.netns >= 0, `namespace ${os.netns}`)
    },
  },
  {
    name: 'its clock doesn’t go back',
    needs: [],
    async run({ os: { clock } }) {
      const before = clock.monotonic()
      check(Number.isFinite(clock.now()) && clock.now() > 0, `now is ${clock.now()}`)
      check(clock.monotonic() >= before, 'monotonic() went back')
      await soon(clock.sleep(0), 'a sleep of no length')
      check(clock.monotonic() >= before, 'monotonic() went back in a sleep')
    },
  },
  {
    name: 'an aborted signal rejects, and nothing is asked',
    needs: [],
    async run({ os }) {
      const signal = AbortSignal.abort()
      await rejectsAborted(os.owners({}, { signal }), 'owners')
      await rejectsAborted(os.clock.sleep(3_600_000, signal), 'sleep')
    },
  },
  {
    name: 'an aborted signal rejects the reading of the table',
    needs: ['sockets'],
    run: ({ os }) => rejectsAborted(readColumns(os, {}, { signal: AbortSignal.abort() }), 'sockets'),
  },
  {
    name: 'a sleep ends with its signal',
    needs: [],
    async run({ os }) {
      const stop = new AbortController()
      const sleep = os.clock.sleep(3_600_000, stop.signal)
      stop.abort()
      await rejectsAborted(sleep, 'sleep')
    },
  },
  {
    name: 'endings end with their signal',
    needs: [],
    async run({ os }) {
      await soon(drain(os, AbortSignal.abort()), 'endings, aborted before')
      const stop = new AbortController()
      const endings = drain(os, stop.signal)
      stop.abort()
      await soon(endings, 'endings')
    },
  },
  {
    name: 'where endings can’t be told, that is said at once',
    needs: [],
    async run({ os }) {
      if ((await os.can()).endings.yes) return
      const notes: string[] = []
      const { signal } = new AbortController()
      const all = async (): Promise<void> => {
        for await (const columns of os.endings({ signal }))
          notes.push(...columns.notes.map(({ says }) => says))
      }
      await soon(all(), 'endings')
      same(notes.length, 1, 'notes')
    },
  },
  {
    name: 'closing it twice does no harm',
    needs: [],
    async run({ os }) {
      await os.close()
      await os.close()
    },
  },
]
