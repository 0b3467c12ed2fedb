/** The number of a user, from a number or a name of this machine's password file (passwd(5)). */
import { fault } from '../../../model/fault.ts'
import type { CliContext } from '../context.ts'

const LARGEST = 0xfffffffe

/** Throws `E_USAGE` for nobody. */
export function userIdOf(context: Pick<CliContext, 'files'>, text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= LARGEST) return Number(text)
  for (const line of (context.files.read('/etc/passwd') ?? '').split('\n')) {
    const [name, , uid] = line.split(':')
    if (name === text && uid !== undefined && /^\d+$/.test(uid)) return Number(uid)
  }
  throw fault('E_USAGE', { what: `there is no user "${text}" on this machine`, command: 'ports can-bind' })
}
