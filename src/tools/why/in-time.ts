/**
 * Another host, asked only for as long as there is time for it. Who hasn't answered by then could not be asked: that is a fault, the
 * check that wanted to know says so, and the host isn't asked again.
 *
 * Bounds whole questions. What tries something from there (`reach`, `probe`) has a time of its own.
 */
import { fault } from '../../model/fault.ts'
import type { Clock, OS } from '../../os/os.ts'
import type { View } from './view.ts'

/** For one question, milliseconds: as long as leaves room for the attempt. A shell asked over ssh takes some rounds for each. */
const MOST_MS = 7_000
/** Even where no time is left: a host that answers at once is still asked. */
const LEAST_MS = 300

const QUESTIONS: ReadonlySet<string | symbol> = new Set<keyof OS>([
  'can',
  'owners',
  'processes',
  'namespaces',
  'namespaceOf',
  'addresses',
  'userNames',
  'controlGroups',
  'tunables',
  'counters',
  'filtered',
  'ruleset',
  'routes',
  'routeTo',
  'naming',
  'connections',
  'socketOptions',
])

/** `left`: milliseconds for all that is still to be found out. */
export function inTime<V extends Pick<View, 'label' | 'os'>>(view: V, clock: Clock, left: () => number): V {
  const { label, os } = view
  let late: Error | undefined

  async function soon<T>(ask: () => Promise<T>): Promise<T> {
    if (late !== undefined) throw late
    const ms = Math.max(LEAST_MS, Math.min(MOST_MS, left()))
    const over = new AbortController()
    const asked = ask()
    asked.catch(() => {})
    const alarm = clock.sleep(ms, over.signal).then(() => {
      late ??= fault('E_REMOTE_ANSWER', { place: label, why: `nothing came in ${(ms / 1000).toFixed(1)} s` })
      throw late
    })
    alarm.catch(() => {})
    try {
      return await Promise.race([asked, alarm])
    } finally {
      over.abort()
    }
  }

  async function* batches(...asked: Parameters<OS['sockets']>): ReturnType<OS['sockets']> & AsyncGenerator {
    const told = os.sockets(...asked)[Symbol.asyncIterator]()
    let over = false
    try {
      for (;;) {
        const { done, value } = await soon(() => told.next())
        if (done) {
          over = true
          return
        }
        yield value
      }
    } finally {
      // Who hangs is not waited for, however it is told to stop.
      if (!over) told.return?.().catch(() => {})
    }
  }

  const bounded = new Proxy(os, {
    get(host, name) {
      if (name === 'sockets') return batches
      const value: unknown = Reflect.get(host, name)
      if (typeof value !== 'function') return value
      if (!QUESTIONS.has(name)) return value.bind(host)
      return (...words: unknown[]) => soon(() => value.apply(host, words))
    },
  })
  return { ...view, os: bounded }
}
