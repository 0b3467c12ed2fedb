import type { CommandSpec } from '../command.ts'
import { durationFlag, type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface WhyFlags extends OutputFlags {
  readonly at: readonly string[] | undefined
  readonly bind: string | undefined
  readonly source: string | undefined
  readonly interface: string | undefined
  readonly udp: boolean
  /** Milliseconds. */
  readonly timeout: number | undefined
  readonly watch: boolean
  readonly explain: boolean
}

const set = (brief: string) => ({ kind: 'boolean', default: false, withNegated: false, brief }) as const

const spec: CommandSpec<WhyFlags, readonly string[]> = {
  usage: ['why <target>... [flags]', 'why --bind <port> [flags]'],
  about: [
    'Says why a port can’t be reached: what is wrong, where, by which evidence, and',
    'what to do. A target is host:port, udp/host:53, :8080 for this host, or a URL.',
    'It is tried once, and once more where it is silent; no third party',
    'is asked. Exit status: 0 it answers, 1 it doesn’t, 6 nobody can tell.',
  ],
  parameters: {
    flags: {
      at: {
        kind: 'parsed',
        parse: String,
        optional: true,
        variadic: true,
        brief: 'Look from there, too: the target, or a router',
        placeholder: 'ssh://user@host',
      },
      bind: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Why others can’t reach this port of ours',
        placeholder: 'port',
      },
      source: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Come from this address of ours',
        placeholder: 'address',
      },
      interface: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Go out by this interface only',
        placeholder: 'name',
      },
      udp: set('By UDP'),
      timeout: { ...durationFlag, optional: true, brief: 'An attempt is silent after this time' },
      watch: set('Again and again until it answers'),
      explain: set('How each conclusion was reached, check by check'),
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      minimum: 0,
      parameter: { placeholder: 'target', brief: 'What can’t be reached', parse: String },
    },
  },
  letters: { u: 'udp', i: 'interface', t: 'timeout', w: 'watch', ...outputLetters },
  examples: [
    ['ports why db.internal:5432', 'what is in the way, and what to do about it'],
    ['ports why db:5432 --at ssh://admin@db', 'with what the database’s own host can see'],
    ['ports why --bind 8080', 'why can others not reach mine?'],
  ],
  load: () => import('../commands/why.ts'),
}

export default spec
