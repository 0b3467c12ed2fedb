/**
 * Times as nft writes them (nftables' src/meta.c and datatype.c): the clock on the wall, and lengths of time.
 */

/** `22:15` or `22:15:30`: seconds since midnight; plain digits are seconds. */
export function hourNumber(text: string): number | undefined {
  const parts = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text)
  if (parts === null) return undefined
  const [hour, minute, second] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)]
  return hour < 24 && minute < 60 && second < 60 ? hour * 3600 + minute * 60 + second : undefined
}

export function hourText(seconds: number): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`
  return seconds % 60 === 0 ? clock : `${clock}:${two(seconds % 60)}`
}

/** `2024-01-02 03:04:05`, the hour left out or whole: nanoseconds, as if the clock were UTC's. */
export function dateNumber(text: string): bigint | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text)
  if (parts === null) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1).map(each => Number(each ?? 0))
  const milliseconds = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!)
  const back = new Date(milliseconds)
  if (back.getUTCMonth() !== month! - 1 || back.getUTCDate() !== day || back.getUTCHours() !== hour)
    return undefined
  return BigInt(milliseconds) * 1_000_000n
}

export const dateText = (nanoseconds: bigint): string =>
  new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19).replace('T', ' ')

const UNITS: readonly [string, number][] = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]

/** `1w2d3h4m5s600ms` in milliseconds; plain digits are seconds. */
export function spanNumber(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const parts = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text)
  if (text === '' || parts === null) return undefined
  return UNITS.reduce((sum, [, size], place) => sum + Number(parts[place + 1] ?? 0) * size, 0)
}

/** Milliseconds as `1d2h`, from days down, as nft writes them. */
export function spanText(milliseconds: number): string {
  let rest = milliseconds
  let text = ''
  for (const [unit, size] of UNITS.slice(1)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) text += `${count}${unit}`
  }
  return text === '' ? '0s' : text
}
