/** Numbers and ranges as people type them after the flags of `capacity plan`. */
import { readRange } from '../../../model/capacity/capacity.ts'
import { fault } from '../../../model/fault.ts'
import type { PortRange } from '../../../model/port.ts'

/** More than 0, at most 1e9, with at most six decimals. Throws `E_VALUE_SYNTAX`. */
export function parseRate(text: string): number {
  const rate = /^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : 0
  if (rate > 0) return rate
  throw fault('E_VALUE_SYNTAX', { text, wanted: 'a rate', example: 'a number above 0, such as 800 or 0.5' })
}

/** 1 to 9,999. Throws `E_VALUE_SYNTAX`. */
export function parseCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw fault('E_VALUE_SYNTAX', { text, wanted: 'a count', example: 'a whole number from 1 to 9999' })
}

/** Throws `E_VALUE_SYNTAX`. */
export function parseRange(text: string): PortRange {
  const range = readRange(text)
  if (range !== null) return range
  throw fault('E_VALUE_SYNTAX', {
    text,
    wanted: 'a range of ports',
    example: 'the lowest and the highest port with a hyphen between: 32768-60999',
  })
}
