/**
 * What to do about a cause: words for a person, and where the evidence has all that they need, the commands, at which host.
 *
 * Answers by what the evidence holds: a command has no value that was guessed. None opens more than what was asked, and none empties a
 * table. Nothing is run here. Sources: nft(8), iptables(8), ip-route(8), ip-rule(8), ip-sysctl.rst.
 */
import type { Cause } from '../causes/causes.ts'
import { fill } from '../fill.ts'
import type { Suspect } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'
import { type Command, commandText } from './command.ts'

export interface Advice {
  readonly remedy: string
  /** In the order in which they are run. Absent where words are all there is. */
  readonly commands?: readonly Command[]
}

export function adviceOf(
  { where: { host }, words, remedy, commands }: Pick<Suspect, 'where' | 'words' | 'remedy' | 'commands'>,
  cause: Cause,
): Advice {
  // Only a host that is seen is known by that name: others are told of by an address, or not at all.
  const seen = host === THIS_HOST || words.host === host
  const templates = remedy === undefined && commands === undefined ? (cause.commands ?? []) : []
  const texts = [
    ...(commands ?? []).map(commandText),
    ...templates.map(template => commandText(argvOf(template, words))),
  ]
  const filled = templates.filter(template => isFilled(template, words))
  const argvs = [
    ...(commands ?? []),
    ...(filled.length < templates.length ? [] : filled.map(one => argvOf(one, words))),
  ]
  const place = host === THIS_HOST ? 'here' : seen ? `at ${host}` : 'there'
  const says = fill(remedy ?? cause.remedy, words)
  return {
    remedy: texts.length === 0 ? says : `${says} Run ${place}: ${texts.join(' && ')}`,
    ...(seen && argvs.length > 0 ? { commands: argvs.map(argv => ({ host, argv })) } : {}),
  }
}

const isFilled = (template: string, words: Suspect['words']): boolean =>
  [...template.matchAll(/\{(\w+)/g)].every(([, name]) => words[name!] !== undefined)

/** Cut before it is filled: a value is one argument, or part of one, whatever stands in it. */
const argvOf = (template: string, words: Suspect['words']): readonly string[] =>
  template.split(' ').map(word => fill(word, words))
