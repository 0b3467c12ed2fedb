import type { CommandSpec } from '../command.ts'
import { type FwPortFlags, fwPortFlags, fwPortLetters, portArgument } from './fw-port-flags.ts'

const spec: CommandSpec<FwPortFlags, readonly [string]> = {
  usage: ['fw close <port> [flags]'],
  about: [
    'Keeps others out of a port, also those who are connected to it; this machine',
    'itself still gets in. Through ufw or firewalld, or in our own table.',
  ],
  parameters: { flags: fwPortFlags, positional: portArgument },
  letters: fwPortLetters,
  examples: [
    ['ports fw close 3306', 'show what would be done, ask, and do it'],
    ['ports fw close 22 --confirm 60s', 'on trial: back in a minute unless confirmed'],
    ['ports fw close 8080 --from 192.0.2.0/24 --yes', 'for these sources, without asking'],
  ],
  load: () => import('../commands/fw-close.ts'),
}

export default spec
