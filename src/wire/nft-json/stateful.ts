/**
 * What counts or limits, in a rule, in a set's element, or with a name of its own (libnftables-json(5), "COUNTER", "QUOTA",
 * "LIMIT", "CT COUNT").
 */

import type { Limit, Statement } from '../../model/filter/statement.ts'
import { wordIn } from '../word-in.ts'
import { isObject, type Json, type JsonObject } from './json-text.ts'

/** The statement of that kind, or undefined if it isn't one of these or only the name of one. */
export function statefulOf(kind: string, json: Json): Statement | undefined {
  const of = isObject(json) ? json : json === null ? {} : undefined
  if (of === undefined) return undefined
  switch (kind) {
    case 'counter':
      return counterOf(of)
    case 'limit':
      return limitOf(of)
    case 'quota':
      return quotaOf(of)
    case 'ct count':
      return typeof of.val === 'number'
        ? { kind: 'ct-count', count: of.val, over: of.inv === true }
        : undefined
    case 'last':
      return typeof of.used === 'number' ? { kind: 'last', used: of.used / 1000 } : { kind: 'last' }
    default:
      return undefined
  }
}

/** Counts above 2^53 are rounded: nobody compares them. */
function counterOf(of: JsonObject): Statement | undefined {
  if ('map' in of) return undefined
  const { packets, bytes } = of
  return packets === undefined || bytes === undefined
    ? { kind: 'counter' }
    : { kind: 'counter', packets: Number(packets), bytes: Number(bytes) }
}

const UNITS: Readonly<Record<string, number>> = { bytes: 1, kbytes: 1024, mbytes: 1024 ** 2 }
/** Seconds. */
export const PERIODS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
}

/** A rate without a unit counts packets, and bursts are 5 of those where nothing else is said. */
function limitOf(of: JsonObject): Limit | undefined {
  const { rate, per = 'second', burst, rate_unit: rateUnit, burst_unit: burstUnit = 'bytes' } = of
  const period = wordIn(PERIODS, String(per))
  if (typeof rate !== 'number' || period === undefined) return undefined
  const bytes = rateUnit !== undefined && rateUnit !== 'packets'
  const [size, burstSize] = bytes
    ? [wordIn(UNITS, String(rateUnit)), wordIn(UNITS, String(burstUnit))]
    : [1, 1]
  if (size === undefined || burstSize === undefined) return undefined
  return {
    kind: 'limit',
    rate: rate * size,
    per: period,
    burst: typeof burst === 'number' ? burst * burstSize : bytes ? 0 : 5,
    unit: bytes ? 'bytes' : 'packets',
    over: of.inv === true,
  }
}

/** In rules `val` with its unit, as an object of its own `bytes`. */
function quotaOf(of: JsonObject): Statement | undefined {
  const unit = wordIn(UNITS, String(of.val_unit ?? 'bytes'))
  const usedUnit = wordIn(UNITS, String(of.used_unit ?? 'bytes'))
  const bytes = of.bytes ?? of.val
  if (typeof bytes !== 'number' || unit === undefined || usedUnit === undefined) return undefined
  const used = typeof of.used === 'number' ? of.used * usedUnit : 0
  return { kind: 'quota', bytes: bytes * unit, used, over: of.inv === true }
}
