/** `ports free`: numbers of ports that nobody has. */
import { parseAddress } from '../../../model/address.ts'
import { fault } from '../../../model/fault.ts'
import { findFreePorts } from '../../../tools/bind/bind.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { printFree } from '../leases/print-leases.ts'
import type { FreeFlags } from '../specs/free.ts'

export default async function free(
  this: CliContext,
  flags: FreeFlags,
  ...words: string[]
): Promise<ExitStatus> {
  const [text = '1', more] = words
  if (more !== undefined)
    throw fault('E_USAGE', {
      what: `how many is one number, and "${more}" is another word`,
      command: 'ports free',
    })
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > 65535)
    throw fault('E_USAGE', {
      what: `"${text}" is not a number of ports from 1 to 65535`,
      command: 'ports free',
    })
  const host = flags.host === undefined ? undefined : parseAddress(flags.host)
  const os = await this.openOS()
  try {
    const { ports, shortage } = await findFreePorts(os, {
      count: Number(text),
      range: flags.range,
      protocol: flags.udp ? 'udp' : 'tcp',
      host,
    })
    const warnings =
      shortage === null ? [] : [{ code: shortage.code, message: shortage.says, hint: shortage.remedy! }]
    await printFree(this, flags, ports, warnings)
    return shortage === null ? EXIT.done : EXIT.no
  } finally {
    await os.close()
  }
}
