/** The few checks that the cases of the suite are made of. They throw errors that say what was wrong. */
import { isFault } from '../model/fault.ts'

export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what)
}

export function same(got: unknown, want: unknown, what: string): void {
  check(Object.is(got, want), `${what}: ${text(got)}, not ${text(want)}`)
}

/** Both hold the same values, in whatever order. */
export function sameSet<T>(got: Iterable<T>, want: Iterable<T>, what: string): void {
  const [left, right] = [new Set(got), new Set(want)]
  const [extra, missing] = [without(left, right), without(right, left)]
  check(extra.length === 0, `${what}: ${listed(extra)} should not be there`)
  check(missing.length === 0, `${what}: ${listed(missing)} should be there`)
}

const without = <T>(all: ReadonlySet<T>, some: ReadonlySet<T>): readonly T[] =>
  [...all].filter(one => !some.has(one))

/** The first value that is in the list again, or undefined. */
export function firstTwice<T>(values: readonly T[]): T | undefined {
  const seen = new Set<T>()
  return values.find(value => seen.size === seen.add(value).size)
}

/** The promise is rejected with a fault of that code. */
export async function rejectsWith(promise: Promise<unknown>, code: string, what: string): Promise<void> {
  const error = await rejection(promise)
  check(isFault(error), `${what}: no fault ${code}, but ${text(error)}`)
  same(error.code, code, what)
}

/** The promise is rejected as an aborted signal rejects, and soon. */
export async function rejectsAborted(promise: Promise<unknown>, what: string): Promise<void> {
  const error = await rejection(soon(promise, what))
  check(error instanceof Error, `${what}: not rejected`)
  same(error.name, 'AbortError', what)
}

/** What a promise is rejected with; undefined when it is fulfilled. */
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

/** A real delay, for hosts whose own clock stands still: generous, as it is only waited for when something is wrong. */
const DEADLINE_MS = 5000

/** The promise, or an error when it takes longer than anybody would call prompt. */
export function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: nothing after ${DEADLINE_MS} ms`)), DEADLINE_MS)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

const listed = (values: readonly unknown[]): string =>
  `${values.slice(0, 3).map(text).join(', ')}${values.length > 3 ? ` and ${values.length - 3} more` : ''}`

const text = (value: unknown): string =>
  typeof value === 'bigint' ? `${value}n` : value instanceof Error ? String(value) : JSON.stringify(value)
