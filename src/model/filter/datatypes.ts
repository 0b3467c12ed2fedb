/**
 * The datatypes of nftables (nft(8), "DATA TYPES"): how wide each is, what kind of scalar it uses, how it is ordered.
 *
 * Numbers are the kernel's own: `ct state new` is 8, `icmp type echo-request` 8, `inet_proto tcp` 6. Words for them are
 * in `symbols.ts`.
 */

export interface Datatype {
  readonly name: string
  /** Bits; 0 for names of any length. */
  readonly width: number
  readonly scalar: 'number' | 'bigint' | 'string'
  /** A set of flags: lists of words are one number. */
  readonly flags?: true
}
