import type { CommandSpec } from '../command.ts'
import { type RulesFlags, rulesFlags } from './fw-flags.ts'

export interface FwExportFlags extends RulesFlags {
  readonly table: string | undefined
}

const spec: CommandSpec<FwExportFlags> = {
  usage: ['fw export [flags]'],
  about: [
    'Prints the rules as nftables text: this machine’s, or of a file that',
    'iptables-save or nft made. What has no equal in nftables is a comment.',
  ],
  parameters: {
    flags: {
      ...rulesFlags,
      table: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Only this table: "inet filter", or its name',
        placeholder: 'table',
      },
    },
  },
  letters: {},
  examples: [
    ['ports fw export > rules.nft', 'keep what is loaded now'],
    ['ports fw export --table "inet filter"', 'one table'],
    ['iptables-save | ports fw export --rules -', 'iptables’ rules as nftables'],
  ],
  load: () => import('../commands/fw-export.ts'),
}
export default spec
