/**
 * One run of the command: which command is meant, its words parsed, its code loaded and called, and every
 * way to fail turned into a message and an exit status. Tests call it with a context of their own.
 */
import type { AnySpec } from './command.ts'
import { COMMANDS, commandLine, route } from './commands.ts'
import type { CliContext } from './context.ts'
import { EXIT, type ExitStatus, OutputClosed } from './exit.ts'

/** What stands before everything else where the host isn't the one that we run on. */
const ELSEWHERE = /^--(?:sim|host|agent-command)(?:=|$)/

export async function run(argv: readonly string[], context: CliContext): Promise<ExitStatus> {
  try {
    const status = ELSEWHERE.test(argv[0] ?? '')
      ? await (await import('./elsewhere.ts')).elsewhere(argv, context, run)
      : await dispatch(argv, context)
    return context.interruption ?? status
  } catch (error) {
    try {
      if (error instanceof OutputClosed) return EXIT.done
      if (context.interruption !== null) return context.interruption
      const { report } = await import('./errors.ts')
      return await report(error, argv, context)
    } catch (again) {
      if (again instanceof OutputClosed) return EXIT.done
      throw again
    }
  }
}

async function dispatch(argv: readonly string[], context: CliContext): Promise<ExitStatus> {
  const chosen = route(argv)
  switch (chosen.kind) {
    case 'version': {
      const { packageVersion } = await import('./package-version.ts')
      await context.stdout.write(`${packageVersion(context)}\n`)
      return EXIT.done
    }
    case 'help': {
      const { rootHelp } = await import('./help.ts')
      await context.stdout.write(rootHelp())
      return EXIT.done
    }
    case 'group': {
      const { groupHelp } = await import('./help.ts')
      await context.stdout.write(groupHelp(chosen.name))
      return EXIT.done
    }
    case 'complete': {
      const { complete } = await import('./complete.ts')
      await complete(context, chosen.words)
      return EXIT.done
    }
    case 'unknown': {
      const { unknownCommand } = await import('./unknown-command.ts')
      throw unknownCommand(chosen.word, chosen.group)
    }
    case 'command': {
      const { default: spec } = await COMMANDS[chosen.name]!.spec()
      return call(chosen.name, spec, chosen.words, context)
    }
  }
}

async function call(
  name: string,
  spec: AnySpec,
  words: readonly string[],
  context: CliContext,
): Promise<ExitStatus> {
  const ready = await bareWords(spec, words)
  if (ready !== null) {
    const { default: command } = await spec.load()
    return (await command.call(context, ...ready)) ?? EXIT.done
  }
  const { expandArguments } = await import('./arguments.ts')
  const expanded = expandArguments(words, spec, commandLine(name))
  const end = expanded.indexOf('--')
  if (expanded.slice(0, end === -1 ? undefined : end).includes('--help')) {
    const { commandHelp } = await import('./help.ts')
    await context.stdout.write(commandHelp(name, spec))
    return EXIT.done
  }
  const { parseAndCall } = await import('./parse-and-call.ts')
  // The parser takes the first `--` away and hands on what follows.
  const whole = spec.takesCommand === true && end !== -1 ? expanded.toSpliced(end, 0, '--') : expanded
  return parseAndCall(name, spec, whole, context)
}

/**
 * Flags and arguments of a command line without a single flag, as most are; null where it takes the parser to
 * say. There is nothing to parse in them, so Stricli isn't loaded and the answer comes some milliseconds
 * sooner. A test holds this to what Stricli makes of the same words.
 */
export async function bareWords(
  spec: AnySpec,
  words: readonly string[],
): Promise<readonly [Readonly<Record<string, unknown>>, ...unknown[]] | null> {
  if (words.some(word => word.startsWith('-')) || !fits(spec, words.length)) return null
  const flags: Record<string, unknown> = {}
  for (const [name, flag] of Object.entries(spec.parameters.flags ?? {})) {
    const { default: preset, parse } = flag
    flags[name] =
      flag.kind === 'boolean'
        ? (preset ?? false)
        : typeof preset === 'string' && parse !== undefined
          ? await parse.call(undefined as never, preset)
          : preset
  }
  return [flags, ...words]
}

/** Arguments are strings as they are typed: specs parse flags only. */
function fits({ parameters: { positional } }: AnySpec, count: number): boolean {
  if (positional === undefined) return count === 0
  if (positional.kind === 'array') return count >= (positional.minimum ?? 0)
  const needed = positional.parameters.filter(parameter => parameter.optional !== true).length
  return count >= needed && count <= positional.parameters.length
}
