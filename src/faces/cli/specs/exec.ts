import type { CommandSpec } from '../command.ts'
import { type LeaseFlags, leaseFlags } from './lease-flags.ts'

export interface ExecFlags extends LeaseFlags {
  readonly listenFds: boolean
  readonly host: string | undefined
}

const spec: CommandSpec<ExecFlags, readonly string[]> = {
  usage: ['exec <name> [flags] -- <program> [word]...'],
  about: [
    'The program has the port as PORT, the name as PORT_NAME, and as {port} in its',
    'words. It runs in place of this one; the lease ends with it.',
  ],
  parameters: {
    flags: {
      ...leaseFlags,
      listenFds: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Hand over a listening socket as LISTEN_FDS',
      },
      host: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Address of that socket: 127.0.0.1 without it',
        placeholder: 'address',
      },
    },
    positional: {
      kind: 'array',
      minimum: 2,
      parameter: { placeholder: 'name and a program', brief: 'Name, then program and words', parse: String },
    },
  },
  letters: { p: 'port' },
  examples: [
    ['ports exec web -- npm run dev', 'a server that reads PORT'],
    ['ports exec docs -- python3 -m http.server {port}', 'one that takes the port as a word'],
    ['ports exec api --listen-fds -- ./server', 'one that takes the socket itself'],
  ],
  load: () => import('../commands/exec.ts'),
}

export default spec
