import type { GatewayName } from '../../../model/capacity/capacity.ts'
import type { EndpointSpec } from '../../../model/endpoint.ts'
import type { PortRange } from '../../../model/port.ts'
import type { CommandSpec } from '../command.ts'
import {
  durationFlag,
  FORMATS,
  type Format,
  type OutputFlags,
  outputFlags,
  outputLetters,
} from './shared-flags.ts'

export interface CapacityFlags extends Omit<OutputFlags, 'output'> {
  readonly output: Format | 'prom' | undefined
  readonly watch: boolean
  readonly to: EndpointSpec | undefined
  /** Milliseconds. */
  readonly interval: number | undefined
  /** Milliseconds. */
  readonly stale: number
  readonly strict: boolean
  /** Connections a second. */
  readonly rate: number | undefined
  /** Milliseconds. */
  readonly hold: number | undefined
  readonly destinations: number | undefined
  readonly addresses: number | undefined
  readonly range: PortRange | undefined
  readonly provider: GatewayName | undefined
}

async function count(text: string): Promise<number> {
  return (await import('../capacity/plan-values.ts')).parseCount(text)
}

const spec: CommandSpec<CapacityFlags, readonly string[]> = {
  usage: ['capacity [flags]', 'capacity plan --rate <number> --hold <time> [flags]'],
  about: [
    'Looks twice, and says what is used up, when, and why. With "plan" nothing is',
    'looked at: the answer is on paper. A hold is the time that a connection keeps',
    'its port: its life, and 60s of TIME_WAIT where this side closes first.',
  ],
  parameters: {
    flags: {
      watch: { kind: 'boolean', default: false, withNegated: false, brief: 'Look again and again' },
      to: {
        kind: 'parsed',
        async parse(text) {
          return (await import('../../../model/endpoint.ts')).parseEndpoint(text)
        },
        optional: true,
        brief: 'Only connections to this endpoint or port',
        placeholder: 'dest',
      },
      interval: { ...durationFlag, optional: true, brief: 'Time between looks: 1s, with --watch 5s' },
      stale: { ...durationFlag, default: '1m', brief: 'Leaked if unclosed so long' },
      rate: {
        kind: 'parsed',
        async parse(text) {
          return (await import('../capacity/plan-values.ts')).parseRate(text)
        },
        optional: true,
        brief: 'Plan: connections a second in all',
        placeholder: 'number',
      },
      hold: { ...durationFlag, optional: true, brief: 'Plan: how long each keeps its port' },
      destinations: {
        kind: 'parsed',
        parse: count,
        optional: true,
        brief: 'Plan: endpoints that they go to; 1',
        placeholder: 'number',
      },
      addresses: {
        kind: 'parsed',
        parse: count,
        optional: true,
        brief: 'Plan: addresses that they come from; 1',
        placeholder: 'number',
      },
      range: {
        kind: 'parsed',
        async parse(text) {
          return (await import('../capacity/plan-values.ts')).parseRange(text)
        },
        optional: true,
        brief: 'Plan: ports of an address; 32768-60999',
        placeholder: 'ports',
      },
      provider: {
        kind: 'enum',
        values: ['aws', 'azure', 'gcp', 'linux-snat'],
        optional: true,
        brief: 'Plan: through aws, azure, gcp or linux-snat',
        placeholder: 'nat',
      },
      strict: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Exit with 4 if rights are lacking to see all',
      },
      ...outputFlags,
      output: {
        kind: 'enum',
        values: [...FORMATS, 'prom'],
        optional: true,
        brief: 'Print as table, plain, json, ndjson, csv or prom',
        placeholder: 'format',
      },
    },
    positional: {
      kind: 'array',
      parameter: {
        placeholder: 'plan',
        brief: 'Answer on paper',
        parse: String,
        proposeCompletions: () => ['plan'],
      },
    },
  },
  letters: outputLetters,
  examples: [
    ['ports capacity', 'what is short here, and what to change'],
    ['ports capacity --watch --to :443', 'ports left towards HTTPS servers, over time'],
    ['ports capacity plan --rate 800 --hold 60', 'whether that many connections fit'],
  ],
  load: () => import('../commands/capacity.ts'),
}

export default spec
