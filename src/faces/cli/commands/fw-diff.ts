/** `ports fw diff`: what two rule sets do differently, each with a packet that shows it. */
import { fault } from '../../../model/fault.ts'
import { HOOKS } from '../../../model/filter/ruleset.ts'
import { diffRules } from '../../../tools/firewall/firewall.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { printFindings } from '../firewall/print-findings.ts'
import { fileSubject, type Subject, withSubject } from '../firewall/subject.ts'
import { formatOf } from '../render/output.ts'
import type { FwDiffFlags } from '../specs/fw-diff.ts'

const COMMAND = 'ports fw diff'

export default async function fwDiff(
  this: CliContext,
  flags: FwDiffFlags,
  ...files: string[]
): Promise<ExitStatus> {
  formatOf(this, flags, COMMAND)
  const [before, after] = files
  if (after === undefined) {
    const next = await fileSubject(this, before!)
    return withSubject(this, { rules: undefined, strict: flags.strict }, subject =>
      compare(this, flags, subject, next),
    )
  }
  if (before === '-' && after === '-')
    throw fault('E_USAGE', { what: 'standard input is one rule set, not two', command: COMMAND })
  return compare(this, flags, await fileSubject(this, before!), await fileSubject(this, after))
}

async function compare(
  context: CliContext,
  flags: FwDiffFlags,
  before: Subject,
  after: Subject,
): Promise<ExitStatus> {
  const hooks = flags.hook === undefined ? FILTERED : [flags.hook]
  const { findings, differs, why } = diffRules(before.ruleset, after.ruleset, { hooks })
  const warnings = [
    ...new Map([...before.warnings, ...after.warnings].map(one => [one.message, one])).values(),
    ...(why === undefined
      ? []
      : [{ code: 'diff-incomplete', message: `there may be more differences: ${why}` }]),
  ]
  await printFindings(context, flags, {
    schema: 'fw-diff@1',
    findings,
    none:
      differs === 'no'
        ? `${before.name} and ${after.name} do the same with every packet`
        : `no difference was found between ${before.name} and ${after.name}`,
    complete: why === undefined && before.complete && after.complete,
    warnings,
  })
  return { yes: EXIT.no, no: EXIT.done, unknown: EXIT.undecided }[differs]
}

/** Hooks of devices are left out: which packets meet them is not in the rules. */
const FILTERED = HOOKS.filter(hook => hook !== 'ingress' && hook !== 'egress')
