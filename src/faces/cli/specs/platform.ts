import { SYSTEM_NAMES } from '../../../model/space/systems/systems.ts'
import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface PlatformFlags extends OutputFlags {
  readonly all: boolean
}

const spec: CommandSpec<PlatformFlags, readonly string[]> = {
  usage: ['platform [flags]', 'platform <system>... [flags]', 'platform --all [flags]'],
  about: [
    'Without a name: this machine, its settings beside what is usual. Systems are',
    'linux, linux-6.1 and so on, macos, freebsd, openbsd and windows. The rules of',
    'Linux are judged by a running kernel; others’ are from documentation.',
  ],
  parameters: {
    flags: {
      all: { kind: 'boolean', default: false, withNegated: false, brief: 'All systems side by side' },
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      parameter: {
        placeholder: 'system',
        brief: 'Which system',
        parse: String,
        proposeCompletions: () => [...SYSTEM_NAMES],
      },
    },
  },
  letters: { a: 'all', ...outputLetters },
  examples: [
    ['ports platform', 'this machine, settings beside the usual'],
    ['ports platform macos', 'one system, each fact with its source'],
    ['ports platform linux macos windows', 'several side by side'],
  ],
  load: () => import('../commands/platform.ts'),
}

export default spec
