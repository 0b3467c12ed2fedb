/** The match on time: hours of the day, days of the week, dates; all in UTC (the kernel's xt_time.c). */
import type { Pattern } from '../../../model/filter/pattern.ts'
import type { Statement } from '../../../model/filter/statement.ts'
import { is, match, meta, value } from '../conditions.ts'
import type { GivenOptions } from '../extension.ts'

const DAYS = {
  Sun: 0,
  Mon: 1,
  Tue: 2,
  Wed: 3,
  Thu: 4,
  Fri: 5,
  Sat: 6,
  '7': 0,
  '1': 1,
  '2': 2,
  '3': 3,
  '4': 4,
  '5': 5,
  '6': 6,
}
const LAST_SECOND = 86_399
/** Where the kernel's 32-bit seconds end; iptables writes it where no end was given. */
const NO_END = 2 ** 31 - 1

function clockSeconds(given: GivenOptions, option: string, otherwise: number): number {
  const text = given.text(option)
  if (text === undefined) return otherwise
  const parts = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text)
  const [hour, minute, second] = [Number(parts?.[1]), Number(parts?.[2]), Number(parts?.[3] ?? 0)]
  if (parts === null || hour > 23 || minute > 59 || second > 59)
    throw given.refuse(option, 'a time of day, as 08:30:00')
  return hour * 3600 + minute * 60 + second
}

function dateSeconds(given: GivenOptions, option: string, otherwise: number): number {
  const text = given.text(option)
  if (text === undefined) return otherwise
  const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2}))?)?)?)?)?$/.exec(text)
  if (parts === null) throw given.refuse(option, 'a date, as 2026-01-31T08:00:00')
  const [year, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map(part => (part === undefined ? undefined : Number(part)))
  return Date.UTC(year!, month - 1, day, hour, minute, second) / 1000
}

export function time(
  given: GivenOptions,
  weekdays: (days: readonly number[]) => Pattern,
): readonly Statement[] | undefined {
  if (given.has('--kerneltz') || given.has('--monthdays') || given.has('--contiguous')) return undefined
  const statements: Statement[] = []
  const start = clockSeconds(given, '--timestart', 0)
  const stop = clockSeconds(given, '--timestop', LAST_SECOND)
  if (start > stop) {
    // Over midnight: all but what lies between.
    if (stop + 1 <= start - 1)
      statements.push(is(meta('hour'), { kind: 'range', low: stop + 1, high: start - 1 }, true))
  } else if (start !== 0 || stop !== LAST_SECOND) {
    statements.push(is(meta('hour'), { kind: 'range', low: start, high: stop }))
  }
  if (given.has('--weekdays')) {
    const days = given.symbols('--weekdays', DAYS, 'days, as Mon,Tue')
    statements.push(is(meta('day'), weekdays(days), given.negated('--weekdays')))
  }
  const first = dateSeconds(given, '--datestart', 0)
  const last = dateSeconds(given, '--datestop', NO_END)
  if (first > 0) statements.push(match(meta('time'), '>=', value(nanoseconds(first))))
  if (last < NO_END) statements.push(match(meta('time'), '<', value(nanoseconds(last + 1))))
  return statements
}

const nanoseconds = (seconds: number): bigint => BigInt(seconds) * 1_000_000_000n
