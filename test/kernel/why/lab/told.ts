/** What a client of the lab is asked to find out, and what it tells of it. */
import type { Command, Diagnosis } from '../../../../src/tools/why/why.ts'
import type { Verdict } from '../fault.ts'

export interface Asked {
  readonly target: string
  readonly protocol?: 'tcp' | 'udp'
  readonly source?: string
  /** The reverse question: why can't others reach that port of the host that is asked? */
  readonly reverse?: true
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
  readonly remedy: string
  readonly commands?: readonly Command[]
}

export interface Told {
  readonly verdict: Verdict
  readonly says: string
  readonly causes: readonly ToldCause[]
  /** What the causes stand on, a sentence each. */
  readonly evidence: readonly string[]
  /** Milliseconds until the first verdict, and in all. */
  readonly firstMs: number
  readonly ms: number
  readonly steps: readonly { readonly check: string; readonly says: string; readonly ms: number }[]
}

export type Answer = { readonly told: Told } | { readonly error: string }

export function toldOf({ verdict, says, causes, firstMs, ms, steps }: Diagnosis): Told {
  return {
    verdict,
    says,
    causes: causes.map(({ code, certainty, where, remedy, commands }) => ({
      code,
      certainty,
      ...where,
      remedy,
      ...(commands === undefined ? {} : { commands }),
    })),
    evidence: causes.flatMap(({ evidence }) => evidence.map(({ says }) => says)),
    firstMs: Math.round(firstMs),
    ms: Math.round(ms),
    steps: steps.map(step => ({ check: step.check, says: step.says, ms: Math.round(step.ms) })),
  }
}
