/**
 * Stop: frees a port by ending who holds it, or ends single connections.
 *
 * Answers who would be ended and how (`planStop`), does it (`carryOut`), and says who has the port afterwards. Ends only
 * who listens on the port or is bound to it, never a client; never the first process, the asker, what the asker was
 * started from, or the sshd of its login. Where a unit or a container would start the process again, that is stopped
 * instead. Does not ask anybody: a plan is made to be shown first. Sources: pidfd_open(2), sock_diag(7), systemctl(1),
 * docker(1).
 */
import { parseEndpoint } from '../../model/endpoint.ts'
import type { OS } from '../../os/os.ts'
import { carryOut, type StopOptions, type StopResult } from './carry-out.ts'
import { type PlanOptions, planStop } from './plan.ts'

export type { Successor } from './aftermath.ts'
export {
  carryOut,
  type StepResult,
  type StopOptions,
  type StopResult,
  type StopVerdict,
  stepText,
} from './carry-out.ts'
export {
  type ConnectionPlan,
  type ConnectionResult,
  endConnections,
  planConnections,
} from './connections.ts'
export type { Holder } from './holders.ts'
export { nobodyHolds, type PlanOptions, planStop, type Step, type StopPlan } from './plan.ts'

/** Plans and does it: `stopPort(os, 3000)`, `stopPort(os, 'udp/53')`. Throws `E_ENDPOINT_SYNTAX` and `E_PORT_ZERO`. */
export async function stopPort(
  os: OS,
  target: number | string,
  options: StopOptions & PlanOptions = {},
): Promise<StopResult> {
  return carryOut(os, await planStop(os, parseEndpoint(String(target)), options), options)
}
