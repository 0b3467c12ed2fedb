/**
 * The Internet checksum (RFC 1071): over bytes, over a pseudo-header, and changed without looking at the rest (RFC 1624).
 */

/** The sum of 16-bit words, a last odd byte padded with zero, not folded yet. `start` is what was summed before. */
export function wordSum(bytes: Uint8Array, from: number, to: number, start = 0): number {
  let sum = start
  let at = from
  for (; at + 1 < to; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!
  return at < to ? sum + (bytes[at]! << 8) : sum
}

/** The checksum as it stands in a header, 16 bits: the complement of the folded sum. */
export const checksumOf = (sum: number): number => ~folded(sum) & 0xffff

/** One's complement addition: what is carried out comes in again. */
function folded(sum: number): number {
  let rest = sum
  while (rest > 0xffff) rest = Math.floor(rest / 0x10000) + (rest % 0x10000)
  return rest
}

/**
 * What comes before the transport header in its checksum: addresses, length, protocol (RFC 9293 section 3.1, RFC 8200
 * section 8.1). The addresses stand one after the other in `bytes`, `size` bytes each.
 */
export const pseudoHeaderSum = (
  bytes: Uint8Array,
  addresses: number,
  size: 4 | 16,
  protocol: number,
  length: number,
): number => wordSum(bytes, addresses, addresses + 2 * size, protocol + length)

/**
 * The checksum after some of the bytes that it covers have changed, by RFC 1624's equation 3, `~(~HC + ~m + m')`. Both have the
 * same even length and stand at even places.
 */
export function adjustedChecksum(checksum: number, before: Uint8Array, after: Uint8Array): number {
  let sum = ~checksum & 0xffff
  for (let at = 0; at < before.length; at += 2)
    sum += (~((before[at]! << 8) | before[at + 1]!) & 0xffff) + ((after[at]! << 8) | after[at + 1]!)
  return checksumOf(sum)
}
