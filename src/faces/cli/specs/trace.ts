import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface TraceFlags extends OutputFlags {
  readonly in: string | undefined
  readonly from: string | undefined
  readonly reply: boolean
  readonly strict: boolean
}

const spec: CommandSpec<TraceFlags, readonly string[]> = {
  usage: ['trace <protocol> <source> -> <destination> [flags]'],
  about: [
    'Follows a packet through this machine: each stage, what it did by which rule,',
    'and the packet after it, to the socket and process that get it, or the',
    'neighbour that it is sent to. Nothing is sent. Quote the arrow, or write "to".',
    'With --sim <file> before it and no --host, through all hosts of that network.',
  ],
  parameters: {
    flags: {
      in: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Interface that it comes in by',
        placeholder: 'interface',
      },
      from: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'In a network: the host that it begins at',
        placeholder: 'host',
      },
      reply: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'In a network: also the way of the answer',
      },
      strict: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Exit with 4 if rights are lacking to see all',
      },
      ...outputFlags,
    },
    positional: { kind: 'array', parameter: { parse: String, brief: 'A packet', placeholder: 'flow' } },
  },
  letters: outputLetters,
  examples: [
    ['ports trace "tcp 192.0.2.9:40000 -> 192.0.2.1:443"', 'who gets a connection from there?'],
    ['ports trace tcp 10.0.0.9:40000 to 198.51.100.7:443 --in eth1', 'as it comes in by eth1'],
    [
      'ports --sim town.yaml trace tcp 192.168.1.20:40000 to 203.0.113.10:22 --reply',
      'through a network, and back',
    ],
  ],
  load: () => import('../commands/trace.ts'),
}
export default spec
