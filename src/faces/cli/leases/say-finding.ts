/** A refusal, said on stderr as a warning is: what, and below it what to do. */
import type { Finding } from '../../../model/finding.ts'
import type { CliContext } from '../context.ts'
import { warn } from '../render/output.ts'

export const sayFinding = (
  context: CliContext,
  flags: { readonly noColor?: boolean },
  { code, says, remedy }: Finding,
): Promise<void> =>
  warn(context, flags, [{ code, message: says, ...(remedy === undefined ? {} : { hint: remedy }) }])
