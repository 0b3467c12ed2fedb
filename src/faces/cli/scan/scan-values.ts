/** Numbers and networks as people type them after the flags of `ports scan`. */
import { fault } from '../../../model/fault.ts'
import type { Prefix } from '../../../model/prefix.ts'
import { parseSourcePrefix } from '../firewall/source-prefix.ts'

/** More than 0, at most 1,000,000. Throws `E_VALUE_SYNTAX`. */
export const parseRate = (text: string): number =>
  numberOf(
    text,
    1_000_000,
    /^\d{1,7}(?:\.\d{1,3})?$/,
    'a rate',
    'tries a second, more than 0 and at most 1000000, such as 200',
  )

/** 1 to 65,535. Throws `E_VALUE_SYNTAX`. */
export const parseTop = (text: string): number =>
  numberOf(text, 65_535, /^\d{1,5}$/, 'a number of ports', 'a whole number from 1 to 65535')

/** 1 to 10. Throws `E_VALUE_SYNTAX`. */
export const parseTries = (text: string): number =>
  numberOf(text, 10, /^\d{1,2}$/, 'a number of tries', 'a whole number from 1 to 10')

/** 1 to 10,000. Throws `E_VALUE_SYNTAX`. */
export const parseAtOnce = (text: string): number =>
  numberOf(text, 10_000, /^\d{1,5}$/, 'a number of sockets', 'a whole number from 1 to 10000')

/** 0 to 2^32 - 1. Throws `E_VALUE_SYNTAX`. */
export function parseSeed(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (seed < 2 ** 32) return seed
  throw fault('E_VALUE_SYNTAX', { text, wanted: 'a seed', example: 'a whole number from 0 to 4294967295' })
}

/** Prefixes and addresses with commas between. Throws `E_PREFIX_SYNTAX`. */
export const parsePrefixes = (text: string): readonly Prefix[] => text.split(',').map(parseSourcePrefix)

function numberOf(text: string, most: number, form: RegExp, wanted: string, example: string): number {
  const value = form.test(text) ? Number(text) : 0
  if (value > 0 && value <= most) return value
  throw fault('E_VALUE_SYNTAX', { text, wanted, example })
}
