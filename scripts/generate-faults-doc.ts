/** Writes docs/faults.md from the catalogue of faults. */
import { writeFileSync } from 'node:fs'
import { FAULTS } from '../src/model/faults.ts'

const OUTPUT = new URL('../docs/faults.md', import.meta.url)

const STATUS: Readonly<Record<number, string>> = {
  2: 'usage or configuration',
  4: 'a right is missing',
  5: 'timed out',
  6: 'undecided',
  70: 'a mistake in the program',
}

export const writeFaultsDoc = (): void => writeFileSync(OUTPUT, generateFaultsDoc())

export function generateFaultsDoc(): string {
  const entries = Object.entries(FAULTS).map(([code, { says, hint, exit }]) =>
    [
      `## ${code}`,
      ['```text', says, '```'].join('\n'),
      `**What to do.** ${sentence(hint)}`,
      `Exit status ${exit}: ${STATUS[exit]}.`,
    ].join('\n\n'),
  )
  return `${[HEAD, ...entries].join('\n\n')}\n`
}

/** A hint that is only a placeholder is made where the fault is raised. */
const sentence = (hint: string): string => (/^\{\w+\}$/.test(hint) ? 'The message says it.' : escaped(hint))

/** Words in braces and angle brackets as they are. */
const escaped = (text: string): string => text.replace(/[*_<>]/g, '\\$&')

const HEAD = `# Faults

<!-- Written by "npm run generate" from src/model/faults.ts. -->

A fault means that a question could not be asked or answered: bad input, a missing right, a broken tool. A refused
connection or a busy port is an answer and no fault. In the library every fault is a \`Fault\` with a \`code\`, a
\`message\`, a \`hint\`, an \`exitCode\` and \`details\`; the command prints message and hint, and exits with the status.
Words in braces are filled in from the details.`
