/** `ports hold-lease`: the keeper that `ports lease --hold` starts. Says how many sockets it has bound, and stays. */
import { fault } from '../../../model/fault.ts'
import { holdPort } from '../../../tools/bind/bind.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'

export default async function holdLease(
  this: CliContext,
  _flags: object,
  nonce: string,
): Promise<ExitStatus> {
  if (!/^[0-9a-z]{1,32}$/.test(nonce))
    throw fault('E_USAGE', { what: `"${nonce}" is not the mark of a claim`, command: 'ports hold-lease' })
  const os = await this.openOS()
  try {
    await holdPort(os, nonce, bound => this.stdout.write(`${bound}\n`), this.signal)
    return EXIT.done
  } finally {
    await os.close()
  }
}
