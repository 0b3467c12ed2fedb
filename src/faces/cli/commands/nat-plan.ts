/** `ports nat plan`: how many external addresses subscribers need, on paper. */
import { fault } from '../../../model/fault.ts'
import { type NatPlanRequest, natProvider, planNat } from '../../../model/nat/plan/plan.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { natPlanLines, natPlanNotes } from '../nat/plan-lines.ts'
import { seededBy } from '../nat/seeded.ts'
import { formatOf, print, writePieces } from '../render/output.ts'
import type { NatPlanFlags } from '../specs/nat-plan.ts'

const COMMAND = 'ports nat plan'
const DEFAULT_BLOCKS = 4
const PORTS = 64_512

export default async function natPlan(this: CliContext, flags: NatPlanFlags): Promise<ExitStatus> {
  const format = formatOf(this, flags, COMMAND)
  if (flags.subscribers === undefined || flags.rate === undefined || flags.hold === undefined)
    throw fault('E_USAGE', { what: 'a plan needs --subscribers, --rate and --hold', command: COMMAND })
  const { subscribers, rate, hold, and = [], addresses, block, blocks, range, blocked, seed } = flags
  const provider = flags.provider === undefined ? null : natProvider(flags.provider, total(subscribers, and))
  if (provider !== null)
    for (const name of ['block', 'blocks', 'range'] as const)
      if (flags[name] !== undefined)
        throw fault('E_USAGE', {
          what: `--${name} and --provider exclude each other: it has its own`,
          command: COMMAND,
        })
  if (blocks !== undefined && block === undefined)
    throw fault('E_USAGE', { what: '--blocks needs --block, the size of one', command: COMMAND })
  const ports = provider?.ports ?? (range === undefined ? PORTS : range.last - range.first + 1)
  if (block !== undefined && block > ports)
    throw fault('E_USAGE', { what: `a block of ${block} doesn’t fit into ${ports} ports`, command: COMMAND })
  const own = block === undefined ? undefined : { size: block, perHost: blocks ?? DEFAULT_BLOCKS }
  const inBlocks = provider?.reserved ?? own
  const request: NatPlanRequest = {
    classes: [{ hosts: subscribers, rate }, ...and],
    hold: hold / 1000,
    ports,
    blocked,
    randomFor: run => seededBy(seed * 1_000_003 + run),
    ...(inBlocks === undefined ? {} : { blocks: inBlocks }),
    ...(provider?.reserved === undefined ? {} : { reserved: true }),
    ...(addresses === undefined ? {} : { addresses }),
  }
  const plan = planNat(request)
  const notes = natPlanNotes(plan, provider)
  const { run, ...figures } = plan
  const { counted: simulated, used, perHost, blocksPerHost } = run
  const beyondProvider = plan.addresses > (provider?.mostAddresses ?? Number.POSITIVE_INFINITY)
  await print(
    this,
    { ...flags, json: false, output: format },
    {
      schema: 'nat-plan@1',
      type: 'nat-plan',
      columns: [
        { key: 'what', title: 'WHAT', value: ({ what }) => what },
        { key: 'value', title: 'VALUE', align: 'right', value: ({ value }) => value },
        { key: 'means', title: 'MEANS', value: ({ means }) => means, priority: 2, truncate: 'end' },
      ],
      rows: natPlanLines(plan, request, beyondProvider),
      items: [
        {
          ...figures,
          holdSeconds: request.hold,
          portsPerAddress: ports,
          blocks: request.blocks ?? null,
          simulated,
          used,
          perHost,
          blocksPerHost: request.blocks === undefined ? null : blocksPerHost,
          beyondProvider,
          notes,
        },
      ],
    },
  )
  if (format === 'table' && notes.length > 0) {
    const { wrap } = await import('../render/wrap.ts')
    const lines = notes.flatMap(note => wrap(note, this.stdout.columns, 2))
    await writePieces(this.stdout, ['\n', ...lines.map(line => `${line}\n`)])
  }
  return plan.fits && !beyondProvider ? EXIT.done : EXIT.no
}

const total = (subscribers: number, and: readonly { readonly hosts: number }[]): number =>
  and.reduce((sum, { hosts }) => sum + hosts, subscribers)
