import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface FwApplyFlags extends OutputFlags {
  /** Milliseconds. */
  readonly confirm: number
  readonly persist: boolean
  readonly dryRun: boolean
}

const spec: CommandSpec<FwApplyFlags, readonly [string]> = {
  usage: ['fw apply <file> [flags]'],
  about: [
    'Makes the table "inet portolan" what the file says, in one transaction. A',
    'watchdog brings the old one back unless "ports fw confirm" is typed in a new',
    'login before the time is over. The file may name no other table; - is stdin.',
  ],
  parameters: {
    flags: {
      confirm: {
        kind: 'parsed',
        async parse(text) {
          return (await import('../firewall/confirm-time.ts')).parseConfirmTime(text)
        },
        default: '60s',
        brief: 'Time to confirm, 5s to 1h',
        placeholder: 'time',
      },
      persist: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Once confirmed, load it at every boot',
      },
      dryRun: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Only check, and show what would be done',
      },
      ...outputFlags,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ placeholder: 'file', brief: 'Rules in the language of nft', parse: String }],
    },
  },
  letters: { n: 'dryRun', ...outputLetters },
  examples: [
    ['ports fw apply rules.nft --dry-run', 'check the rules and the way back'],
    ['ports fw apply rules.nft --confirm 2m', 'for two minutes, unless confirmed'],
    ['ports fw apply rules.nft --persist', 'and at every boot, once confirmed'],
  ],
  load: () => import('../commands/fw-apply.ts'),
}

export default spec
