/**
 * What a person would call a process.
 *
 * The program, by its file name; for an interpreter what it runs, too (`command-name.ts`). A process that has written
 * itself a title is called by it, without the command line that some titles repeat.
 *
 * The name is not safe to print: whatever the process put into its arguments is still in it.
 */
import { baseName, commandName } from './command-name.ts'

/** Arguments are as long and as many as their process likes; the name stands in the first of them. */
const MOST_WORDS = 512
const LONGEST_WORD = 4096

/** `comm`: the kernel's short name. `exe`: the path of the executable, where it is known. Never empty. */
export function processName(comm: string, argv: readonly string[], exe?: string): string {
  const path = exe?.replace(/ \(deleted\)$/, '') ?? ''
  const words = argv.slice(0, MOST_WORDS).map(word => word.slice(0, LONGEST_WORD))
  const first = words[0]?.trim() ?? ''
  const named = comm || baseName(path) || '(unnamed)'
  if (words.length === 0) return named
  if (first === '') return baseName(path) || named
  if (words.length === 1 && first !== path && /\s/.test(first)) return titleName(first, comm) || named
  return commandName(words) || named
}

/** TASK_COMM_LEN without its NUL. */
const COMM_LENGTH = 15

/** `prog: what it does`, `prog (version)`, or a whole command line in one string. */
function titleName(title: string, comm: string): string {
  if (title.startsWith('/')) return pathTitleName(title, comm)
  const [, program, rest] = /^(\S+):\s+(.*)$/s.exec(title) ?? []
  if (program === undefined || rest === undefined) return title
  const words = rest.split(/\s+/)
  const command = words.findIndex(word => word === program || COMMAND_LINE.test(word))
  const kept = command < 0 ? words : words.slice(0, command)
  return kept.length === 0 ? program : `${program}: ${kept.join(' ')}`
}

/** How a command line inside a title begins: a path, perhaps in brackets, or an option. */
const COMMAND_LINE = /^[([]?\/|^--?\w/

/** A title that begins with a path: that of a program in a folder with a blank in it, or a command line. */
function pathTitleName(title: string, comm: string): string {
  const whole = baseName(title)
  if (whole !== '' && whole.slice(0, COMM_LENGTH) === comm) return whole
  const command = title.split(/\s+-/, 1)[0]!
  if (command !== title) return baseName(command)
  const [program = '', ...rest] = command.split(/\s+/)
  return [baseName(program), ...rest].join(' ')
}
