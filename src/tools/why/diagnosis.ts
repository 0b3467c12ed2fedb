/** The answer of `why`: what became of the target, by which causes, and each step that was taken. */
import type { Address } from '../../model/address.ts'
import type { Evidence } from '../../model/finding.ts'
import type { Command } from './advice/command.ts'
import type { CauseCode, Leg } from './causes/causes.ts'
import type { Phase } from './check.ts'
import type { Facts } from './facts.ts'
import type { Move, Suspect, Suspicion, Where } from './suspects.ts'
import type { Target } from './target.ts'

/** `degraded`: it can be reached, and something is wrong even so. `unknown`: it could not be told. */
export const VERDICTS = ['reachable', 'unreachable', 'degraded', 'unknown'] as const
export type Verdict = (typeof VERDICTS)[number]

export interface DiagnosedCause {
  readonly code: CauseCode
  readonly where: Where
  readonly leg: Leg
  readonly certainty: Exclude<Suspicion, 'excluded'>
  readonly title: string
  readonly evidence: readonly Evidence[]
  readonly disprovedBy: string
  readonly remedy: string
  /** The same for programs, where commands do it: in their order. */
  readonly commands?: readonly Command[]
  /** Of which address, where the target has several. */
  readonly address?: Address
  /** How it came to this, check by check. */
  readonly moves: readonly Move[]
}

export interface Step {
  readonly check: string
  readonly phase: Phase
  readonly result: 'fine' | 'found' | 'unknown'
  readonly says: string
  readonly ms: number
  readonly address?: Address
}

export interface AddressDiagnosis {
  readonly address: Address
  readonly verdict: Exclude<Verdict, 'degraded'>
  readonly facts: Facts
  /** All suspects, excluded ones as well. */
  readonly suspects: readonly Suspect[]
}

export interface Diagnosis {
  readonly target: Target
  readonly verdict: Verdict
  /** The verdict in one sentence. */
  readonly says: string
  /** What blocks first, first; the more certain before the less. */
  readonly causes: readonly DiagnosedCause[]
  readonly steps: readonly Step[]
  readonly addresses: readonly AddressDiagnosis[]
  /** What would tell the causes that are left apart. */
  readonly next?: string
  /** It was asked why others can't reach a port of this host. */
  readonly reverse?: true
  /** Until the first verdict, and in all, milliseconds. */
  readonly firstMs: number
  readonly ms: number
}
