import type { PortSet } from '../../../model/port-set.ts'
import type { CommandSpec } from '../command.ts'
import { rangeFlag } from './lease-flags.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface FreeFlags extends OutputFlags {
  readonly range: PortSet | undefined
  readonly udp: boolean
  readonly host: string | undefined
}

const spec: CommandSpec<FreeFlags, readonly string[]> = {
  usage: ['free [count] [flags]'],
  about: [
    'Nothing keeps the ports free: "ports lease" does. Without --range they are',
    'from 1024 on, not ephemeral, not reserved, and not usual for anything.',
  ],
  parameters: {
    flags: {
      range: rangeFlag,
      udp: { kind: 'boolean', default: false, withNegated: false, brief: 'Free for UDP, not for TCP' },
      host: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Free at this address of ours, not at all',
        placeholder: 'address',
      },
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      parameter: { placeholder: 'count', brief: 'How many', parse: String },
    },
  },
  letters: { u: 'udp', ...outputLetters },
  examples: [
    ['ports free', 'one free port'],
    ['ports free 3 --range 8000-8999', 'three of a range, one a line'],
    ['ports free --udp --host 127.0.0.1', 'free for UDP on loopback'],
  ],
  load: () => import('../commands/free.ts'),
}

export default spec
