/**
 * Quantities with units: lengths of time, sizes, percentages and counts.
 *
 * Sizes are decimal (`k`, `M`, `G`, `T`) or binary (`Ki`, `Mi`, `Gi`, `Ti`), as in SI and IEC 80000-13, with a `B` after
 * them or not. Lower-case `m` is a minute and never a size.
 */
export const QUANTITIES = ['duration', 'bytes', 'percent', 'count'] as const
export type Quantity = (typeof QUANTITIES)[number]

const TIMES: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]
const SIZES: readonly (readonly [unit: string, factor: number])[] = [
  ['Ti', 2 ** 40],
  ['T', 1e12],
  ['Gi', 2 ** 30],
  ['G', 1e9],
  ['Mi', 2 ** 20],
  ['M', 1e6],
  ['Ki', 2 ** 10],
  ['k', 1e3],
]

const NUMBER = String.raw`(\d{1,13}(?:\.\d{1,3})?)`
const FORM: Readonly<Record<Quantity, RegExp>> = {
  duration: new RegExp(`^${NUMBER}(ms|s|m|h|d)$`),
  bytes: new RegExp(`^${NUMBER}([kKMGT]i?)?B?$`),
  percent: new RegExp(`^${NUMBER}%$`),
  count: new RegExp(`^${NUMBER}([kKMGT]i?)?$`),
}

/** What each quantity looks like, as the end of "expected …". */
export const QUANTITY_LOOKS: Readonly<Record<Quantity, string>> = {
  duration: 'a length of time, as in 50ms, 10s, 5m, 1h or 2d',
  bytes: 'a number of bytes, as in 0, 1500, 64Ki or 1M',
  percent: 'a percentage, as in 80%',
  count: 'a number, as in 0 or 100',
}

/**
 * In milliseconds, bytes, percent, or as it is, to a thousandth; undefined when the text is no such quantity or
 * beyond measure.
 */
export function readQuantity(kind: Quantity, text: string): number | undefined {
  if (text === '0') return 0
  const found = FORM[kind].exec(text)
  if (found === null) return undefined
  const unit = found[2] === 'K' ? 'k' : found[2] === 'ki' ? 'Ki' : found[2]
  const factor = [...TIMES, ...SIZES].find(([name]) => name === unit)?.[1] ?? 1
  const value = Number((Number(found[1]) * factor).toFixed(3))
  const whole = kind === 'bytes' || kind === 'count'
  return value > MOST || (whole && !Number.isInteger(value)) ? undefined : value
}

const MOST = 1e12

/** Reads back as the same number. */
export function writeQuantity(kind: Quantity, value: number): string {
  if (value === 0) return '0'
  if (kind === 'percent') return `${value}%`
  const [unit, factor] = (kind === 'duration' ? TIMES : SIZES).find(([, f]) => value % f === 0) ?? ['', 1]
  return kind === 'duration' && unit === '' ? `${value}ms` : `${value / factor}${unit}`
}
