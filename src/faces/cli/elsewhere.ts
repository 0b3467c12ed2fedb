/**
 * What stands before a command to have it run on another host: `--sim town.yaml --host web`, `--host ssh://ops@web`; and which
 * program answers there, also for `--at`.
 */
import { fault } from '../../model/fault.ts'
import { isSshTarget } from '../../model/ssh-target.ts'
import type { CliContext } from './context.ts'
import type { ExitStatus } from './exit.ts'

type Run = (argv: readonly string[], context: CliContext) => Promise<ExitStatus>

type Flag = 'sim' | 'host' | 'agent-command'

const AS_IN: Readonly<Record<Flag, string>> = {
  sim: '--sim town.yaml --host web',
  host: '--sim town.yaml --host web, or --host ssh://web',
  'agent-command': '--host ssh://web --agent-command "sudo -n portolan"',
}

/** Throws `E_USAGE`, and what opening the host throws. */
export async function elsewhere(argv: readonly string[], context: CliContext, run: Run): Promise<ExitStatus> {
  const { found, words } = readFlags(argv)
  const { sim: file, host, 'agent-command': agentCommand } = found
  // Help is the same on every host.
  if (words.slice(0, words.includes('--') ? words.indexOf('--') : undefined).includes('--help'))
    return run(words, context)
  const remote = host !== undefined && isSshTarget(host)
  const asks = remote || words.some(word => /^--at(?:=|$)/.test(word))
  if (agentCommand !== undefined && !asks)
    throw wrong('--agent-command is about a host to log in to: say which with --host ssh://web')
  const given =
    agentCommand === undefined
      ? context
      : Object.create(context, { agentCommand: { value: agentCommand, enumerable: true } })
  if (file !== undefined) {
    if (remote) throw wrong(`--sim has hosts of its own: ${host} is none of them`)
    return (await import('./simulate.ts')).simulate({ file, host, words }, given, run)
  }
  if (remote) return (await import('./on-remote.ts')).onRemote({ url: host, words }, given, run)
  if (host === undefined) return run(words, given)
  throw wrong(
    '--host names a host of a simulated network: say which with --sim <file>; or one to log in to, as --host ssh://web',
  )
}

function readFlags(argv: readonly string[]): {
  readonly found: Readonly<Partial<Record<Flag, string>>>
  readonly words: readonly string[]
} {
  const found: Partial<Record<Flag, string>> = {}
  const words = [...argv]
  for (;;) {
    const [, flag, value] = /^--(sim|host|agent-command)(?:=(.*))?$/.exec(words[0] ?? '') ?? []
    if (flag === undefined) return { found, words }
    words.shift()
    const given = value ?? words.shift()
    if (given === undefined || given === '')
      throw wrong(`--${flag} needs a value, as in ${AS_IN[flag as Flag]}`)
    found[flag as Flag] = given
  }
}

const wrong = (what: string) => fault('E_USAGE', { what, command: 'ports' })
