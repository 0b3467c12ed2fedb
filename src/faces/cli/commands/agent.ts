/** `ports agent --stdio`: answers a ports on another machine, until its input ends. */
import { fault } from '../../../model/fault.ts'
import { serveAgent } from '../../../os/open.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { packageVersion } from '../package-version.ts'
import type { AgentFlags } from '../specs/agent.ts'

export default async function agent(this: CliContext, { stdio }: AgentFlags): Promise<ExitStatus> {
  if (!stdio)
    throw fault('E_USAGE', {
      what: '"ports agent" speaks over its standard streams only, and wants to be told so: --stdio',
      command: 'ports agent',
    })
  const streams = { input: this.inputBytes(), write: (text: string) => this.stdout.write(text) }
  const program = `portolan ${packageVersion(this)}`
  await serveAgent(await this.openOS(), streams, { program, uid: this.uid })
  return EXIT.done
}
