/**
 * Carries out a plan: each step in order, every process checked again by the host right before its signal, and after
 * all of them a look at who holds the port now.
 */

import { commandLine } from '../../model/command-line.ts'
import { stopCommand } from '../../model/service.ts'
import type { ServiceOutcome, StopOutcome, StopSignal } from '../../os/acts.ts'
import type { OS } from '../../os/os.ts'
import { type Successor, successorsOf } from './aftermath.ts'
import { nobodyHolds, type Step, type StopPlan } from './plan.ts'

export interface StopOptions {
  readonly signal?: AbortSignal
  /** What is sent first: SIGTERM. */
  readonly send?: Exclude<StopSignal, 'SIGKILL'>
  /** How long each process has to end by itself, milliseconds: 5000. */
  readonly timeoutMs?: number
  /** Whether one that doesn't end is killed: true, false, or asked for each. */
  readonly kill?: boolean | ((step: Extract<Step, { kind: 'signal' }>) => Promise<boolean>)
  /** How long to look whether somebody takes the port over, milliseconds: 300. */
  readonly settleMs?: number
  readonly path?: string
}

export interface StepResult {
  readonly step: Step
  readonly outcome: StopOutcome | ServiceOutcome
  /** It took SIGKILL. */
  readonly killed: boolean
}

/**
 * | verdict | the port |
 * |---|---|
 * | freed | nobody holds it any more |
 * | nobody | nobody held it |
 * | held | somebody who held it before still does |
 * | taken-over | somebody else holds it now |
 */
export type StopVerdict = 'freed' | 'nobody' | 'held' | 'taken-over'

export interface StopResult {
  readonly plan: StopPlan
  readonly steps: readonly StepResult[]
  readonly verdict: StopVerdict
  /** Who holds it now. */
  readonly successors: readonly Successor[]
}

const TIMEOUT_MS = 5000
const KILL_WAIT_MS = 5000
const SETTLE_MS = 300
const LOOK_MS = 50

export async function carryOut(os: OS, plan: StopPlan, options: StopOptions = {}): Promise<StopResult> {
  const steps: StepResult[] = []
  for (const step of plan.steps) {
    options.signal?.throwIfAborted()
    steps.push(
      step.kind === 'signal' ? await endProcess(os, step, options) : await endService(os, step, options),
    )
  }
  const successors = await settle(os, plan, steps, options)
  return { plan, steps, successors, verdict: verdictOf(plan, steps, successors) }
}

function verdictOf(
  plan: StopPlan,
  steps: readonly StepResult[],
  successors: readonly Successor[],
): StopVerdict {
  if (successors.length === 0) return steps.length === 0 && nobodyHolds(plan) ? 'nobody' : 'freed'
  return successors.some(({ fresh }) => !fresh) ? 'held' : 'taken-over'
}

async function endProcess(
  os: OS,
  step: Extract<Step, { kind: 'signal' }>,
  options: StopOptions,
): Promise<StepResult> {
  const { signal, send = 'SIGTERM', timeoutMs = TIMEOUT_MS, kill = false } = options
  const { process, inodes } = step.holder
  const cancel = signal === undefined ? {} : { signal }
  const request = { pid: process.pid, startedAt: process.startedAt, inodes }
  const outcome = await os.acts.stopProcess({ ...request, signal: send, waitMs: timeoutMs }, cancel)
  if (outcome.kind !== 'running') return { step, outcome, killed: false }
  if (!(typeof kill === 'function' ? await kill(step) : kill)) return { step, outcome, killed: false }
  const last = await os.acts.stopProcess({ ...request, signal: 'SIGKILL', waitMs: KILL_WAIT_MS }, cancel)
  return { step, outcome: last, killed: last.kind === 'ended' }
}

async function endService(
  os: OS,
  step: Extract<Step, { kind: 'service' }>,
  { signal, path }: StopOptions,
): Promise<StepResult> {
  const outcome = await os.acts.stopService(step.service, {
    ...(signal === undefined ? {} : { signal }),
    ...(path === undefined ? {} : { path }),
  })
  return { step, outcome, killed: false }
}

/**
 * Looks until the time is over or somebody new has the port: what a supervisor starts again needs a moment. Where
 * nothing was ended nobody has to be waited for.
 */
async function settle(
  os: OS,
  plan: StopPlan,
  steps: readonly StepResult[],
  { signal, settleMs = SETTLE_MS, timeoutMs = TIMEOUT_MS }: StopOptions,
): Promise<readonly Successor[]> {
  const acted = steps.some(({ outcome }) => outcome.kind === 'ended' || outcome.kind === 'stopped')
  const stopped = steps.some(({ outcome }) => outcome.kind === 'stopped')
  const before = {
    holders: plan.holders,
    hidden: plan.findings.some(({ code }) => code === 'owner-hidden'),
  }
  const started = os.clock.monotonic()
  for (;;) {
    const found = await successorsOf(os, plan.asked, before, signal)
    const old = found.some(({ fresh }) => !fresh)
    // A command that stops a service may return before its processes have ended.
    const patience = Math.max(acted ? settleMs : 0, stopped && old ? timeoutMs : 0)
    const left = patience - (os.clock.monotonic() - started)
    if (left <= 0 || found.some(({ fresh }) => fresh)) return found
    await os.clock.sleep(Math.min(left, LOOK_MS), signal)
  }
}

/** What a step does, as a line to read: `SIGTERM to server.js (pid 812)`, `systemctl stop -- shop.service`. */
export const stepText = (step: Step, send: StopSignal = 'SIGTERM'): string =>
  step.kind === 'signal'
    ? `${send} to ${step.holder.process.name} (pid ${step.holder.process.pid})`
    : commandLine(stopCommand(step.service))
