/** Flags that the commands of `fw` share: which rules are asked, and at which hook. */
import type { FlagParametersForType } from '@stricli/core'
import { HOOKS, type Hook } from '../../../model/filter/ruleset.ts'
import type { ParserContext } from '../command.ts'

export interface StrictFlags {
  readonly strict: boolean
}

export const strictFlags: FlagParametersForType<StrictFlags, ParserContext> = {
  strict: {
    kind: 'boolean',
    default: false,
    withNegated: false,
    brief: 'Exit with 4 if not all of the filter can be read',
  },
}

export interface RulesFlags extends StrictFlags {
  /** A file, `-` for standard input; this machine's rules without it. */
  readonly rules: string | undefined
}

export const rulesFlags: FlagParametersForType<RulesFlags, ParserContext> = {
  rules: {
    kind: 'parsed',
    parse: String,
    optional: true,
    brief: 'Ask these rules, not this machine’s; - is stdin',
    placeholder: 'file',
  },
  ...strictFlags,
}

export interface HookFlags {
  readonly hook: Hook | undefined
}

export const hookFlags: FlagParametersForType<HookFlags, ParserContext> = {
  hook: {
    kind: 'enum',
    values: HOOKS,
    optional: true,
    brief: 'Only what stands at this hook: input, forward …',
    placeholder: 'hook',
  },
}
