/** `ports fw open`: lets others in to a port. */
import type { CliContext } from '../context.ts'
import type { ExitStatus } from '../exit.ts'
import { changePortRules } from '../firewall/change-port-rules.ts'
import type { FwPortFlags } from '../specs/fw-port-flags.ts'

export default async function fwOpen(
  this: CliContext,
  flags: FwPortFlags,
  port: string,
): Promise<ExitStatus> {
  return changePortRules(this, flags, 'open', port)
}
