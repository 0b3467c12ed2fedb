/**
 * Values as the kernel holds them: ranges, prefixes and sets that are the same bytes are the same here.
 */
import type { Pattern, Scalar } from '../../../../src/model/filter/pattern.ts'

/** JSON with members in the order of their names. */
export const write = (value: unknown): string =>
  JSON.stringify(ordered(value), (_, each) => (typeof each === 'bigint' ? `${each}n` : each))

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, ordered(each)]),
  )
}

export const sorted = (elements: readonly unknown[]): unknown[] =>
  elements
    .map(each => [write(each), each] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, each]) => each)

/** A range that is one prefix is listed as a prefix, one of a single value as the value. */
export function heldPattern(pattern: Pattern): unknown {
  switch (pattern.kind) {
    case 'range':
      return pattern.low === pattern.high ? pattern.low : [pattern.low, pattern.high]
    case 'value':
      return pattern.value
    case 'prefix':
      return heldPrefix(pattern)
    case 'tuple':
      return { tuple: pattern.parts.map(heldPattern) }
    case 'set':
      return heldAnonymous(pattern.elements.map(heldPattern))
    default:
      return pattern
  }
}

function heldPrefix({ address, length }: Extract<Pattern, { kind: 'prefix' }>): unknown {
  const width = typeof address === 'bigint' ? 128n : 32n
  if (BigInt(length) === width) return address
  const high = BigInt(address) | ((1n << (width - BigInt(length))) - 1n)
  return [address, typeof address === 'bigint' ? high : Number(high)]
}

/** A set of one is the one; what stands twice stands once. */
function heldAnonymous(keys: readonly unknown[]): unknown {
  const known = new Map(keys.map(key => [write(key), key]))
  if (known.size === 1) return keys[0]
  const merged = merge([...known.values()].map(key => ({ key })))
  return merged.length === 1 ? merged[0] : { set: merged }
}

/** Intervals that touch or overlap become one, in sets between braces and where auto-merge is on. */
export function merge(elements: readonly Record<string, unknown>[]): unknown[] {
  const bounds = (key: unknown): [bigint, bigint] | undefined => {
    if (typeof key === 'number' || typeof key === 'bigint') return [BigInt(key), BigInt(key)]
    return Array.isArray(key) ? [BigInt(key[0]), BigInt(key[1])] : undefined
  }
  const plain = elements.every(
    ({ key, ...rest }) => bounds(key) !== undefined && Object.keys(rest).length === 0,
  )
  if (!plain || !elements.some(({ key }) => Array.isArray(key))) return sorted(elements)
  const made: [bigint, bigint][] = []
  for (const [low, high] of elements.map(({ key }) => bounds(key)!).sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    const last = made.at(-1)
    if (last !== undefined && low <= last[1] + 1n) last[1] = high > last[1] ? high : last[1]
    else made.push([low, high])
  }
  const small = made.every(([, high]) => high < 2n ** 48n)
  const back = (each: bigint): Scalar => (small ? Number(each) : each)
  return made.map(([low, high]) => (low === high ? back(low) : [back(low), back(high)]))
}
