/** The figures of a plan, each with what it means. */
import type { CapacityPlan } from '../../../model/capacity/capacity.ts'
import type { Gauge } from './exposition.ts'
import { timeText } from './pool-columns.ts'

export interface PlanLine {
  readonly what: string
  readonly value: string
  readonly means: string
}

export function planLines(plan: CapacityPlan): readonly PlanLine[] {
  const line = (what: string, value: string, means: string): PlanLine => ({ what, value, means })
  return [
    line('fits', plan.fits ? 'yes' : 'no', 'whether the peak fits into the ports there are'),
    line('held at once', whole(plan.heldPerDestination), 'towards one destination: rate times hold'),
    line('peak', whole(Math.ceil(plan.peakPerDestination)), 'what chance makes of it: three deviations more'),
    line('ports', whole(plan.ports), 'towards one destination, of all source addresses'),
    line('fill', share(plan.fill), 'of these ports'),
    line('sustainable', `${whole(plan.sustainable)}/s`, 'connections a second that last, in all'),
    line('per destination', `${whole(plan.sustainablePerDestination)}/s`, 'the same to one destination'),
    ...(plan.cheapPerDestination === null
      ? []
      : [
          line(
            'cheap',
            `${whole(plan.cheapPerDestination)}/s`,
            'to half of the range: beyond, connect() is slow',
          ),
        ]),
    line(
      'full after',
      plan.fullAfter === null ? 'never' : timeText(plan.fullAfter),
      'beginning with nothing',
    ),
    line('turned away', share(plan.blocking), 'find no port, if they come at random (Erlang B)'),
    ...(plan.missed === null
      ? []
      : [line('given up on', share(plan.missed), 'dropped by source NAT before the ports are used up')]),
    line('addresses needed', whole(plan.addressesNeeded), 'source addresses, with these destinations'),
    line('or destinations', whole(plan.destinationsNeeded), 'destinations, with these source addresses'),
    line('or ports', whole(plan.portsNeeded), 'towards each, for one in 10,000 to find none'),
  ]
}

export function planNotes({ gateway, beyondGateway }: CapacityPlan): readonly string[] {
  if (gateway === null)
    return ['Ports that servers or reservations take are not counted: "ports capacity" does, on the machine.']
  const { called, notes, symptom, source, readOn, mostAddresses } = gateway
  return [
    ...(beyondGateway
      ? [`${called} has at most ${mostAddresses} addresses: divide the load among several.`]
      : []),
    ...notes.map(note => `${called}: ${note}.`),
    `When it runs out: ${symptom}.`,
    `Figures from ${source}, read on ${readOn}.`,
  ]
}

/** Everything of a plan that is a number. */
export const planGauges = (plan: CapacityPlan): readonly Gauge[] =>
  Object.entries(plan).flatMap(([name, value]) =>
    typeof value === 'number' || typeof value === 'boolean'
      ? [
          {
            name: `portolan_plan_${name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)}`,
            help: 'A figure of the plan; see the schema plan@1.',
            samples: [[{}, Number(value)] as const],
          },
        ]
      : [],
  )

const whole = (value: number): string => Math.floor(value).toLocaleString('en-US')
const share = (value: number): string =>
  value > 0 && value < 1e-6 ? '<0.0001%' : `${Number((value * 100).toPrecision(3))}%`
