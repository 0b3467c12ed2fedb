import type { NatProviderName } from '../../../model/nat/plan/plan.ts'
import type { PortRange } from '../../../model/port.ts'
import type { CommandSpec } from '../command.ts'
import { durationFlag, type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface NatPlanFlags extends OutputFlags {
  readonly subscribers: number
  readonly rate: number
  /** Milliseconds. */
  readonly hold: number
  readonly and: readonly { readonly hosts: number; readonly rate: number }[] | undefined
  readonly addresses: number | undefined
  readonly block: number | undefined
  readonly blocks: number | undefined
  readonly range: PortRange | undefined
  readonly provider: NatProviderName | undefined
  readonly blocked: number
  readonly seed: number
}

const numbers = () => import('../nat/plan-numbers.ts')
const values = () => import('../capacity/plan-values.ts')

const spec: CommandSpec<NatPlanFlags> = {
  usage: ['nat plan --subscribers <number> --rate <number> --hold <time> [flags]'],
  about: [
    'Says on paper how many addresses subscribers behind a NAT need, or how far',
    'those go that there are, by simulating one. A hold is the time that a mapping',
    'keeps its port: its life, and the time until it expires. Of a NAT that lets',
    'one port serve several destinations, count what goes to the busiest one.',
  ],
  parameters: {
    flags: {
      subscribers: {
        kind: 'parsed',
        async parse(text) {
          return (await numbers()).parseSubscribers(text)
        },
        brief: 'Hosts behind the NAT',
        placeholder: 'number',
      },
      rate: {
        kind: 'parsed',
        async parse(text) {
          return (await values()).parseRate(text)
        },
        brief: 'New mappings a second of each',
        placeholder: 'number',
      },
      hold: { ...durationFlag, brief: 'How long each keeps its port' },
      and: {
        kind: 'parsed',
        async parse(text) {
          return (await numbers()).parseHostClass(text)
        },
        variadic: true,
        optional: true,
        brief: 'More subscribers, of another rate: 200:5',
        placeholder: 'number:rate',
      },
      addresses: {
        kind: 'parsed',
        async parse(text) {
          return (await values()).parseCount(text)
        },
        optional: true,
        brief: 'External addresses; as few as will do',
        placeholder: 'number',
      },
      block: {
        kind: 'parsed',
        async parse(text) {
          return (await numbers()).parseBlock(text)
        },
        optional: true,
        brief: 'Ports are given out in blocks of this size',
        placeholder: 'ports',
      },
      blocks: {
        kind: 'parsed',
        async parse(text) {
          return (await values()).parseCount(text)
        },
        optional: true,
        brief: 'Blocks that a subscriber may have; 4',
        placeholder: 'number',
      },
      range: {
        kind: 'parsed',
        async parse(text) {
          return (await values()).parseRange(text)
        },
        optional: true,
        brief: 'Ports of an address; 1024-65535',
        placeholder: 'ports',
      },
      provider: {
        kind: 'enum',
        values: ['aws', 'azure', 'azure-lb', 'gcp'],
        optional: true,
        brief: 'As aws, azure, azure-lb or gcp share out ports',
        placeholder: 'nat',
      },
      blocked: {
        kind: 'parsed',
        async parse(text) {
          return (await numbers()).parseShare(text)
        },
        default: '0.01%',
        brief: 'Share that may find no port',
        placeholder: 'share',
      },
      seed: {
        kind: 'parsed',
        async parse(text) {
          return (await values()).parseCount(text)
        },
        default: '1',
        brief: 'Another one is another simulation',
        placeholder: 'number',
      },
      ...outputFlags,
    },
  },
  letters: outputLetters,
  examples: [
    ['ports nat plan --subscribers 5000 --rate 0.2 --hold 5m', 'how many addresses they need'],
    ['ports nat plan --subscribers 5000 --rate 0.2 --hold 5m --block 512', 'in blocks, as carriers do'],
    ['ports nat plan --subscribers 500 --rate 1 --hold 2m --provider gcp', 'with a provider’s figures'],
  ],
  load: () => import('../commands/nat-plan.ts'),
}
export default spec
