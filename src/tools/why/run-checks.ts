/** Runs checks one after the other, hands their claims to the suspects, and notes each step with its time. */
import type { Address } from '../../model/address.ts'
import { isFault } from '../../model/fault.ts'
import type { OS } from '../../os/os.ts'
import type { CheckResult, Phase } from './check.ts'
import type { Step } from './diagnosis.ts'
import type { Suspects } from './suspects.ts'

/** Any check, and what it is run on. */
interface Runnable<I> {
  readonly name: string
  readonly phase: Phase
  readonly asks: string
  readonly concludes: readonly string[]
  applies?(inquiry: I): boolean
  run(inquiry: I): Promise<CheckResult>
}

interface Run {
  readonly os: OS
  readonly suspects: Suspects
  readonly signal: AbortSignal
}

export interface Telling {
  readonly onAsk?: (asks: string, address?: Address) => void
  readonly onStep?: (step: Step) => void
}

/** False where a check said that nothing further can be asked. */
export async function runChecks<I extends Run>(
  checks: readonly Runnable<I>[],
  inquiry: I,
  place: string,
  steps: Step[],
  { onAsk, onStep }: Telling,
  address?: Address,
): Promise<boolean> {
  const { os, suspects, signal } = inquiry
  for (const check of checks) {
    signal.throwIfAborted()
    if (check.applies?.(inquiry) === false) continue
    onAsk?.(check.asks, address)
    const began = os.clock.monotonic()
    const { result, says, claims = [], stop } = await asked(check, inquiry)
    for (const claim of claims) {
      if (!check.concludes.includes(claim.code))
        throw new TypeError(`the check ${check.name} may not conclude ${claim.code}`)
      suspects.claim(check.name, claim, place)
    }
    const step: Step = {
      check: check.name,
      phase: check.phase,
      result,
      says,
      ms: os.clock.monotonic() - began,
      ...(address === undefined ? {} : { address }),
    }
    steps.push(step)
    onStep?.(step)
    if (stop) return false
  }
  return true
}

/** A host that couldn't be asked leaves the check without an answer, and the others go on. */
async function asked<I extends Run>(check: Runnable<I>, inquiry: I): Promise<CheckResult> {
  try {
    return await check.run(inquiry)
  } catch (error) {
    if (!isFault(error)) throw error
    return { result: 'unknown', says: error.message }
  }
}
