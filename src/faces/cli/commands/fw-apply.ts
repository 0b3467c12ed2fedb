/** `ports fw apply`: puts the rules of a file on trial. */
import { applyRules } from '../../../tools/apply/apply.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { applyLines } from '../firewall/change-text.ts'
import { showChange } from '../firewall/show-change.ts'
import { startWatchdog } from '../firewall/start-watchdog.ts'
import { readText } from '../read-text.ts'
import { formatOf } from '../render/output.ts'
import type { FwApplyFlags } from '../specs/fw-apply.ts'

export default async function fwApply(
  this: CliContext,
  flags: FwApplyFlags,
  file: string,
): Promise<ExitStatus> {
  formatOf(this, flags, 'ports fw apply')
  const text = await readText(this, file)
  const os = await this.openOS()
  try {
    const { confirm: windowMs, persist, dryRun } = flags
    const name = file === '-' ? 'standard input' : file
    const result = await applyRules(os, {
      ...{ text, file: name, what: `apply ${name}`, windowMs, persist, dryRun },
      startWatchdog: startWatchdog(this),
    })
    await showChange(this, os, flags, [result], applyLines(os, result, windowMs))
    return result.verdict === 'refused' ? EXIT.no : EXIT.done
  } finally {
    await os.close()
  }
}
