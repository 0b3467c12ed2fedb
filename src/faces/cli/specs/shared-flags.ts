/** Flags that several commands share: how an answer is printed, and where it is looked for. */
import type { FlagParametersForType } from '@stricli/core'
import type { ParserContext } from '../command.ts'

export const FORMATS = ['table', 'plain', 'json', 'ndjson', 'csv'] as const
export type Format = (typeof FORMATS)[number]

export interface OutputFlags {
  readonly output: Format | undefined
  readonly json: boolean
  readonly noHeader: boolean
  readonly noColor: boolean
}

export const outputFlags: FlagParametersForType<OutputFlags, ParserContext> = {
  output: {
    kind: 'enum',
    values: FORMATS,
    optional: true,
    brief: 'Print as table, plain, json, ndjson or csv',
    placeholder: 'format',
  },
  json: { kind: 'boolean', default: false, withNegated: false, brief: 'The same as -o json' },
  noHeader: {
    kind: 'boolean',
    default: false,
    withNegated: false,
    brief: 'Leave out the line of column names',
  },
  noColor: { kind: 'boolean', default: false, withNegated: false, brief: 'No colours, as with NO_COLOR=1' },
}

/** A length of time, in milliseconds once it is read. */
export const durationFlag = {
  kind: 'parsed',
  async parse(text: string) {
    return (await import('../duration.ts')).parseDuration(text)
  },
  placeholder: 'time',
} as const

export const outputLetters = { o: 'output', H: 'noHeader' } as const

export interface NamespaceFlags {
  /** `self`, `all`, or a namespace's name, inode or a pid in it; read by the tool. */
  readonly netns: string | undefined
  readonly strict: boolean
}

export const namespaceFlags: FlagParametersForType<NamespaceFlags, ParserContext> = {
  netns: {
    kind: 'parsed',
    parse: String,
    optional: true,
    brief: 'Look in namespace self, all, a name, pid or inode',
    placeholder: 'which',
    proposeCompletions: () => ['self', 'all'],
  },
  strict: {
    kind: 'boolean',
    default: false,
    withNegated: false,
    brief: 'Exit with 4 if rights are lacking to see all',
  },
}
