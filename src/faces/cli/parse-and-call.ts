/** Parses a command's words with Stricli and calls the command. Stricli prints nothing: what fails is thrown. */
import {
  type ApplicationText,
  buildApplication,
  buildCommand,
  type CommandContext,
  run,
  type TypedCommandParameters,
  text_en,
} from '@stricli/core'
import type { AnySpec, ParserContext } from './command.ts'
import type { CliContext } from './context.ts'
import { EXIT, type ExitStatus } from './exit.ts'

/** Throws a fault for words that can't be parsed, and whatever the command throws. */
export async function parseAndCall(
  name: string,
  spec: AnySpec,
  words: readonly string[],
  context: CliContext,
): Promise<ExitStatus> {
  const unparsed: unknown[] = []
  const failed: unknown[] = []
  let status: ExitStatus | undefined
  const text: ApplicationText = {
    ...text_en,
    exceptionWhileParsingArguments: thrown => note(unparsed, thrown),
    exceptionWhileLoadingCommandFunction: thrown => note(failed, thrown),
  }
  const command = buildCommand<Readonly<Record<string, unknown>>, readonly unknown[]>({
    parameters: stricliParameters(spec),
    docs: { brief: '' },
    loader: async () => {
      const { default: body } = await spec.load()
      return async (flags: object, ...args: readonly unknown[]) => {
        try {
          status = (await body.call(context, flags, ...args)) ?? EXIT.done
        } catch (thrown) {
          failed.push(thrown)
        }
      }
    },
  })
  await run(application(command, text), words, parserContext(context))

  if (unparsed.length > 0) {
    const { usageFault } = await import('./usage-fault.ts')
    throw usageFault(unparsed[0], name)
  }
  if (status === undefined) throw failed[0]
  return status
}

/** The spec's types were checked where it was written; here flags and arguments are of any type. */
export const stricliParameters = (spec: AnySpec) =>
  spec.parameters as TypedCommandParameters<
    Readonly<Record<string, unknown>>,
    readonly unknown[],
    CommandContext
  >

/** Names of flags are camel case inside and kebab case outside; words after `--` are arguments. */
export const application = (command: ReturnType<typeof buildCommand>, text: ApplicationText = text_en) =>
  buildApplication(
    command,
    {
      name: 'ports',
      scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
      documentation: { disableAnsiColor: true },
      localization: { text },
    },
    {},
  )

export const parserContext = (cli: CliContext): ParserContext => ({
  process: { stdout: nowhere, stderr: nowhere },
  cli,
})

const nowhere = { write() {} }

function note(list: unknown[], thrown: unknown): string {
  list.push(thrown)
  return ''
}
