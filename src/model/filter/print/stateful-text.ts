/**
 * What counts or limits, as nft lists it: in rules, in elements, with a name of its own.
 */
import type { Limit, Statement } from '../statement.ts'
import { spanText } from '../symbols/time-words.ts'

export function statefulText(statement: Statement): string {
  switch (statement.kind) {
    case 'counter':
      return statement.packets === undefined ? 'counter' : `counter ${countsText(statement)}`
    case 'limit':
      return `limit ${limitText(statement)}`
    case 'quota':
      return `quota ${quotaText(statement)}`
    case 'ct-count':
      return `ct count ${statement.over ? 'over ' : ''}${statement.count}`
    case 'last':
      return statement.used === undefined ? 'last' : `last used ${spanText(statement.used * 1000)}`
    case 'unsupported':
      return statement.text
    default:
      return statement.kind
  }
}

export const countsText = (counter: { packets?: number; bytes?: number }): string =>
  `packets ${counter.packets ?? 0} bytes ${counter.bytes ?? 0}`

const PERIODS: Readonly<Record<number, string>> = {
  1: 'second',
  60: 'minute',
  3600: 'hour',
  86400: 'day',
  604800: 'week',
}

/** The burst that nft takes where none is given isn't listed: 5 packets, no bytes. */
export function limitText({ rate, per, burst, unit, over }: Limit): string {
  const text = `rate ${over ? 'over ' : ''}`
  const period = PERIODS[per] ?? 'second'
  if (unit === 'packets') return `${text}${rate}/${period}${burst === 5 ? '' : ` burst ${burst} packets`}`
  return `${text}${sizeText(rate)}/${period}${burst === 0 ? '' : ` burst ${sizeText(burst)}`}`
}

export const quotaText = (quota: { bytes: number; used: number; over: boolean }): string =>
  `${quota.over ? 'over ' : ''}${sizeText(quota.bytes)}${quota.used === 0 ? '' : ` used ${sizeText(quota.used)}`}`

/** In the largest unit that leaves no rest. */
function sizeText(bytes: number): string {
  if (bytes > 0 && bytes % 1024 ** 2 === 0) return `${bytes / 1024 ** 2} mbytes`
  return bytes > 0 && bytes % 1024 === 0 ? `${bytes / 1024} kbytes` : `${bytes} bytes`
}
