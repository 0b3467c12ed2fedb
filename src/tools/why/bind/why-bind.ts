/**
 * The reverse question: why can't others reach a port of this host? By the socket table, the listener's state and the rules of this
 * host alone; nothing is sent. What lies between this host and the others is not known here: `why` asks from their side.
 */
import type { OS } from '../../../os/os.ts'
import type { Diagnosis, Step, Verdict } from '../diagnosis.ts'
import { rank } from '../rank.ts'
import { runChecks, type Telling } from '../run-checks.ts'
import { Suspects } from '../suspects.ts'
import { parseTarget, type Target } from '../target.ts'
import { readView, THIS_HOST } from '../view.ts'
import type { BindCheck, BindFacts, BindInquiry } from './bind-inquiry.ts'
import { bound } from './bound.ts'
import { letIn } from './let-in.ts'
import { serves } from './serves.ts'
import { ways } from './ways.ts'

export const BIND_CHECKS: readonly BindCheck[] = [bound, ways, serves, letIn]

export interface WhyBindOptions extends Telling {
  /** By default TCP, or what the text says. */
  readonly protocol?: 'tcp' | 'udp'
  readonly signal?: AbortSignal
}

/**
 * `what`: a port of this host, `8080` or `udp/53`. Throws `E_WHY_TARGET`.
 *
 * | verdict | means |
 * |---|---|
 * | reachable | by all that this host knows, others get in from everywhere |
 * | degraded | from some places, or for some addresses, they don't |
 * | unreachable | from nowhere beyond this host |
 * | unknown | the rules can't be read, or depend on what is not known |
 */
export async function whyBind(
  os: OS,
  what: string | Target,
  { protocol, signal = new AbortController().signal, ...telling }: WhyBindOptions = {},
): Promise<Diagnosis> {
  const target = typeof what === 'string' ? parseTarget(what, protocol) : what
  const began = os.clock.monotonic()
  const facts: BindFacts = {}
  const suspects = new Suspects()
  const inquiry: BindInquiry = {
    target,
    os,
    view: readView({ role: 'target', label: THIS_HOST, os }, signal),
    suspects,
    signal,
    facts,
  }
  const steps: Step[] = []
  await runChecks(BIND_CHECKS, inquiry, THIS_HOST, steps, telling)
  const causes = rank(suspects.left)
  const verdict = verdictOf(facts, causes)
  const ms = os.clock.monotonic() - began
  return {
    target,
    verdict,
    says: sentence(target, verdict, causes),
    causes,
    steps,
    addresses: [],
    reverse: true,
    firstMs: ms,
    ms,
  }
}

function verdictOf({ regions, listening }: BindFacts, causes: Diagnosis['causes']): Verdict {
  if (listening === undefined && causes.length > 0) return 'unreachable'
  if (causes.some(({ certainty }) => certainty === 'proven')) return 'unreachable'
  if (regions === undefined || regions.every(({ open }) => open === null)) return 'unknown'
  return causes.length > 0 || regions.some(({ open }) => open !== true) ? 'degraded' : 'reachable'
}

function sentence({ protocol, port }: Target, verdict: Verdict, [first]: Diagnosis['causes']): string {
  const text = `${protocol} port ${port} of this host`
  const because = first === undefined ? '' : `: ${first.title}`
  switch (verdict) {
    case 'reachable':
      return `${text} can be reached by others, by all that is known here`
    case 'unreachable':
      return `others can’t reach ${text}${because}`
    case 'degraded':
      return `not everybody can reach ${text}${because}`
    case 'unknown':
      return `nobody can tell here who can reach ${text}`
  }
}
