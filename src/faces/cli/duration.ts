/** Lengths of time as people type them after a flag: `500ms`, `30s`, `5m`, `1h`, or bare seconds. */
import { fault } from '../../model/fault.ts'

const UNITS: Readonly<Record<string, number>> = Object.freeze({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 })

/** Milliseconds, more than 0. Throws `E_DURATION_SYNTAX`. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?$/.exec(text)
  const ms = match === null ? 0 : Number(match[1]) * UNITS[match[2] ?? 's']!
  if (ms <= 0) throw fault('E_DURATION_SYNTAX', { text })
  return ms
}

/** The same in seconds. */
export const parseSeconds = (text: string): number => parseDuration(text) / 1000
