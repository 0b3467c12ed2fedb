import type { CommandSpec } from '../command.ts'
import { type HookFlags, hookFlags, type RulesFlags, rulesFlags } from './fw-flags.ts'
import { FORMATS, type Format, type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface FwTestFlags extends Omit<OutputFlags, 'output'>, RulesFlags, HookFlags {
  readonly output: Format | 'junit' | undefined
  readonly in: string | undefined
  readonly out: string | undefined
  readonly suite: string | undefined
}

const spec: CommandSpec<FwTestFlags, readonly string[]> = {
  usage: ['fw test <flow>... [flags]', 'fw test --suite <file> [flags]'],
  about: [
    'Says whether a packet passes the filter, by which rule. Nothing is sent.',
    'A flow: tcp 10.0.0.1:4000 -> 10.0.0.2:22 [in eth0] [out eth1] [state new]',
    '[flags syn,ack] [type echo-request] [code 4] [mark 0x1] [length 1500].',
    'A suite has one on each line, after the verdict that is wanted: drop tcp …',
    'In a file of rules, a destination is taken to be the machine itself unless',
    'an output interface is named. Exits with 1 unless all is as wanted, or passes.',
  ],
  parameters: {
    flags: {
      ...rulesFlags,
      in: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Interface that it comes in by',
        placeholder: 'interface',
      },
      out: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Interface that it leaves by',
        placeholder: 'interface',
      },
      ...hookFlags,
      suite: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Flows with wanted verdicts, from a file or -',
        placeholder: 'file',
      },
      ...outputFlags,
      output: {
        kind: 'enum',
        values: [...FORMATS, 'junit'],
        optional: true,
        brief: 'Print as table, plain, json, ndjson, csv or junit',
        placeholder: 'format',
      },
    },
    positional: { kind: 'array', parameter: { parse: String, brief: 'A packet', placeholder: 'flow' } },
  },
  letters: outputLetters,
  examples: [
    ['ports fw test "tcp 10.0.0.9:4000 -> 10.0.0.2:22"', 'does SSH from there pass?'],
    ['ports fw test --rules new.nft "udp 10.0.0.9:4000 -> 10.0.0.2:53"', 'the same of a file'],
    ['ports fw test --rules new.nft --suite wanted.txt -o junit', 'a test suite, for CI'],
  ],
  load: () => import('../commands/fw-test.ts'),
}
export default spec
