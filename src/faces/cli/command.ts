/**
 * What a command line is made of, as data: flags, arguments, one-character flags, three examples, and a loader.
 *
 * The code of a command is imported when it runs; help, completion and the parser need only the data.
 */
import type { CommandContext, TypedCommandParameters } from '@stricli/core'
import type { CliContext } from './context.ts'
import type { ExitStatus } from './exit.ts'

/** What Stricli hands to parsers and completers. Its own output goes nowhere: `run.ts` prints. */
export interface ParserContext extends CommandContext {
  readonly cli: CliContext
}

export type Command<Flags, Args extends readonly unknown[]> = (
  this: CliContext,
  flags: Flags,
  ...args: Args
) => ExitStatus | undefined | Promise<ExitStatus | undefined>

export interface CommandSpec<
  Flags extends Readonly<Record<keyof Flags, unknown>>,
  Args extends readonly unknown[] = readonly [],
> {
  /** What follows the name, one line for each way to call it. */
  readonly usage: readonly string[]
  /** What the arguments are, for help. */
  readonly about?: readonly string[]
  readonly parameters: Omit<TypedCommandParameters<Flags, Args, ParserContext>, 'aliases'>
  /** One-character flags. Digits are allowed, as in `-4`. */
  readonly letters: Readonly<Record<string, keyof Flags & string>>
  /** Flags whose value may be left out: what a value looks like, and what stands for none. */
  readonly optionalValues?: Readonly<Partial<Record<keyof Flags & string, OptionalValue>>>
  /** What stands after `--` is a command of its own: the arguments then have the `--` among them. */
  readonly takesCommand?: true
  readonly examples: readonly [Example, Example, Example]
  readonly load: () => Promise<{ readonly default: Command<Flags, Args> }>
}

export interface OptionalValue {
  readonly looks: RegExp
  readonly otherwise: string
}

/** A command line that works as it stands, and what it is for. */
export type Example = readonly [line: string, purpose: string]

/** A spec of any command, as help, completion and the parser see it. */
export interface AnySpec
  extends Pick<
    CommandSpec<Readonly<Record<string, unknown>>>,
    'usage' | 'about' | 'letters' | 'examples' | 'takesCommand'
  > {
  readonly parameters: {
    readonly flags?: Readonly<Record<string, AnyFlag>>
    readonly positional?: AnyPositional
  }
  readonly optionalValues?: Readonly<Record<string, OptionalValue | undefined>>
  // biome-ignore lint/suspicious/noExplicitAny: flags and arguments are checked where the spec is written
  readonly load: () => Promise<{ readonly default: Command<any, any> }>
}

export interface AnyFlag {
  readonly kind: 'boolean' | 'counter' | 'enum' | 'parsed'
  readonly brief: string
  readonly placeholder?: string
  readonly values?: readonly string[]
  readonly default?: unknown
  readonly hidden?: boolean
  readonly parse?: (this: never, text: string) => unknown
}

export type AnyPositional =
  | { readonly kind: 'array'; readonly minimum?: number }
  | { readonly kind: 'tuple'; readonly parameters: readonly { readonly optional?: boolean }[] }
