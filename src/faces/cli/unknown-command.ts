/** The fault for a word that is no command, with the one that was perhaps meant. */
import { type Fault, fault } from '../../model/fault.ts'
import { suggest } from '../../model/suggest.ts'
import { COMMANDS } from './commands.ts'

export const unknownCommand = (word: string): Fault =>
  fault('E_COMMAND_UNKNOWN', { text: word, suggestion: suggestion(word) })

function suggestion(word: string): string {
  if (/^[^\s/]+:\d+$/.test(word)) return `To explain an endpoint, write "ports explain ${word}".`
  const names = Object.keys(COMMANDS).filter(name => COMMANDS[name]!.hidden !== true)
  const meant = suggest(word, names)
  const question = meant === undefined ? '' : `Did you mean "ports ${meant}"? `
  return `${question}"ports --help" lists the commands.`
}
