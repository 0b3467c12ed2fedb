/** A refusal, said as a warning is: what, and below it what to do. */
import type { Finding } from '../../../model/finding.ts'
import type { CliContext } from '../context.ts'
import type { Warning } from '../render/json.ts'
import { warn } from '../render/output.ts'

export const warningOf = ({ code, says, remedy }: Finding): Warning => ({
  code,
  message: says,
  ...(remedy === undefined ? {} : { hint: remedy }),
})

export const sayFinding = (
  context: CliContext,
  flags: { readonly noColor?: boolean },
  finding: Finding,
): Promise<void> => warn(context, flags, [warningOf(finding)])
