/** What a client of the lab is asked to find out, and what it tells of it. */
import type { Verdict } from '../fault.ts'

export interface Asked {
  readonly target: string
  readonly protocol?: 'tcp' | 'udp'
  readonly source?: string
  readonly views: readonly AskedView[]
}

export interface AskedView {
  readonly role: 'target' | 'between'
  readonly label: string
  /** Of the unix socket that its agent listens on. */
  readonly path: string
}

export interface ToldCause {
  readonly code: string
  readonly certainty: 'proven' | 'likely' | 'possible'
  readonly host: string
  readonly stage?: string
  readonly rule?: string
}

export interface Told {
  readonly verdict: Verdict
  readonly says: string
  readonly causes: readonly ToldCause[]
  /** Milliseconds until the first verdict, and in all. */
  readonly firstMs: number
  readonly ms: number
  readonly steps: readonly { readonly check: string; readonly says: string; readonly ms: number }[]
}

export type Answer = { readonly told: Told } | { readonly error: string }
