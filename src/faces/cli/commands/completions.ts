/** `ports completions`: the script that a shell loads to complete our commands. */
import { fault } from '../../../model/fault.ts'
import { SCRIPTS } from '../completion-scripts.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import type { Shell } from '../specs/completions.ts'

export default async function completions(
  this: CliContext,
  _flags: object,
  shell: string,
): Promise<ExitStatus> {
  if (!isShell(shell)) {
    const what = `"${shell}" is none of the shells ${Object.keys(SCRIPTS).join(', ')}`
    throw fault('E_USAGE', { what, command: 'ports completions' })
  }
  await this.stdout.write(SCRIPTS[shell])
  return EXIT.done
}

const isShell = (text: string): text is Shell => Object.hasOwn(SCRIPTS, text)
