/** `ports fw watchdog`: what `ports fw apply` starts, to bring the old rules back. Says one line, and stays. */
import { watchTrial } from '../../../tools/apply/apply.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'

export default async function fwWatchdog(this: CliContext, _flags: object, id: string): Promise<ExitStatus> {
  const os = await this.openOS()
  try {
    await watchTrial(os, id, line => this.stdout.write(`${line}\n`), this.signal)
    return EXIT.done
  } finally {
    await os.close()
  }
}
