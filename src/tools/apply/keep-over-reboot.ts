/** Keeps our table over a reboot: the plan of `persist-plan.ts`, done. */
import type { Finding } from '../../model/finding.ts'
import type { OS } from '../../os/os.ts'
import { persistPlan } from './persist-plan.ts'

/** What makes a table load at a boot, done; a finding where it could not be. */
export async function keepOverReboot(os: OS, table: string | null): Promise<readonly Finding[]> {
  const { plan, findings } = persistPlan(await os.acts.filter.startUp(), table)
  const outcome = await os.acts.filter.persist(plan)
  if (outcome.kind === 'done') return findings
  return [
    ...findings,
    {
      code: 'not-kept',
      severity: 'high',
      certainty: 'proven',
      subject: 'inet portolan',
      says: `the rules hold now, but will be gone after a reboot: ${outcome.says}`,
      evidence: [{ source: plan.files[0]!.path, says: outcome.says }],
      remedy: 'Clear what is in the way, and apply them with --persist again.',
    },
  ]
}
