import type { CommandSpec } from '../command.ts'
import {
  type NamespaceFlags,
  namespaceFlags,
  type OutputFlags,
  outputFlags,
  outputLetters,
} from './shared-flags.ts'

export interface LsFlags extends OutputFlags, NamespaceFlags {
  readonly tcp: boolean
  readonly udp: boolean
  readonly unix: boolean
  readonly listening: boolean
  readonly all: boolean
  readonly ipv4: boolean
  readonly ipv6: boolean
  readonly resolve: boolean
  readonly summary: boolean
  /** Accepted as ss users type them; both are what happens anyway. */
  readonly numeric: boolean
  readonly processes: boolean
  readonly wide: boolean
  readonly fields: readonly string[] | undefined
  readonly countBy: 'peer' | 'process' | 'state' | undefined
  readonly owners: 'all' | 'none' | undefined
  /** Seconds to measure rates over. */
  readonly rate: number | undefined
}

/** `a,b,c` as it is typed after a flag. Empty items are kept, so that the reader can object to them. */
const splitList = (text: string): readonly string[] => text.split(',').map(item => item.trim())

const yes = (brief: string) => ({ kind: 'boolean', default: false, withNegated: false, brief }) as const

const spec: CommandSpec<LsFlags, readonly string[]> = {
  usage: ['ls [flags] [filter]'],
  about: [
    'A filter is written as for ss, in quotes where the shell needs them:',
    '  sport = :443',
    '  dst 10.0.0.0/8 and state established',
  ],
  parameters: {
    flags: {
      tcp: yes('TCP sockets'),
      udp: yes('UDP sockets'),
      unix: yes('Unix sockets'),
      listening: yes('Listening sockets only'),
      all: yes('Listening and connected sockets'),
      ipv4: yes('IPv4 only'),
      ipv6: yes('IPv6 only'),
      numeric: yes('Numbers, not names (the default)'),
      processes: yes('Owners (shown anyway)'),
      resolve: yes('Names of hosts and services instead of numbers'),
      summary: yes('Count the sockets, list none'),
      countBy: {
        kind: 'enum',
        values: ['peer', 'process', 'state'],
        optional: true,
        brief: 'Count them by peer, process or state',
        placeholder: 'what',
      },
      owners: {
        kind: 'enum',
        values: ['all', 'none'],
        optional: true,
        brief: 'Name all owners of each socket, or none',
        placeholder: 'which',
      },
      rate: {
        kind: 'parsed',
        async parse(text) {
          return (await import('../duration.ts')).parseSeconds(text)
        },
        optional: true,
        brief: 'Measure bytes a second, over 1s or this time',
        placeholder: 'time',
      },
      fields: {
        kind: 'parsed',
        parse: splitList,
        optional: true,
        brief: 'Show these columns: port,process,peer',
        placeholder: 'names',
      },
      wide: yes('Show more columns, and nothing shortened'),
      ...namespaceFlags,
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      parameter: { placeholder: 'filter', brief: 'Which sockets', parse: String },
    },
  },
  letters: {
    t: 'tcp',
    u: 'udp',
    x: 'unix',
    l: 'listening',
    a: 'all',
    '4': 'ipv4',
    '6': 'ipv6',
    n: 'numeric',
    p: 'processes',
    r: 'resolve',
    s: 'summary',
    ...outputLetters,
  },
  optionalValues: { rate: { looks: /^[0-9.]/, otherwise: '1s' } },
  examples: [
    ['ports ls -tl', 'listening TCP sockets and who holds them'],
    ['ports ls dport = :443', 'connections to port 443 somewhere'],
    ['ports ls --count-by peer -o csv', 'how many sockets each peer has'],
  ],
  load: () => import('../commands/ls.ts'),
}

export default spec
