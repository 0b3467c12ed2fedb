/** What a statement, a rule or a chain came to. */
import type { RejectAnswer } from '../decision.ts'
import type { Verdict } from '../statement.ts'

export type Outcome =
  /** Goes on with the next statement. */
  | { readonly kind: 'next' }
  /** The statement doesn't hold: the rule ends (NFT_BREAK). */
  | { readonly kind: 'break' }
  | { readonly kind: 'accept' | 'drop' }
  | { readonly kind: 'return' }
  | { readonly kind: 'reject'; readonly answer: RejectAnswer | undefined }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** A translation was found: it accepts. */
  | { readonly kind: 'translate' }
  /** Handed to another device (NF_STOLEN); null where it isn't known which. */
  | { readonly kind: 'forward'; readonly device: string | null }
  /** Waits for a program. */
  | { readonly kind: 'queue'; readonly bypass: boolean }

export const NEXT = { kind: 'next' } as const
export const BREAK = { kind: 'break' } as const
export const ACCEPT = { kind: 'accept' } as const
export const DROP = { kind: 'drop' } as const

/** What takes the packet away from the chains of this hook, or of all. */
export type Final = Exclude<
  Outcome,
  { kind: 'next' } | { kind: 'break' } | { kind: 'return' } | { kind: 'jump' | 'goto' }
>

export const isFinal = (outcome: Outcome): outcome is Final =>
  outcome.kind === 'accept' ||
  outcome.kind === 'drop' ||
  outcome.kind === 'reject' ||
  outcome.kind === 'translate' ||
  outcome.kind === 'forward' ||
  outcome.kind === 'queue'

export function ofVerdict(verdict: Verdict): Outcome {
  switch (verdict.kind) {
    case 'continue':
      return NEXT
    case 'queue':
      return { kind: 'queue', bypass: verdict.bypass }
    default:
      return verdict
  }
}
