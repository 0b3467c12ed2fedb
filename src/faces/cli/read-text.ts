/** The text of a file that somebody named, or of standard input for `-`. */
import { fault } from '../../model/fault.ts'
import type { CliContext } from './context.ts'

/** Throws `E_FILE_READ` where there is nothing to read. */
export async function readText(context: CliContext, path: string): Promise<string> {
  if (path === '-') {
    const text = await context.readInput()
    if (text === '') throw fault('E_FILE_READ', { path: 'standard input', why: 'there is nothing in it' })
    return text
  }
  const text = context.files.read(path)
  if (text === null) throw fault('E_FILE_READ', { path, why: 'there is no such file, or it may not be read' })
  return text
}
