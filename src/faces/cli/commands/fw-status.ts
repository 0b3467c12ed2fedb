/** `ports fw status`: what is on trial, how the last trial ended, and how large our table is. */
import { OWN_TABLE } from '../../../model/filter/own-table.ts'
import { trialStatus } from '../../../tools/apply/apply.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { answerLines } from '../firewall/change-text.ts'
import { showChange } from '../firewall/show-change.ts'
import { formatOf } from '../render/output.ts'
import type { OutputFlags } from '../specs/shared-flags.ts'

export default async function fwStatus(this: CliContext, flags: OutputFlags): Promise<ExitStatus> {
  formatOf(this, flags, 'ports fw status')
  const os = await this.openOS()
  try {
    const status = await trialStatus(os)
    const there = status.table === null ? 'is not there' : 'is there: see "nft list table inet portolan"'
    const words = `${answerLines(os, status)}the table ${OWN_TABLE} ${there}\n`
    await showChange(this, os, flags, [status], words)
    return EXIT.done
  } finally {
    await os.close()
  }
}
