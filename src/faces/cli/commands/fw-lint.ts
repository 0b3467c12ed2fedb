/** `ports fw lint`: rules that do nothing, contradict others, let too much in, or were never hit. */
import { SEVERITIES } from '../../../model/finding.ts'
import { lintRules } from '../../../tools/firewall/firewall.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { printFindings } from '../firewall/print-findings.ts'
import { withSubject } from '../firewall/subject.ts'
import { formatOf } from '../render/output.ts'
import type { FwLintFlags } from '../specs/fw-lint.ts'

export default async function fwLint(this: CliContext, flags: FwLintFlags): Promise<ExitStatus> {
  formatOf(this, flags, 'ports fw lint')
  return withSubject(this, flags, async subject => {
    const lint = lintRules(subject.ruleset)
    const least = SEVERITIES.indexOf(flags.severity)
    const findings = lint.findings.filter(({ severity }) => SEVERITIES.indexOf(severity) >= least)
    const { undecided, why = 'the search took too long' } = lint
    const message = `of ${undecided} rules it isn’t known whether a packet comes to them: ${why}`
    const warnings = [...subject.warnings, ...(undecided === 0 ? [] : [{ code: 'lint-undecided', message }])]
    await printFindings(this, flags, {
      schema: 'fw-lint@1',
      findings,
      none: `${subject.name}: nothing is odd about ${lint.rules} rules`,
      complete: subject.complete && undecided === 0,
      warnings,
    })
    if (findings.length > 0) return EXIT.no
    return undecided > 0 ? EXIT.undecided : EXIT.done
  })
}
