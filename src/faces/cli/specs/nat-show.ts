import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface NatShowFlags extends OutputFlags {
  readonly rules: boolean
  readonly sources: boolean
  readonly all: boolean
  readonly watch: boolean
  readonly strict: boolean
}

const spec: CommandSpec<NatShowFlags, readonly string[]> = {
  usage: ['nat [show] [flags] [target]'],
  about: [
    'Says what this machine translates: its rules in words, the connections that',
    'are translated now and by which rule, how full table and ports are, and what',
    'goes wrong. A target is an address, a port or both, before or after',
    'translation: 10.0.0.5, :443, udp/53, 10.0.0.5:443.',
  ],
  parameters: {
    flags: {
      rules: { kind: 'boolean', default: false, withNegated: false, brief: 'Only the rules that translate' },
      sources: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Only who uses how much of the ports',
      },
      all: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Also connections that are not translated',
      },
      watch: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'A line for each that comes, changes or goes',
      },
      strict: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Exit with 4 if rights are lacking to see all',
      },
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      parameter: { placeholder: 'target', brief: 'Only connections with this end', parse: String },
    },
  },
  letters: { ...outputLetters, a: 'all' },
  examples: [
    ['sudo ports nat', 'what is translated, and by which rules?'],
    ['sudo ports nat show 10.0.0.5:443', 'who is sent on to that server'],
    ['sudo ports nat --watch -o ndjson', 'translations as they come and go'],
  ],
  load: () => import('../commands/nat-show.ts'),
}

export default spec
