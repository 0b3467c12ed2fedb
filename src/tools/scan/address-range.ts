/** Addresses one after the other: of a prefix, or from one to another. */
import {
  type Address,
  addressBytes,
  addressFromBytes,
  compareAddresses,
  familyOf,
} from '../../model/address.ts'
import { type Prefix, prefixAddress, prefixLength } from '../../model/prefix.ts'

/** How many addresses are in it; a power of two. */
export const sizeOf = (prefix: Prefix): number =>
  2 ** ((familyOf(prefixAddress(prefix)) === 'ipv4' ? 32 : 128) - prefixLength(prefix))

/** How many there are from one to the other, both included; 0 where they run backwards or are of two families. */
export function countBetween(first: Address, last: Address): number {
  if (familyOf(first) !== familyOf(last) || compareAddresses(first, last) > 0) return 0
  return Number(numberOf(last) - numberOf(first)) + 1
}

/** So many from this one on. Zones don't go with it. */
export function* addressesFrom(first: Address, count: number): Generator<Address> {
  const bytes = addressBytes(first)
  const family = familyOf(first)
  for (let i = 0; i < count; i++) {
    yield addressFromBytes(bytes, 0, family)
    // A byte of 255 becomes 0, and the one before it is counted up.
    let at = bytes.length - 1
    while (at > 0 && bytes[at] === 255) bytes[at--] = 0
    bytes[at]!++
  }
}

const numberOf = (address: Address): bigint =>
  addressBytes(address).reduce((value, byte) => value * 256n + BigInt(byte), 0n)
