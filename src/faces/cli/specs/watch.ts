import type { CommandSpec } from '../command.ts'
import {
  durationFlag,
  type NamespaceFlags,
  namespaceFlags,
  type OutputFlags,
  outputFlags,
  outputLetters,
} from './shared-flags.ts'

export interface WatchFlags extends OutputFlags, NamespaceFlags {
  readonly until: 'open' | 'closed' | undefined
  /** Milliseconds. */
  readonly timeout: number | undefined
  /** Milliseconds. */
  readonly interval: number
}

const spec: CommandSpec<WatchFlags, readonly string[]> = {
  usage: ['watch [flags] [filter]'],
  about: ['A filter is written as for "ports ls". Without one every listener is watched.'],
  parameters: {
    flags: {
      until: {
        kind: 'enum',
        values: ['open', 'closed'],
        optional: true,
        brief: 'End when one is open, or all are closed',
        placeholder: 'what',
      },
      timeout: { ...durationFlag, optional: true, brief: 'Give up after this long, with exit status 5' },
      interval: { ...durationFlag, default: '1s', brief: 'Look this often' },
      ...namespaceFlags,
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      parameter: { placeholder: 'filter', brief: 'Which sockets', parse: String },
    },
  },
  letters: outputLetters,
  examples: [
    ['ports watch', 'a line for each listener that comes or goes'],
    ['ports watch sport = :3000 --until open', 'wait until something listens on 3000'],
    ['ports watch -o ndjson', 'the same events for a program'],
  ],
  load: () => import('../commands/watch.ts'),
}

export default spec
