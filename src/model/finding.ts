/**
 * The one shape of every verdict: what was found, how bad and how sure, the evidence, what would disprove it
 * and what to do about it.
 */

export const SEVERITIES = ['note', 'low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** `proven`: read or tried. `inferred`: follows from facts and a stated rule. `possible`: fits, not shown. */
export const CERTAINTIES = ['proven', 'inferred', 'possible'] as const
export type Certainty = (typeof CERTAINTIES)[number]

export interface Evidence {
  /** Where the fact comes from: a file, a kernel answer, a rule's handle. */
  readonly source: string
  /** The fact, in a sentence. */
  readonly says: string
}

export interface Finding {
  /** Stable, kebab case: `owner-hidden`, `accept-queue-full`. */
  readonly code: string
  readonly severity: Severity
  readonly certainty: Certainty
  /** What it is about: `tcp 0.0.0.0:3000`. */
  readonly subject: string
  /** One sentence: the verdict. */
  readonly says: string
  /** Host, namespace, file or rule it was found in, if that isn't plain. */
  readonly where?: string
  readonly evidence: readonly Evidence[]
  /** What would show that this is wrong. */
  readonly disprovedBy?: string
  /** What to do next. */
  readonly remedy?: string
}
