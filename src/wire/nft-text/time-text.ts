/**
 * Times and amounts as nft writes them: `1h30m`, `10s500ms`, `10 mbytes`.
 */
import type { Token } from './token.ts'
import type { TokenStream } from './token-stream.ts'

const UNITS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 }

/** Seconds, milliseconds as their fraction. Undefined where the text is no time. */
export function parseTimeText(text: string): number | undefined {
  if (!/^(?:\d+(?:d|h|ms|m|s))+$/.test(text)) return undefined
  let milliseconds = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|d|h|m|s)/g))
    milliseconds += Math.round(Number(count) * UNITS[unit!]! * 1000)
  return milliseconds / 1000
}

/** `30s`, `1h30m`, or a bare number of seconds. */
export function readTime(stream: TokenStream, what: string): number {
  const { token } = stream
  if (token.kind === 'number') return stream.number(what)
  const seconds = token.kind === 'time' || token.kind === 'string' ? parseTimeText(token.text) : undefined
  if (seconds === undefined)
    throw stream.refuse(`${what} was expected`, 'Write a time such as 30s, 5m or 1h30m.')
  stream.next()
  return seconds
}

/** How many bytes a unit has: `bytes`, `kbytes`, `mbytes`. */
export function byteUnit(text: string): number | undefined {
  const found = /^([km]?)bytes$/.exec(text)
  return found === null ? undefined : { '': 1, k: 1024, m: 1024 ** 2 }[found[1]!]
}

/** `512 kbytes`; the answer in bytes. */
export function readBytes(stream: TokenStream, what: string): number {
  const count = stream.number(what)
  const unit: Token = stream.token
  const size = byteUnit(unit.text)
  if (size === undefined)
    throw stream.refuse('a unit of bytes was expected', 'Write bytes, kbytes or mbytes.')
  stream.next()
  return count * size
}

/** Seconds of `second`, `minute`, `hour`, `day`, `week`. */
export const RATE_PERIODS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
}
