/**
 * Values, and what a value is compared with: the right side of a match, the key of an element.
 */

/**
 * One value of a datatype. Up to 48 bits a number, wider ones (IPv6 addresses, 64-bit counts) a bigint, in host
 * order as one would write them: 10.0.0.1 is 0x0a000001. Interface names, helper names and the like are strings.
 * Which of the three a datatype uses never varies (`datatypes.ts`), so `===` compares.
 */
export type Scalar = number | bigint | string

export type Pattern =
  | { readonly kind: 'value'; readonly value: Scalar }
  /** Both ends belong to it. */
  | { readonly kind: 'range'; readonly low: Scalar; readonly high: Scalar }
  /** `length` bits from the left decide: an address prefix. The bits after it are zero. */
  | { readonly kind: 'prefix'; readonly address: Scalar; readonly length: number }
  /** The beginning of a name: `eth*` is `eth`. */
  | { readonly kind: 'beginning'; readonly text: string }
  /** One for each part of a concatenation. */
  | { readonly kind: 'tuple'; readonly parts: readonly Pattern[] }
  /** `{ 22, 80-90 }` */
  | { readonly kind: 'set'; readonly elements: readonly Pattern[] }
  /** `@name` of a set in the same table. */
  | { readonly kind: 'reference'; readonly set: string }
