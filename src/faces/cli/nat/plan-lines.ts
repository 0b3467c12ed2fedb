/** The figures of a plan for a NAT, each with what it means. */
import type { NatPlan, NatPlanRequest, NatProvider, Percentiles } from '../../../model/nat/plan/plan.ts'

export interface PlanLine {
  readonly what: string
  readonly value: string
  readonly means: string
}

export function natPlanLines(
  plan: NatPlan,
  { ports, blocks, reserved }: NatPlanRequest,
  beyondProvider: boolean,
): readonly PlanLine[] {
  const line = (what: string, value: string, means: string): PlanLine => ({ what, value, means })
  const { run, byFormula } = plan
  return [
    line('fits', plan.fits && !beyondProvider ? 'yes' : 'no', 'whether few enough find no port'),
    line('addresses', whole(plan.addresses), 'external ones'),
    line('subscribers', whole(plan.hostsPerAddress), 'to one address'),
    line('mappings', whole(plan.load), 'at a time, of all: rate times hold'),
    ...(reserved === true
      ? []
      : [line('ports in use', three(run.used), `p50/p95/p99 of ${whole(ports)} of one address`)]),
    line('of a subscriber', three(run.perHost), `p50/p95/p99 of ports; at most ${whole(run.perHost.most)}`),
    ...(blocks === undefined
      ? []
      : [
          line(
            'blocks',
            reserved === true ? 'fixed' : three(run.blocksPerHost),
            reserved === true
              ? `${whole(blocks.size * blocks.perHost)} ports are each one’s own`
              : `p50/p95/p99 of a subscriber’s, of ${blocks.perHost}`,
          ),
          line('at the limit', share(plan.blockedByLimit), 'of new mappings: the subscriber has all it may'),
        ]),
    ...(reserved === true
      ? []
      : [line('no port left', share(plan.blockedByPool), 'of new mappings, simulated')]),
    ...(byFormula === null ? [] : [line('by formula', share(byFormula.blocked), 'the same by Erlang B')]),
    line('bears', `${plan.bears.toFixed(2)}×`, 'the rate, until too many find no port'),
  ]
}

export function natPlanNotes(plan: NatPlan, provider: NatProvider | null): readonly string[] {
  if (provider === null) return []
  const { called, mostAddresses, notes, source } = provider
  return [
    ...(mostAddresses !== null && plan.addresses > mostAddresses
      ? [`${called} has at most ${mostAddresses} addresses: divide the load among several.`]
      : []),
    ...notes.map(note => `${called}: ${note}.`),
    `Figures from ${source}.`,
  ]
}

const three = ({ p50, p95, p99 }: Percentiles): string => [p50, p95, p99].map(whole).join('/')
const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
const share = (value: number): string =>
  value > 0 && value < 1e-6 ? '<0.0001%' : `${Number((value * 100).toPrecision(3))}%`
