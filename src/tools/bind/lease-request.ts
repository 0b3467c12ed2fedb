/** What is asked for as a lease, and what comes of it. */
import type { Claim, ClaimHolder } from '../../model/claim.ts'
import type { Finding } from '../../model/finding.ts'
import type { PortSet } from '../../model/port-set.ts'

export interface LeaseScope {
  /** Path or name of the project; the same name in another project is another lease. */
  readonly project?: string
  readonly branch?: string
}

export interface LeaseRequest extends LeaseScope {
  /** Without a name, every request is for another lease. */
  readonly name?: string
  /** This port and no other. */
  readonly port?: number | undefined
  /** So many ports in a row, 1 without it; at most 1000. */
  readonly count?: number
  /** Among these; the default pool without it. */
  readonly range?: PortSet | undefined
  /** Milliseconds after which it ends. */
  readonly ttl?: number | undefined
  /** Whose end ends it: this process, the caller of this program, a pid, or nobody's (needs `ttl`). This process without it. */
  readonly holder?: 'self' | 'caller' | number | null
  /** The ports are claimed as they are; whoever gives one out looks first whether it can be bound. */
  readonly reserve?: boolean
  /** From 0 to less than 1: chance. */
  readonly random?: () => number
}

export interface Lease extends LeaseScope {
  /** Null: it was asked for without one. */
  readonly name: string | null
  readonly ports: readonly number[]
  readonly holder: ClaimHolder | null
  /** Milliseconds since 1970; null: only its holder's end ends it. */
  readonly expiresAt: number | null
  /** Milliseconds since 1970. */
  readonly madeAt: number
  /** User id that it belongs to. */
  readonly uid: number
  /** The claim that it stands on. */
  readonly claim: Claim
}

export type LeaseOutcome =
  /** `again`: the holder had it already. */
  { readonly lease: Lease; readonly again: boolean } | { readonly refused: Finding }

export const MOST_PORTS = 1000
