/** Prints a plan: figures with a word on each. */
import { type CapacityPlan, planCapacity } from '../../../model/capacity/capacity.ts'
import { fault } from '../../../model/fault.ts'
import type { CapacityFormat } from '../commands/capacity.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { print, writePieces } from '../render/output.ts'
import type { CapacityFlags } from '../specs/capacity.ts'
import { planGauges, planLines, planNotes } from './plan-lines.ts'

const COMMAND = 'ports capacity'

export async function showPlan(
  context: CliContext,
  flags: CapacityFlags,
  format: CapacityFormat,
): Promise<ExitStatus> {
  const { rate, hold, destinations = 1, addresses = 1, range, provider } = flags
  if (rate === undefined || hold === undefined)
    throw fault('E_USAGE', { what: 'a plan needs --rate and --hold', command: COMMAND })
  if (range !== undefined && provider !== undefined)
    throw fault('E_USAGE', {
      what: '--range and --provider exclude each other: a gateway has its own',
      command: COMMAND,
    })
  for (const name of ['watch', 'to', 'interval'] as const)
    if (flags[name] !== undefined && flags[name] !== false)
      throw fault('E_USAGE', {
        what: `a plan looks at nothing: --${name} is for "${COMMAND}"`,
        command: COMMAND,
      })
  const asked = { rate, hold: hold / 1000, destinations, addresses }
  const plan = planCapacity({
    ...asked,
    ...(range === undefined ? {} : { range }),
    ...(provider === undefined ? {} : { gateway: provider }),
  })
  if (format === 'prom') {
    const { expositionLines } = await import('./exposition.ts')
    await writePieces(context.stdout, expositionLines(planGauges(plan)))
    return statusOf(plan)
  }
  await print(
    context,
    { ...flags, json: false, output: format },
    {
      schema: 'plan@1',
      type: 'plan',
      columns: [
        { key: 'what', title: 'WHAT', value: ({ what }) => what },
        { key: 'value', title: 'VALUE', align: 'right', value: ({ value }) => value },
        { key: 'means', title: 'MEANS', value: ({ means }) => means, priority: 2, truncate: 'end' },
      ],
      rows: planLines(plan),
      items: [planItem(asked, plan)],
    },
  )
  if (format === 'table') {
    const { wrap } = await import('../render/wrap.ts')
    const lines = planNotes(plan).flatMap(note => wrap(note, context.stdout.columns, 2))
    await writePieces(context.stdout, ['\n', ...lines.map(line => `${line}\n`)])
  }
  return statusOf(plan)
}

const statusOf = ({ fits, beyondGateway }: CapacityPlan): ExitStatus =>
  fits && !beyondGateway ? EXIT.done : EXIT.no

function planItem(asked: { readonly hold: number; readonly rate: number }, plan: CapacityPlan): object {
  const { hold, ...rest } = asked
  const { gateway, ...figures } = plan
  return { ...rest, holdSeconds: hold, ...figures, gateway, notes: planNotes(plan) }
}
