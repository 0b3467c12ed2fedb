import type { CommandSpec } from '../command.ts'
import { type FwPortFlags, fwPortFlags, fwPortLetters, portArgument } from './fw-port-flags.ts'

const spec: CommandSpec<FwPortFlags, readonly [string]> = {
  usage: ['fw open <port> [flags]'],
  about: [
    'Lets others in to a port: through ufw or firewalld where one of them is used,',
    'else in our own table. Says which other rule would still drop, if one does.',
  ],
  parameters: { flags: fwPortFlags, positional: portArgument },
  letters: fwPortLetters,
  examples: [
    ['ports fw open 443 --dry-run', 'what would be done, and what it comes to'],
    ['ports fw open 5432 --from 10.0.0.0/8', 'for these sources only'],
    ['ports fw open udp/53 --persist --yes', 'kept over a reboot, without asking'],
  ],
  load: () => import('../commands/fw-open.ts'),
}

export default spec
