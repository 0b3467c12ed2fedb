/**
 * What a rule looks at: a field of the packet, a fact about it, or a value made of them (nft(8), "PRIMARY EXPRESSIONS"
 * and "PAYLOAD EXPRESSIONS").
 */

import type { Scalar } from './pattern.ts'
import type { MapSource } from './statement.ts'

export type Direction = 'original' | 'reply'

export type Expression =
  /** A header field: `tcp dport`, `ip6 saddr`, `ether type`, `th dport`. Implies its protocol. */
  | { readonly kind: 'payload'; readonly protocol: string; readonly field: string }
  /** `@th,16,16`: `offset` and `length` in bits from a layer's beginning. Implies nothing. */
  | {
      readonly kind: 'raw'
      readonly base: 'll' | 'nh' | 'th' | 'ih'
      readonly offset: number
      readonly length: number
    }
  /** `meta mark`; also the short `iifname`. */
  | { readonly kind: 'meta'; readonly key: string }
  /** `ct state`, `ct original ip saddr` (key `saddr`, with the family). */
  | {
      readonly kind: 'ct'
      readonly key: string
      readonly direction?: Direction
      readonly family?: 'ip' | 'ip6'
      /** Its value where there is no connection: of iptables, which goes on where nftables ends the rule. */
      readonly otherwise?: number
    }
  /** `fib daddr . iif type`: flags `['daddr', 'iif']`. */
  | {
      readonly kind: 'fib'
      readonly flags: readonly string[]
      readonly result: 'type' | 'oif' | 'oifname' | 'check'
    }
  /** `rt nexthop`, `rt mtu`. */
  | { readonly kind: 'rt'; readonly key: string; readonly family?: 'ip' | 'ip6' }
  | { readonly kind: 'socket'; readonly key: string; readonly level?: number }
  /** An IPv6 extension header or IPv4 option or SCTP chunk; without a field: whether it is there (1 or 0). */
  | {
      readonly kind: 'header'
      readonly of: 'ipv6' | 'ipv4-option' | 'tcp-option' | 'sctp-chunk' | 'dccp-option'
      readonly name: string
      readonly field?: string
    }
  | {
      readonly kind: 'ipsec'
      readonly direction: 'in' | 'out'
      readonly spnum: number
      readonly key: string
      readonly family?: 'ip' | 'ip6'
    }
  | { readonly kind: 'osf'; readonly key: 'name' | 'version'; readonly ttl: string }
  | {
      readonly kind: 'numgen'
      readonly mode: 'inc' | 'random'
      readonly modulus: number
      readonly offset: number
    }
  | {
      readonly kind: 'hash'
      readonly algorithm: 'jhash' | 'symhash'
      readonly of?: Expression
      readonly modulus: number
      readonly seed?: number
      readonly offset: number
    }
  | { readonly kind: 'tuple'; readonly parts: readonly Expression[] }
  /** Bits: `meta mark & 0xff`. */
  | {
      readonly kind: 'bits'
      readonly op: '&' | '|' | '^' | '<<' | '>>'
      readonly left: Expression
      readonly right: Expression
    }
  /** `tcp dport map { 80 : 10.0.0.1 }` */
  | { readonly kind: 'map'; readonly key: Expression; readonly map: MapSource }
  | { readonly kind: 'literal'; readonly value: Scalar }
  /** Something read and not understood, as written. */
  | { readonly kind: 'unsupported'; readonly text: string }
