/** Rows one beside the other, and none of them for ever. */
import { setTimeout } from 'node:timers/promises'

/** Silence is waited for, which costs nothing: more rows than processors. */
export const AT_ONCE = 8

/** Does something with each of a list, so many at a time. */
export async function inTurns<T>(
  list: readonly T[],
  atOnce: number,
  step: (one: T) => Promise<void>,
): Promise<void> {
  const queue = list.values()
  const worker = async (): Promise<void> => {
    for (const one of queue) await step(one)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** Gives up on what takes longer than so many milliseconds. */
export async function inTime<T>(patience: number, doing: Promise<T>): Promise<T> {
  const clock = new AbortController()
  const late = setTimeout(patience, null, { signal: clock.signal }).then(() => {
    throw new Error(`not over after ${patience / 1000} s`)
  })
  late.catch(() => {})
  return Promise.race([doing, late]).finally(() => clock.abort())
}
