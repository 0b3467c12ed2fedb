/**
 * Reads the examples of a Markdown file: fenced blocks of the language `console`, in which `$ ` begins a command and
 * what follows is what it printed.
 *
 *     ```console                 each `$ ports …` is run and must exit with 0
 *     ```console exit=1,3        or with one of these
 *     ```console exact           and print what stands there
 *     ```console interrupt       it runs until it is interrupted, after its first line
 */

export interface Example {
  /** The file and line, to name the test. */
  readonly place: string
  /** The words after `ports`. */
  readonly words: readonly string[]
  readonly exits: readonly number[]
  /** The output as printed in the document, when it is to be compared. */
  readonly output?: string
  readonly interrupt: boolean
}

const BLOCK = /^```console([^\n]*)\n([\s\S]*?)^```$/gm
const INTERRUPTED = 130

export const examplesOf = (file: string, text: string): Example[] =>
  [...text.matchAll(BLOCK)].flatMap(match => {
    const [, info = '', body = ''] = match
    const line = text.slice(0, match.index).split('\n').length
    return examplesOfBlock(file, line, info.trim().split(/\s+/), body)
  })

function examplesOfBlock(file: string, line: number, info: readonly string[], body: string): Example[] {
  const interrupt = info.includes('interrupt')
  const exits = info
    .find(word => word.startsWith('exit='))
    ?.slice('exit='.length)
    .split(',')
    .map(Number)
  return commandsOf(body).flatMap(({ command, output, at }): Example[] => {
    const words = wordsOf(command)
    if (words[0] === 'sudo') words.shift()
    if (words.shift() !== 'ports') return []
    return [
      {
        place: `${file}:${line + 1 + at} ${command}`,
        words,
        exits: exits ?? [interrupt ? INTERRUPTED : 0],
        interrupt,
        ...(info.includes('exact') ? { output } : {}),
      },
    ]
  })
}

interface Command {
  readonly command: string
  readonly output: string
  /** Lines before it in the block. */
  readonly at: number
}

function commandsOf(body: string): Command[] {
  const commands: { command: string; lines: string[]; at: number }[] = []
  for (const [at, line] of body.split('\n').entries()) {
    const last = commands.at(-1)
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), lines: [], at })
    else if (last?.command.endsWith('\\') && last.lines.length === 0)
      last.command = `${last.command.slice(0, -1).trimEnd()} ${line.trim()}`
    else last?.lines.push(line)
  }
  return commands.map(({ command, lines, at }) => ({ command, output: lines.join('\n').trimEnd(), at }))
}

/** Words as a shell parts them, as far as examples need it: quotes, and an end at a pipe or a comment. */
export function wordsOf(command: string): string[] {
  const words: string[] = []
  for (const [word, bare, single, double] of command.matchAll(/([^\s'"]+)|'([^']*)'|"([^"]*)"/g)) {
    if (word === '|' || word.startsWith('#')) break
    words.push(bare ?? single ?? double ?? '')
  }
  return words
}
