/** The inquiry about one address: what its checks share, and how they are run. */
import type { Address } from '../../model/address.ts'
import type { Attempt } from '../../os/attempt.ts'
import type { AddressCheck } from './check.ts'
import type { Step } from './diagnosis.ts'
import type { Inquiry, NameInquiry } from './inquiry.ts'
import { runChecks, type Telling } from './run-checks.ts'
import { Suspects } from './suspects.ts'

export interface AddressInquiry extends Inquiry {
  readonly steps: Step[]
  /** Closes every attempt that was made. */
  close(): Promise<void>
}

export function inquireAbout(about: NameInquiry, address: Address): AddressInquiry {
  const opened: Attempt[] = []
  const { os, target, options, signal } = about
  const to = { address, port: target.port }
  return {
    ...about,
    suspects: new Suspects(),
    address,
    to,
    facts: {},
    steps: [],
    async attempt(request = {}, timeoutMs = options.timeoutMs) {
      const attempt = await os.reach.attempt(
        {
          protocol: target.protocol,
          to,
          ...(options.source === undefined ? {} : { source: options.source }),
          ...(options.device === undefined ? {} : { device: options.device }),
          ...request,
        },
        { timeoutMs: Math.max(1, Math.min(timeoutMs, about.left())), signal },
      )
      opened.push(attempt)
      return attempt
    },
    async close() {
      await Promise.all(opened.map(attempt => attempt.close()))
    },
  }
}

/** What can be foreseen, the attempt, and nothing more. False where the attempt would have made no sense. */
export async function tryAddress(
  inquiry: AddressInquiry,
  checks: readonly AddressCheck[],
  telling: Telling,
): Promise<boolean> {
  const { address, steps } = inquiry
  const of = (phase: AddressCheck['phase']): AddressCheck[] => checks.filter(check => check.phase === phase)
  if (!(await runChecks(of('before'), inquiry, address, steps, telling, address))) return false
  await Promise.all(
    checks.flatMap(check =>
      check.prepare === undefined || check.applies?.(inquiry) === false ? [] : [check.prepare(inquiry)],
    ),
  )
  return runChecks(of('attempt'), inquiry, address, steps, telling, address)
}

/** What the attempt comes to. */
export async function explainAddress(
  inquiry: AddressInquiry,
  checks: readonly AddressCheck[],
  telling: Telling,
): Promise<void> {
  const { address, steps } = inquiry
  const after = checks.filter(({ phase }) => phase === 'after')
  await runChecks(after, inquiry, address, steps, telling, address)
}
