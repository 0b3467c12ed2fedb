/** The fault for a word that is no command, with the one that was perhaps meant. */
import { type Fault, fault } from '../../model/fault.ts'
import { suggest } from '../../model/suggest.ts'
import { COMMANDS, commandsOf, GROUPS } from './commands.ts'

export const unknownCommand = (word: string, group?: string): Fault =>
  fault('E_COMMAND_UNKNOWN', {
    text: group === undefined ? word : `${group} ${word}`,
    suggestion: group === undefined ? suggestion(word) : suggestionIn(group, word),
  })

function suggestion(word: string): string {
  if (/^[^\s/]+:\d+$/.test(word)) return `To explain an endpoint, write "ports explain ${word}".`
  const names = Object.keys(COMMANDS).filter(name => COMMANDS[name]!.hidden !== true && !name.includes(' '))
  const meant = suggest(word, [...names, ...Object.keys(GROUPS)])
  const question = meant === undefined ? '' : `Did you mean "ports ${meant}"? `
  return `${question}"ports --help" lists the commands.`
}

function suggestionIn(group: string, word: string): string {
  const meant = suggest(word, commandsOf(group))
  const question = meant === undefined ? '' : `Did you mean "ports ${group} ${meant}"? `
  return `${question}"ports ${group} --help" lists the commands.`
}
