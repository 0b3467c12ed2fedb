/**
 * What a NAT that many share has to write down, so that later it can be said who had an external port (RFC 6888 section 4,
 * events as RFC 8158 names them). Peers are never in it (RFC 6888 REQ-12): a log of them would be one of what people read.
 */
export type NatLogRecord = { readonly time: number } & (
  | {
      readonly event: 'mapping-created' | 'mapping-deleted'
      readonly protocol: number
      readonly inside: { readonly address: number; readonly port: number }
      readonly external: { readonly address: number; readonly port: number }
    }
  /** One record instead of one for each mapping in the block. */
  | {
      readonly event: 'block-assigned' | 'block-released'
      readonly inside: number
      readonly external: { readonly address: number; readonly low: number; readonly high: number }
    }
  /** A host has all that it may have; the pool has no more for it. */
  | {
      readonly event: 'quota-exceeded' | 'ports-exhausted'
      readonly protocol: number
      readonly inside: number
    }
)
