import type { CommandSpec } from '../command.ts'
import { durationFlag, type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export const FIRST_SIGNALS = ['TERM', 'INT', 'QUIT', 'HUP'] as const

export interface StopFlags extends OutputFlags {
  readonly yes: boolean
  readonly force: boolean
  readonly dryRun: boolean
  readonly process: boolean
  readonly connection: boolean
  readonly signal: (typeof FIRST_SIGNALS)[number] | undefined
  /** Milliseconds. */
  readonly timeout: number
}

const yes = (brief: string) => ({ kind: 'boolean', default: false, withNegated: false, brief }) as const

const spec: CommandSpec<StopFlags, readonly string[]> = {
  usage: ['stop [flags] <port> …', 'stop --connection [flags] <filter>'],
  about: [
    'Ends who listens on the port, never a client. Where a unit or container',
    'would start it again, that is stopped. Shows first what it would do, and asks.',
  ],
  parameters: {
    flags: {
      yes: yes('Don’t ask'),
      force: yes('Kill what doesn’t end in time'),
      dryRun: yes('Only show what would be done'),
      process: yes('End the process, even in a unit or container'),
      connection: yes('End single connections that a filter means'),
      signal: {
        kind: 'enum',
        values: FIRST_SIGNALS,
        optional: true,
        brief: 'Send this first: TERM, INT, QUIT or HUP',
        placeholder: 'name',
      },
      timeout: { ...durationFlag, default: '5s', brief: 'How long it may take to end' },
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { placeholder: 'port or filter', brief: 'Ports, or a filter of connections', parse: String },
    },
  },
  letters: { y: 'yes', f: 'force', n: 'dryRun', ...outputLetters },
  examples: [
    ['ports stop 3000', 'show who holds port 3000, ask, and end it'],
    ['ports stop 3000 udp/5353 --dry-run', 'only show who would be ended, and how'],
    ['ports stop --connection dst 10.0.0.5 and dport = :443', 'break these connections'],
  ],
  load: () => import('../commands/stop.ts'),
}

export default spec
