/** Flags of `ports fw open` and `ports fw close`. */
import type { FlagParametersForType } from '@stricli/core'
import type { Prefix } from '../../../model/prefix.ts'
import type { ParserContext } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface FwPortFlags extends OutputFlags {
  readonly udp: boolean
  readonly from: Prefix | undefined
  /** Milliseconds. */
  readonly confirm: number | undefined
  readonly persist: boolean
  readonly dryRun: boolean
  readonly yes: boolean
}

const yes = (brief: string) => ({ kind: 'boolean', default: false, withNegated: false, brief }) as const

export const fwPortFlags: FlagParametersForType<FwPortFlags, ParserContext> = {
  udp: yes('The port of UDP, not of TCP'),
  from: {
    kind: 'parsed',
    async parse(text) {
      return (await import('../firewall/source-prefix.ts')).parseSourcePrefix(text)
    },
    optional: true,
    brief: 'Only for these sources',
    placeholder: 'prefix',
  },
  confirm: {
    kind: 'parsed',
    async parse(text) {
      return (await import('../firewall/confirm-time.ts')).parseConfirmTime(text)
    },
    optional: true,
    brief: 'On trial, 5s to 1h: rolled back unless confirmed',
    placeholder: 'time',
  },
  persist: yes('Keep it over a reboot'),
  dryRun: yes('Only show what would be done'),
  yes: yes('Don’t ask'),
  ...outputFlags,
}

export const fwPortLetters = { u: 'udp', n: 'dryRun', y: 'yes', ...outputLetters } as const

export const portArgument = {
  kind: 'tuple',
  parameters: [{ placeholder: 'port', brief: 'Port: 443, or tcp/443, udp/53', parse: String }],
} as const
