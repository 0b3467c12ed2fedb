import type { Address } from '../../../model/address.ts'
import type { Prefix } from '../../../model/prefix.ts'
import type { CommandSpec } from '../command.ts'
import { durationFlag, type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface ScanFlags extends OutputFlags {
  /** Read when it runs: names are those of this machine's registry. */
  readonly ports: string | undefined
  readonly top: number | undefined
  readonly all: boolean
  readonly rate: number | undefined
  readonly targetRate: number | undefined
  /** Milliseconds. */
  readonly timeout: number
  readonly tries: number
  readonly atOnce: number | undefined
  readonly seed: number | undefined
  readonly allow: readonly (readonly Prefix[])[] | undefined
  readonly public: boolean
  readonly source: Address | undefined
  readonly interface: string | undefined
  readonly dryRun: boolean
}

const values = () => import('../scan/scan-values.ts')
const yes = (brief: string) => ({ kind: 'boolean', default: false, withNegated: false, brief }) as const

const spec: CommandSpec<ScanFlags, readonly string[]> = {
  usage: ['scan <target> … [flags]'],
  about: [
    'A target is a name, an address, a prefix (192.0.2.0/24) or a range',
    '(192.0.2.1-20). Connects and hangs up; nothing is said. Without --ports or',
    '--top the 1000 ports that one meets most. Only this machine and networks that',
    'it is attached to, unless --allow or --public says more. Closed ports are',
    'counted, and so are others where one reason holds for more than 20.',
    'Exits with 0 when a port is open, 3 when none is, 6 when that isn’t known.',
  ],
  parameters: {
    flags: {
      ports: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'These ports: 22,80,8000-8999,!8080,https,all',
        placeholder: 'set',
      },
      top: {
        kind: 'parsed',
        parse: async text => (await values()).parseTop(text),
        optional: true,
        brief: 'So many of the most common ports',
        placeholder: 'count',
      },
      all: yes('Show closed ports, too, and all of many alike'),
      rate: {
        kind: 'parsed',
        parse: async text => (await values()).parseRate(text),
        optional: true,
        brief: 'Tries a second in all: 2000',
        placeholder: 'number',
      },
      targetRate: {
        kind: 'parsed',
        parse: async text => (await values()).parseRate(text),
        optional: true,
        brief: 'Tries a second to one target: 500',
        placeholder: 'number',
      },
      timeout: { ...durationFlag, default: '1s', brief: 'Wait no longer for an answer' },
      tries: {
        kind: 'parsed',
        parse: async text => (await values()).parseTries(text),
        default: '3',
        brief: 'Ask a silent port so often',
        placeholder: 'count',
      },
      atOnce: {
        kind: 'parsed',
        parse: async text => (await values()).parseAtOnce(text),
        optional: true,
        brief: 'So many sockets at once: 1000, or what may be',
        placeholder: 'count',
      },
      seed: {
        kind: 'parsed',
        parse: async text => (await values()).parseSeed(text),
        optional: true,
        brief: 'Ask in the order of an earlier scan',
        placeholder: 'number',
      },
      allow: {
        kind: 'parsed',
        parse: async text => (await values()).parsePrefixes(text),
        variadic: true,
        optional: true,
        brief: 'These networks may be scanned: 10.0.0.0/8',
        placeholder: 'prefixes',
      },
      public: yes('Public addresses may be scanned'),
      source: {
        kind: 'parsed',
        async parse(text: string) {
          return (await import('../../../model/address.ts')).parseAddress(text)
        },
        optional: true,
        brief: 'Ask from this address of ours',
        placeholder: 'address',
      },
      interface: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Ask by this interface only',
        placeholder: 'name',
      },
      dryRun: yes('Say what would be asked, and ask nobody'),
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { placeholder: 'target', brief: 'Whom to scan', parse: String },
    },
  },
  letters: { p: 'ports', a: 'all', ...outputLetters },
  examples: [
    ['ports scan localhost --ports all', 'everything that listens here'],
    ['ports scan 192.168.1.0/24 -p ssh,http,https', 'three ports of a network of ours'],
    ['ports scan db.internal --allow 10.0.0.0/8 --dry-run', 'what would be asked there, and how fast'],
  ],
  load: () => import('../commands/scan.ts'),
}

export default spec
