import type { CommandSpec } from '../command.ts'
import { type RulesFlags, rulesFlags } from './fw-flags.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface FwExplainFlags extends OutputFlags, RulesFlags {}

const spec: CommandSpec<FwExplainFlags, readonly string[]> = {
  usage: ['fw explain <port>... [flags]'],
  about: [
    'Says from where a port of this machine can be reached through its packet',
    'filter, and which rules decide: itself, its links, private networks, all.',
  ],
  parameters: {
    flags: { ...rulesFlags, ...outputFlags },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { parse: String, brief: 'A port or endpoint', placeholder: 'port' },
    },
  },
  letters: outputLetters,
  examples: [
    ['ports fw explain 443', 'from where is port 443 reached?'],
    ['ports fw explain udp/53 tcp/53', 'two questions at once'],
    ['ports fw explain 22 --rules new.nft', 'as it would be by that file'],
  ],
  load: () => import('../commands/fw-explain.ts'),
}
export default spec
