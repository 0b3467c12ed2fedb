import type { CommandSpec } from '../command.ts'
import { type RulesFlags, rulesFlags } from './fw-flags.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface FwShowFlags extends OutputFlags, RulesFlags {
  readonly hits: boolean
  readonly all: boolean
}

const spec: CommandSpec<FwShowFlags> = {
  usage: ['fw [show] [flags]'],
  about: [
    'Says who manages the packet filter, what it lets in, and what decides outside',
    'of it; then the rules, in the order in which the kernel asks them.',
  ],
  parameters: {
    flags: {
      ...rulesFlags,
      hits: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Show how often each rule was hit, if counted',
      },
      all: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Show chains that no packet enters, too',
      },
      ...outputFlags,
    },
  },
  letters: { ...outputLetters, a: 'all' },
  examples: [
    ['ports fw', 'what does this machine’s filter do?'],
    ['ports fw show --hits', 'which rules are used'],
    ['iptables-save | ports fw show --rules -', 'the same of a dump'],
  ],
  load: () => import('../commands/fw-show.ts'),
}
export default spec
