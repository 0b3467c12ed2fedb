/** Does what a plan to open or close a port says: runs the manager's commands, or changes our table. */
import type { Finding } from '../../model/finding.ts'
import type { OS } from '../../os/os.ts'
import { type ApplyRequest, type ApplyResult, applyRules } from './begin-trial.ts'
import type { PortPlan } from './plan-port.ts'

type PortOptions = Pick<ApplyRequest, 'windowMs' | 'persist' | 'startWatchdog' | 'dryRun'>

export const portWhat = ({ action, port, protocol, from }: PortPlan['request']): string =>
  `${action} ${protocol}/${port}${from === null ? '' : ` from ${from}`}`

/** With `dryRun` nothing is done but nft's check. Throws as `applyRules` does; `E_FW_CHANGED` where the table is no longer what the plan was made from. */
export async function carryOutPort(os: OS, plan: PortPlan, options: PortOptions): Promise<ApplyResult> {
  const { manager, before, after, request } = plan
  const what = portWhat(request)
  if (manager !== null && options.dryRun === true)
    return { verdict: 'planned', what, before, after, trial: null, kept: [], findings: [] }
  if (manager !== null) return throughManager(os, plan, what)
  if (plan.steps.length === 0)
    return { verdict: 'unchanged', what, before, after, trial: null, kept: [], findings: [] }
  return applyRules(os, { ...options, text: after, file: what, what, from: before })
}

async function throughManager(os: OS, { manager, commands }: PortPlan, what: string): Promise<ApplyResult> {
  const result = { what, before: null, after: null, trial: null, kept: [] }
  for (const argv of commands) {
    const outcome = await os.acts.filter.runManager(argv)
    if (outcome.kind === 'done') continue
    const finding: Finding = {
      code: 'manager-refused',
      severity: 'high',
      certainty: 'proven',
      subject: what,
      says: `${manager} did not do it: ${outcome.says}`,
      evidence: [{ source: argv.join(' '), says: outcome.says }],
    }
    return { ...result, verdict: 'refused', findings: [finding] }
  }
  return { ...result, verdict: 'applied', findings: [] }
}
