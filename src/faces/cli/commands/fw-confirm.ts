/** `ports fw confirm`: keeps the rules on trial. */
import { confirmTrial, type TrialAnswer } from '../../../tools/apply/apply.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { answerLines } from '../firewall/change-text.ts'
import { showChange } from '../firewall/show-change.ts'
import { formatOf } from '../render/output.ts'
import type { FwConfirmFlags } from '../specs/fw-confirm.ts'

const STATUS = {
  confirmed: EXIT.done,
  refused: EXIT.no,
  undecided: EXIT.undecided,
  'too-late': EXIT.no,
  none: EXIT.nothingMatched,
  'rolled-back': EXIT.done,
  pending: EXIT.done,
} as const satisfies Record<TrialAnswer['verdict'], ExitStatus>

export default async function fwConfirm(this: CliContext, flags: FwConfirmFlags): Promise<ExitStatus> {
  formatOf(this, flags, 'ports fw confirm')
  const os = await this.openOS()
  try {
    const answer = await confirmTrial(os, { anyway: flags.anyway })
    await showChange(this, os, flags, [answer], answerLines(os, answer))
    return STATUS[answer.verdict]
  } finally {
    await os.close()
  }
}
