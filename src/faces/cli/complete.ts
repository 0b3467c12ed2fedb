/**
 * Answers `ports __complete WORDS…`, which the shells' scripts call: what could stand in place of the last
 * word, one candidate a line, with a tab and a description. Commands, flags and values come from the tree.
 */
import { COMMANDS, commandsOf, GROUPS, route } from './commands.ts'
import type { CliContext } from './context.ts'
import { clean } from './render/clean.ts'

export interface Candidate {
  readonly text: string
  readonly brief: string
}

export async function complete(context: CliContext, words: readonly string[]): Promise<void> {
  const candidates = await candidatesFor(context, words.length === 0 ? [''] : words)
  await context.stdout.write(candidates.map(({ text, brief }) => `${text}\t${clean(brief)}\n`).join(''))
}

async function candidatesFor(context: CliContext, words: readonly string[]): Promise<readonly Candidate[]> {
  const partial = words.at(-1)!
  const isFlag = partial.startsWith('-')
  if (words.length === 1)
    return isFlag ? parsed(context, 'overview', [], partial) : firstWord(context, partial)
  if (words.length === 2 && !isFlag && Object.hasOwn(GROUPS, words[0]!)) return ofGroup(words[0]!, partial)
  const chosen = route(words)
  if (chosen.kind !== 'command') return []
  const before = chosen.words.slice(0, -1)
  const takesPort = chosen.name === 'explain' || (chosen.name === 'stop' && !before.includes('--connection'))
  const isPort = takesPort && !isFlag && before.at(-1)?.startsWith('-') !== true
  return isPort ? livePorts(context, partial) : parsed(context, chosen.name, before, partial)
}

async function firstWord(context: CliContext, partial: string): Promise<readonly Candidate[]> {
  const commands = [...Object.entries(COMMANDS), ...Object.entries(GROUPS)]
    .filter(([name, entry]) => !('hidden' in entry) && !name.includes(' ') && name.startsWith(partial))
    .map(([text, { brief }]) => ({ text, brief }))
  return /^\d*$/.test(partial) ? [...commands, ...(await livePorts(context, partial))] : commands
}

const ofGroup = (group: string, partial: string): readonly Candidate[] =>
  commandsOf(group)
    .filter(name => name.startsWith(partial))
    .map(text => ({ text, brief: COMMANDS[`${group} ${text}`]!.brief }))

async function livePorts(context: CliContext, partial: string): Promise<readonly Candidate[]> {
  return (await import('./live-ports.ts')).livePorts(context, partial)
}

/** What the parser expects next; loaded only here. */
async function parsed(
  context: CliContext,
  name: string,
  before: readonly string[],
  partial: string,
): Promise<readonly Candidate[]> {
  const { default: spec } = await COMMANDS[name]!.spec()
  const { expectedNext } = await import('./expected-next.ts')
  return expectedNext(context, name, spec, before, partial)
}
