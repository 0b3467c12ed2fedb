/** The text of a file that was named on the command line; `-` is standard input. */
import { fault } from '../../../model/fault.ts'
import type { CliContext } from '../context.ts'

/** Throws `E_USAGE` where there is none. */
export function rulesOf({ files }: CliContext, file: string, command = 'ports fw apply'): string {
  const text = files.read(file === '-' ? '/dev/stdin' : file)
  if (text === null)
    throw fault('E_USAGE', { what: `"${file}" can’t be read: is there such a file?`, command })
  return text
}
