import type { Prefix } from '../../../model/prefix.ts'
import type { CommandSpec } from '../command.ts'
import { durationFlag, type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface ForwardFlags extends OutputFlags {
  readonly dryRun: boolean
  readonly log: boolean
  readonly allow: readonly (readonly Prefix[])[] | undefined
  readonly deny: readonly (readonly Prefix[])[] | undefined
  readonly max: number
  /** Bytes. */
  readonly buffer: number
  /** Milliseconds, all of them. */
  readonly idle: number | undefined
  readonly udpIdle: number
  readonly connectTimeout: number
  readonly drain: number | undefined
}

const prefixes = {
  kind: 'parsed',
  async parse(text: string) {
    const { parsePrefix } = await import('../../../model/prefix.ts')
    return text.split(',').map(parsePrefix)
  },
  variadic: true,
  optional: true,
  placeholder: 'prefixes',
} as const

async function atLeastOne(text: string): Promise<number> {
  const { fault } = await import('../../../model/fault.ts')
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw fault('E_VALUE_SYNTAX', { text, wanted: 'a whole number from 1 on', example: '4096' })
}

const yes = (brief: string) => ({ kind: 'boolean', default: false, withNegated: false, brief }) as const

const spec: CommandSpec<ForwardFlags, readonly string[]> = {
  usage: ['forward [flags] <rule> …'],
  about: [
    'A rule is [address:]port[/udp]:host:port. Without an address only this host',
    'gets there; * is all addresses. Port 0 lets the system choose. Runs until',
    'it is interrupted, then waits for those who are there; a second time cuts.',
  ],
  parameters: {
    flags: {
      dryRun: yes('Only show what it would listen on'),
      log: yes('A line for each connection that comes and goes'),
      allow: { ...prefixes, brief: 'Only these may come: 10.0.0.0/8,::1' },
      deny: { ...prefixes, brief: 'These may not' },
      max: {
        kind: 'parsed',
        parse: atLeastOne,
        default: '4096',
        brief: 'Connections at the same time',
        placeholder: 'count',
      },
      buffer: {
        kind: 'parsed',
        parse: atLeastOne,
        default: '65536',
        brief: 'Kept for a slow reader',
        placeholder: 'bytes',
      },
      idle: { ...durationFlag, optional: true, brief: 'End a connection that is silent so long' },
      udpIdle: { ...durationFlag, default: '60s', brief: 'The same for a UDP client' },
      connectTimeout: { ...durationFlag, default: '10s', brief: 'Patience with who it goes to' },
      drain: { ...durationFlag, optional: true, brief: 'At the end wait no longer than this' },
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { placeholder: 'rule', brief: 'What to forward', parse: String },
    },
  },
  letters: { n: 'dryRun', l: 'log', ...outputLetters },
  examples: [
    ['ports forward 8080:db:80', 'localhost:8080 is port 80 of db'],
    ['ports forward 53/udp:192.0.2.53:53 --log', 'UDP, and say who comes'],
    ["ports forward '*:80:web:8080' --allow 10.0.0.0/8 -n", 'only show the plan'],
  ],
  load: () => import('../commands/forward.ts'),
}

export default spec
