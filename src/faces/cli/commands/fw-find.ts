/** `ports fw find`: a packet that meets a condition and passes, or doesn't; or proof that there is none. */
import { fault } from '../../../model/fault.ts'
import { findPacket, packetText, parseCondition } from '../../../tools/firewall/firewall.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { decisionItem } from '../firewall/decision-item.ts'
import { decidedBy } from '../firewall/decision-text.ts'
import { withSubject } from '../firewall/subject.ts'
import { clean } from '../render/clean.ts'
import { formatOf, print, warn } from '../render/output.ts'
import { wrap } from '../render/wrap.ts'
import type { FwFindFlags } from '../specs/fw-find.ts'

const COMMAND = 'ports fw find'

export default async function fwFind(this: CliContext, flags: FwFindFlags): Promise<ExitStatus> {
  const format = formatOf(this, flags, COMMAND)
  const { allow, deny, hook = 'input' } = flags
  if ((allow === undefined) === (deny === undefined))
    throw fault('E_USAGE', { what: 'ask for one of --allow and --deny', command: COMMAND })
  const condition = parseCondition((allow ?? deny)!)
  return withSubject(this, flags, async subject => {
    const wanted = allow === undefined ? (['drop', 'reject'] as const) : (['accept'] as const)
    const found = findPacket(subject.ruleset, { hook, wanted, condition })
    const witness = found.found === 'yes' ? found.witness : undefined
    const line = witness && packetText(witness)
    const why =
      found.found === 'yes'
        ? `${witness!.decision.kind} by ${decidedBy(witness!.decision)}`
        : found.found === 'no'
          ? `no packet that meets it ${allow === undefined ? 'is dropped or rejected' : 'passes'} at ${hook}: proven`
          : found.why
    if (format === 'table') {
      const { paintFor } = await import('../render/colour.ts')
      const paint = paintFor(this, this.stdout, flags)
      const head = line === undefined ? found.found : `yes: ${clean(line)}`
      const style = found.found === 'unknown' ? 'warn' : 'heading'
      await this.stdout.write(
        `${paint(head, style)}\n  ${wrap(clean(why), this.stdout.columns, 2, 2).join('\n')}\n`,
      )
      await warn(this, flags, subject.warnings)
    } else {
      await print(this, flags, {
        schema: 'fw-find@1',
        type: 'found',
        columns: [
          { key: 'found', title: 'FOUND', value: () => found.found },
          { key: 'witness', title: 'WITNESS', value: () => line ?? null },
          { key: 'why', title: 'WHY', value: () => why },
        ],
        rows: [found],
        item: () => ({
          found: found.found,
          hook,
          witness: witness === undefined ? null : { text: line, hook, ...decisionItem(witness.decision) },
          ...(found.found === 'unknown' ? { why: found.why } : {}),
        }),
        complete: subject.complete,
        warnings: subject.warnings,
      })
    }
    return { yes: EXIT.done, no: EXIT.no, unknown: EXIT.undecided }[found.found]
  })
}
