/** `ports --sim town.yaml trace …`: a packet's way through all hosts of a network. */
import type { FlowQuestion } from '../../../tools/firewall/firewall.ts'
import { type Hop, type TraceNet, traceNetwork } from '../../../tools/trace/trace.ts'
import type { CliContext } from '../context.ts'
import type { ExitStatus } from '../exit.ts'
import type { Column } from '../render/column.ts'
import { type formatOf, print, warn } from '../render/output.ts'
import { serviceNames } from '../sockets/service-names.ts'
import type { TraceFlags } from '../specs/trace.ts'
import { networkItem } from './network-item.ts'
import { networkStatus } from './network-verdict.ts'
import { type StageRow, stageColumns } from './stage-columns.ts'

interface Row extends StageRow {
  readonly trace: Hop
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'host', title: 'HOST', value: ({ trace }) => trace.host },
  ...stageColumns,
]

export async function traceThroughNetwork(
  context: CliContext,
  net: TraceNet,
  question: FlowQuestion,
  flags: TraceFlags,
  format: ReturnType<typeof formatOf>,
): Promise<ExitStatus> {
  const services = await serviceNames(context, [question.packet.destinationPort ?? 0])
  const { from, reply } = flags
  const trace = await traceNetwork(net, question, {
    services,
    signal: context.signal,
    reply,
    ...(from === undefined ? {} : { from }),
  })
  const warnings = trace.warnings.map(message => ({ code: 'host', message }))
  const common = { schema: 'trace@1', type: 'trace', complete: true, warnings } as const
  if (format === 'table') {
    const [{ networkText }, { paintFor }] = await Promise.all([
      import('./network-text.ts'),
      import('../render/colour.ts'),
    ])
    const paint = paintFor(context, context.stdout, flags)
    await context.stdout.write(networkText(trace, paint, context.stdout.columns))
    await warn(context, flags, warnings)
  } else if (format === 'plain' || format === 'csv') {
    const rows = [...trace.hops, ...(trace.reply?.hops ?? [])].flatMap(hop =>
      hop.stages.map((stage): Row => ({ trace: hop, stage })),
    )
    await print(
      context,
      { ...flags, json: false, output: format },
      { ...common, columns: COLUMNS, rows, item: ({ stage }) => stage },
    )
  } else {
    await print(
      context,
      { ...flags, json: false, output: format },
      { ...common, columns: [], rows: [trace], item: networkItem },
    )
  }
  return networkStatus(trace)
}
