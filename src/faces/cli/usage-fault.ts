/** What Stricli found wrong with the words, as a fault in our own words. */
import { ArgumentParseError, ArgumentScannerError, formatMessageForArgumentScannerError } from '@stricli/core'
import { type Fault, fault, isFault } from '../../model/fault.ts'
import { kebab } from './arguments.ts'
import { commandLine } from './commands.ts'

/** Parsers throw faults of their own; those are passed on as they are. */
export function usageFault(thrown: unknown, name: string): Fault {
  const command = commandLine(name)
  if (thrown instanceof ArgumentParseError && isFault(thrown.exception)) return thrown.exception
  if (!(thrown instanceof ArgumentScannerError)) throw thrown
  const what = formatMessageForArgumentScannerError(thrown, {
    FlagNotFoundError: ({ input, corrections }) =>
      `"${command}" has no flag --${input}${alternatives(corrections.map(flag => `--${kebab(flag)}`))}`,
    EnumValidationError: ({ externalFlagName, input, values }) =>
      `--${kebab(externalFlagName)} takes ${oneOf(values)}, not "${input}"`,
    UnsatisfiedFlagError: ({ externalFlagName }) => `--${kebab(externalFlagName)} needs a value`,
    UnexpectedFlagError: ({ externalFlagName }) => `--${kebab(externalFlagName)} is given more than once`,
    UnexpectedPositionalError: ({ input }) =>
      `"${command}" doesn't know what to do with "${input}"${name === 'overview' ? '; a port comes before flags' : ''}`,
    UnsatisfiedPositionalError: ({ placeholder }) => `"${command}" needs ${withArticle(placeholder)}`,
    InvalidNegatedFlagSyntaxError: ({ externalFlagName }) => `--${kebab(externalFlagName)} takes no value`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder, input, exception }) =>
      `"${input}" is no value for ${kebab(externalFlagNameOrPlaceholder)}: ${String((exception as Error)?.message ?? exception)}`,
  })
  return fault('E_USAGE', { what, command })
}

const withArticle = (what: string): string => `${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}`

const oneOf = (values: readonly string[]): string =>
  values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`

const alternatives = (flags: readonly string[]): string =>
  flags.length === 0 ? '' : `; did you mean ${oneOf(flags)}?`
