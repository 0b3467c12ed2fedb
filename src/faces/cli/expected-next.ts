/** Completion after a command: its flags, and the values of a flag or an argument, as Stricli proposes them. */
import { buildCommand, proposeCompletions } from '@stricli/core'
import { expandArguments } from './arguments.ts'
import type { AnySpec } from './command.ts'
import { commandLine } from './commands.ts'
import type { Candidate } from './complete.ts'
import type { CliContext } from './context.ts'
import { application, parserContext, stricliParameters } from './parse-and-call.ts'

/** Flags only where one was begun: nobody wants twenty of them after a space. */
export async function expectedNext(
  context: CliContext,
  name: string,
  spec: AnySpec,
  before: readonly string[],
  partial: string,
): Promise<readonly Candidate[]> {
  let inputs: string[]
  try {
    inputs = expandArguments(before, spec, commandLine(name))
  } catch {
    return [] // a flag that there is not: the command itself will say so
  }
  const [, flag, value] = /^(--[\w-]+=)(.*)$/.exec(partial) ?? []
  const words = flag === undefined ? [...inputs, partial] : [...inputs, flag.slice(0, -1), value!]
  const command = buildCommand<Readonly<Record<string, unknown>>, readonly unknown[]>({
    parameters: stricliParameters(spec),
    docs: { brief: '' },
    func() {},
  })
  const found = await proposeCompletions(application(command), words, parserContext(context))
  const candidates = found
    .filter(({ completion }) => completion !== '--' && (partial !== '' || !completion.startsWith('-')))
    .map(({ completion, brief }) => ({ text: (flag ?? '') + completion, brief }))
  const help = partial.startsWith('-') && '--help'.startsWith(partial)
  return help ? [...candidates, { text: '--help', brief: 'Show help' }] : candidates
}
