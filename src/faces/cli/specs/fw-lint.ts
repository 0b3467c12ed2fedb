import { SEVERITIES, type Severity } from '../../../model/finding.ts'
import type { CommandSpec } from '../command.ts'
import { type RulesFlags, rulesFlags } from './fw-flags.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface FwLintFlags extends OutputFlags, RulesFlags {
  readonly severity: Severity
}

const spec: CommandSpec<FwLintFlags> = {
  usage: ['fw lint [flags]'],
  about: [
    'Looks for rules that can’t be reached, are shadowed by earlier ones,',
    'contradict or repeat others, let too much in, or were never hit. Exits with 1',
    'if it finds any.',
  ],
  parameters: {
    flags: {
      ...rulesFlags,
      severity: {
        kind: 'enum',
        values: SEVERITIES,
        default: 'note',
        brief: 'Only findings this bad or worse',
        placeholder: 'level',
      },
      ...outputFlags,
    },
  },
  letters: outputLetters,
  examples: [
    ['ports fw lint', 'what is odd in this machine’s rules?'],
    ['ports fw lint --rules new.nft', 'before it is loaded'],
    ['ports fw lint --severity medium --json', 'for a machine to read'],
  ],
  load: () => import('../commands/fw-lint.ts'),
}
export default spec
