import type { CommandSpec } from '../command.ts'
import { type HookFlags, hookFlags, type RulesFlags, rulesFlags } from './fw-flags.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface FwFindFlags extends OutputFlags, RulesFlags, HookFlags {
  readonly allow: string | undefined
  readonly deny: string | undefined
}

const spec: CommandSpec<FwFindFlags> = {
  usage: ['fw find --allow <condition> [flags]', 'fw find --deny <condition> [flags]'],
  about: [
    'Looks for a packet that meets the condition and passes, or doesn’t: a witness',
    'or proof that there is none. A condition has nft’s words, and short ones:',
    'tcp dport 22 not saddr 10.0.0.0/8. The hook is input unless one is named.',
    'Exits with 0 when there is one, 1 when there is none, 6 when it isn’t known.',
  ],
  parameters: {
    flags: {
      allow: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'A packet that passes',
        placeholder: 'condition',
      },
      deny: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'A packet that is dropped or rejected',
        placeholder: 'condition',
      },
      ...rulesFlags,
      ...hookFlags,
      ...outputFlags,
    },
  },
  letters: outputLetters,
  examples: [
    ['ports fw find --allow "tcp dport 22 not saddr 10.0.0.0/8"', 'is SSH open beyond the network?'],
    ['ports fw find --deny "tcp dport 443" --rules new.nft', 'is any HTTPS refused?'],
    ['ports fw find --allow "udp" --hook forward --json', 'what UDP is forwarded?'],
  ],
  load: () => import('../commands/fw-find.ts'),
}
export default spec
