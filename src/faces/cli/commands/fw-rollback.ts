/** `ports fw rollback`: takes the rules on trial back. */
import { rollBackTrial } from '../../../tools/apply/apply.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { answerLines } from '../firewall/change-text.ts'
import { showChange } from '../firewall/show-change.ts'
import { formatOf } from '../render/output.ts'
import type { OutputFlags } from '../specs/shared-flags.ts'

export default async function fwRollback(this: CliContext, flags: OutputFlags): Promise<ExitStatus> {
  formatOf(this, flags, 'ports fw rollback')
  const os = await this.openOS()
  try {
    const answer = await rollBackTrial(os)
    await showChange(this, os, flags, [answer], answerLines(os, answer))
    return answer.verdict === 'rolled-back' ? EXIT.done : EXIT.nothingMatched
  } finally {
    await os.close()
  }
}
