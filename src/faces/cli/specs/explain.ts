import type { CommandSpec } from '../command.ts'
import {
  type NamespaceFlags,
  namespaceFlags,
  type OutputFlags,
  outputFlags,
  outputLetters,
} from './shared-flags.ts'

export interface ExplainFlags extends OutputFlags, NamespaceFlags {}

const spec: CommandSpec<ExplainFlags, readonly string[]> = {
  usage: ['<target>... [flags]', 'explain <target>... [flags]'],
  about: ['A target is a port or an endpoint: 3000, tcp/53, :443, 10.0.0.5:80, [::1]:80.'],
  parameters: {
    flags: { ...namespaceFlags, ...outputFlags },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: {
        placeholder: 'target',
        brief: 'Port or endpoint to explain',
        parse: String,
      },
    },
  },
  letters: outputLetters,
  examples: [
    ['ports 3000', 'who holds port 3000, since when, reachable from where'],
    ['ports 8080 tcp/53 :443', 'several at once'],
    ['ports 5432 --json', 'the same facts for a program'],
  ],
  load: () => import('../commands/explain.ts'),
}

export default spec
