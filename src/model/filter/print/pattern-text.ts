/**
 * Values as nft lists them: one, a range, a prefix, a concatenation, a set between braces.
 */
import { type Datatype, datatypeNamed, ofWidth } from '../datatypes.ts'
import type { Pattern, Scalar } from '../pattern.ts'
import { ipv6Text } from '../symbols/address-words.ts'
import { formatScalar } from '../symbols.ts'

/** One datatype for each part of a concatenation. */
export function patternText(pattern: Pattern, datatypes: readonly Datatype[]): string {
  const datatype = shown(pattern, datatypes[0]!)
  switch (pattern.kind) {
    case 'value':
      return scalarText(datatype, pattern.value)
    case 'range':
      return `${formatScalar(datatype, pattern.low, true)}-${formatScalar(datatype, pattern.high, true)}`
    case 'prefix':
      return `${formatScalar(datatype, pattern.address, true)}/${pattern.length}`
    case 'beginning':
      return `"${pattern.text}*"`
    case 'tuple':
      return pattern.parts
        .map((part, place) => patternText(part, [datatypes[place] ?? datatypeNamed('invalid')]))
        .join(' . ')
    case 'set':
      return `{ ${pattern.elements.map(each => patternText(each, datatypes)).join(', ')} }`
    case 'reference':
      return `@${pattern.set}`
  }
}

/** A single value; flags are joined as bits. */
export function scalarText(datatype: Datatype, scalar: Scalar): string {
  if (typeof scalar === 'string' && datatype.name === 'ifname') return `"${scalar.replace(/\*$/, '\\*')}"`
  const text = formatScalar(addressIfUnknown(datatype, scalar), scalar)
  return datatype.flags === true && datatype.name !== 'ct_label' ? text.replaceAll(',', ' | ') : text
}

/** Where a datatype can't be known, in NAT by a map, numbers are IPv4 addresses and wide ones IPv6 addresses. */
function addressIfUnknown(datatype: Datatype, scalar: Scalar): Datatype {
  if (datatype.name !== 'invalid' || typeof scalar === 'string') return datatype
  return datatypeNamed(typeof scalar === 'bigint' ? 'ipv6_addr' : 'ipv4_addr')
}

function shown(pattern: Pattern, datatype: Datatype): Datatype {
  if (pattern.kind === 'range') return addressIfUnknown(datatype, pattern.low)
  return pattern.kind === 'prefix' ? addressIfUnknown(datatype, pattern.address) : datatype
}

/** An address before a port: in brackets if it is IPv6. */
export function addressBeforePort(pattern: Pattern): string | undefined {
  const bracketed = (scalar: Scalar): string => `[${ipv6Text(BigInt(scalar))}]`
  if (pattern.kind === 'value' && typeof pattern.value === 'bigint') return bracketed(pattern.value)
  if (pattern.kind === 'range' && typeof pattern.low === 'bigint')
    return `${bracketed(pattern.low)}-${bracketed(pattern.high)}`
  return undefined
}

/** Whole numbers that nft shows in decimal: widths of shifts, places. */
export const PLAIN = ofWidth('integer', 32)
