import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface CanBindFlags extends OutputFlags {
  readonly udp: boolean
  readonly reuseaddr: boolean
  readonly reuseport: boolean
  readonly v6only: boolean
  readonly as: string | undefined
  readonly noTry: boolean
  readonly on: string | undefined
}

const set = (brief: string) => ({ kind: 'boolean', default: false, withNegated: false, brief }) as const

const spec: CommandSpec<CanBindFlags, readonly string[]> = {
  usage: ['can-bind <endpoint>... [flags]'],
  about: [
    'An endpoint is an address and a port: 0.0.0.0:80, [::1]:53, udp/5353,',
    'sctp/3868; without an address the wildcard of both families. The system is',
    'asked by a trial: the socket never listens and is closed at once. The rules of',
    'SCTP and DCCP are from sources, judged by no kernel. Exit status: 0 yes, 1 no,',
    '6 where it depends on what is hidden.',
  ],
  parameters: {
    flags: {
      udp: set('A UDP socket'),
      reuseaddr: set('With SO_REUSEADDR, as most servers set it'),
      reuseport: set('With SO_REUSEPORT'),
      v6only: set('With IPV6_V6ONLY'),
      as: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'For this user, by name or number, without a trial',
        placeholder: 'user',
      },
      noTry: set('By the rules, without a trial'),
      on: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'By the rules of windows, macos, freebsd, linux-6.1',
        placeholder: 'system',
      },
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { placeholder: 'endpoint', brief: 'What is to be bound', parse: String },
    },
  },
  letters: { u: 'udp', ...outputLetters },
  examples: [
    ['ports can-bind 0.0.0.0:80', 'may I, and if not, what is in the way'],
    ['ports can-bind :3000 --reuseaddr', 'as a server would ask'],
    ['ports can-bind :443 --as www-data', 'judged for another user'],
  ],
  load: () => import('../commands/can-bind.ts'),
}

export default spec
