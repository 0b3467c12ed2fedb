import type { CommandSpec } from '../command.ts'
import { type LeaseFlags, leaseFlags } from './lease-flags.ts'
import { durationFlag, type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface LeaseCommandFlags extends LeaseFlags, OutputFlags {
  /** Milliseconds. */
  readonly ttl: number | undefined
  readonly pid: number | undefined
  readonly hold: boolean
}

/** Throws `E_USAGE`. */
async function parsePid(text: string): Promise<number> {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  const { fault } = await import('../../../model/fault.ts')
  throw fault('E_USAGE', { what: `"${text}" is not a process id`, command: 'ports lease' })
}

const spec: CommandSpec<LeaseCommandFlags, readonly [string]> = {
  usage: ['lease <name> [flags]'],
  about: [
    'The lease lasts as long as the shell or program that asked for it. The same',
    'name in the same project and branch gets the same port when it is free.',
  ],
  parameters: {
    flags: {
      ...leaseFlags,
      ttl: { ...durationFlag, optional: true, brief: 'Ends after this time, whoever asked: 30m' },
      pid: {
        kind: 'parsed',
        parse: parsePid,
        optional: true,
        brief: 'Ends with this process, not with the caller',
        placeholder: 'pid',
      },
      hold: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Keep it bound against programs that don’t ask',
      },
      ...outputFlags,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ placeholder: 'name', brief: 'What the port is for', parse: String }],
    },
  },
  letters: { p: 'port', ...outputLetters },
  examples: [
    ['PORT=$(ports lease web)', 'a port for this shell'],
    ['ports lease workers --block 10', 'ten ports in a row'],
    ['ports lease api --port 3000 --ttl 1h', 'port 3000 for an hour'],
  ],
  load: () => import('../commands/lease.ts'),
}

export default spec
