/** The values that a pattern stands for, as a region; undefined for a concatenation and for a set by name. */
import type { Pattern, Scalar } from '../pattern.ts'
import { lastOf } from './bits.ts'
import { between, pointRegion, type Region, unionOf } from './region.ts'

const AFTER_ALL_NAMES = '\uffff'

/** `width` of the datatype, in bits, tells what a prefix leaves open. */
export function regionOf(pattern: Pattern, width: number): Region | undefined {
  switch (pattern.kind) {
    case 'value':
      return pointRegion(pattern.value)
    case 'range':
      return between(pattern.low, pattern.high)
    case 'prefix':
      return between(
        pattern.address,
        lastOf(pattern.address, pattern.length, widthOf(pattern.address, width)),
      )
    case 'beginning':
      return [{ low: pattern.text, after: `${pattern.text}${AFTER_ALL_NAMES}` }]
    case 'set': {
      const regions = pattern.elements.map(one => regionOf(one, width))
      return regions.some(one => one === undefined) ? undefined : unionOf(regions as Region[])
    }
    case 'tuple':
    case 'reference':
      return undefined
  }
}

/** Addresses show their width where the datatype doesn't tell. */
const widthOf = (address: Scalar, width: number): number =>
  width > 0 ? width : typeof address === 'bigint' ? 128 : 32

/** Whether a known value is among the pattern's: the same as its region, without making one. */
export function patternHolds(pattern: Pattern, value: Scalar, width: number): boolean {
  switch (pattern.kind) {
    case 'value':
      return pattern.value === value
    case 'range':
      return pattern.low <= value && value <= pattern.high
    case 'prefix':
      return (
        pattern.address <= value &&
        value <= lastOf(pattern.address, pattern.length, widthOf(pattern.address, width))
      )
    case 'beginning':
      return typeof value === 'string' && value.startsWith(pattern.text)
    case 'set':
      return pattern.elements.some(one => patternHolds(one, value, width))
    case 'tuple':
    case 'reference':
      return false
  }
}
