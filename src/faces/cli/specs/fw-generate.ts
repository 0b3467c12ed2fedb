import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface FwGenerateFlags extends OutputFlags {
  readonly policy: string | undefined
  readonly for: 'nft' | 'iptables' | 'ufw'
  readonly used: boolean
  readonly folder: string | undefined
}

const spec: CommandSpec<FwGenerateFlags> = {
  usage: ['fw generate [flags]'],
  about: [
    'Lets in what listens for others now, or what a policy in YAML or JSON allows,',
    'and drops the rest. Loopback, answers, neighbour discovery, packet-too-big and',
    'DHCP always get through. Nothing is changed: "ports fw apply" loads it.',
  ],
  parameters: {
    flags: {
      policy: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Read what is allowed from here; - is stdin',
        placeholder: 'file',
      },
      for: {
        kind: 'enum',
        values: ['nft', 'iptables', 'ufw'],
        default: 'nft',
        brief: 'Rules for nft, iptables or ufw',
        placeholder: 'program',
      },
      used: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Leave out servers that nobody is connected to',
      },
      folder: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Write files there, and say how to load them',
        placeholder: 'folder',
      },
      ...outputFlags,
    },
  },
  letters: outputLetters,
  examples: [
    ['ports fw generate > rules.nft', 'rules for what listens now'],
    ['ports fw generate --policy policy.yaml --for iptables', 'for a policy, in two files'],
    ['ports fw generate --used --json', 'only what is in use, as data'],
  ],
  load: () => import('../commands/fw-generate.ts'),
}

export default spec
