import type { CommandSpec } from '../command.ts'
import {
  type NamespaceFlags,
  namespaceFlags,
  type OutputFlags,
  outputFlags,
  outputLetters,
} from './shared-flags.ts'

export interface OverviewFlags extends OutputFlags, NamespaceFlags {}

const spec: CommandSpec<OverviewFlags> = {
  usage: ['[flags]'],
  parameters: { flags: { ...namespaceFlags, ...outputFlags } },
  letters: outputLetters,
  examples: [
    ['ports', 'what listens here, grouped by who can reach it'],
    ['sudo ports', 'the same with the owners of all sockets'],
    ['ports --json', 'the same as a JSON document'],
  ],
  load: () => import('../commands/overview.ts'),
}

export default spec
