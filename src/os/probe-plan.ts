/**
 * Asking many ports at once whether they answer. The plan is whole before it begins; the host keeps its rates and limits, and tells
 * results in batches, in the order in which they are settled.
 */
import type { Address } from '../model/address.ts'
import type { Cancellable } from './os.ts'

export interface ProbePlan {
  /** `connect`: by the host's own sockets. Others may come: a host says `unsupported` for what it doesn't know. */
  readonly method: 'connect'
  readonly protocol: 'tcp'
  readonly targets: readonly Address[]
  readonly ports: readonly number[]
  /** Decides the order in which pairs of target and port are asked. */
  readonly seed: number
  /** How long one try may take, milliseconds. */
  readonly timeoutMs: number
  /** How often a silent port is asked in all, from 1; up to ten times where others of its target show that tries are lost, unless it is 1. */
  readonly tries: number
  /** Tries that begin in a second, in all and to one target. */
  readonly perSecond: number
  readonly perSecondAndTarget: number
  /** Tries that run at the same time, at most; a host may take fewer, never skip. */
  readonly atOnce: number
  readonly source?: Address
  readonly device?: string
}

/**
 * | state | means |
 * |---|---|
 * | open | somebody takes connections |
 * | closed | the target itself says that nobody does |
 * | filtered | nothing came back, or somebody on the way said no |
 * | unknown | it could not be asked: a limit of our own host, or nobody tells |
 */
export const PROBE_STATES = ['open', 'closed', 'filtered', 'unknown'] as const
export type ProbeState = (typeof PROBE_STATES)[number]

export interface ProbeResult {
  readonly address: Address
  readonly port: number
  readonly state: ProbeState
  /** How it is known: `syn-ack`, `reset`, `icmp-3/13`, `no-answer`, `local-EMFILE`. */
  readonly reason: string
  /** From the deciding try to its answer, milliseconds; absent without one. */
  readonly ms?: number
  readonly tries: number
}

export type Probe = (plan: ProbePlan, options?: Cancellable) => AsyncIterable<readonly ProbeResult[]>

/** A host that can ask nobody. */
export const noProbe: Probe = async function* (plan, { signal } = {}) {
  signal?.throwIfAborted()
  for (const address of plan.targets)
    yield plan.ports.map(port => ({ address, port, state: 'unknown', reason: 'unsupported', tries: 0 }))
}
