import type { CommandSpec } from '../command.ts'
import { durationFlag, type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface WaitFlags extends OutputFlags {
  readonly free: boolean
  readonly quiet: boolean
  /** Milliseconds, all three. */
  readonly timeout: number
  readonly interval: number
  readonly stable: number | undefined
}

const spec: CommandSpec<WaitFlags, readonly string[]> = {
  usage: ['wait [flags] <target> … [-- command …]'],
  about: [
    'A target is host:port, :3000, udp/53, http-get://host/path,',
    'https-get://host/path, file:PATH or unix:PATH.',
    'With a command, that runs afterwards, and its exit status is passed on.',
  ],
  takesCommand: true,
  parameters: {
    flags: {
      free: { kind: 'boolean', default: false, withNegated: false, brief: 'Until it is free, or gone' },
      quiet: { kind: 'boolean', default: false, withNegated: false, brief: 'Don’t say what it waits for' },
      timeout: { ...durationFlag, default: '60s', brief: 'Wait no longer than this' },
      interval: { ...durationFlag, default: '500ms', brief: 'Pause no longer between two looks' },
      stable: { ...durationFlag, optional: true, brief: 'It must stay so for this time' },
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { placeholder: 'target', brief: 'What to wait for', parse: String },
    },
  },
  letters: { q: 'quiet', t: 'timeout', ...outputLetters },
  examples: [
    ['ports wait localhost:5432 -- npm start', 'start once the database listens'],
    ['ports wait http-get://localhost:3000/health -t 2m', 'until the page is served'],
    ['ports wait --free :3000', 'until nobody holds port 3000'],
  ],
  load: () => import('../commands/wait.ts'),
}

export default spec
