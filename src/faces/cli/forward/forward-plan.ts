/** What forwarding would come to, as rows and as data. */
import { type Endpoint, formatEndpoint, formatEndpointSpec } from '../../../model/endpoint.ts'
import type { ForwardPlan, ForwardRule } from '../../../tools/forward/forward.ts'
import type { CliContext } from '../context.ts'
import type { Column } from '../render/column.ts'
import { print } from '../render/output.ts'
import type { OutputFlags } from '../specs/shared-flags.ts'

interface Row {
  readonly rule: ForwardRule
  readonly at: Endpoint
}

const columns: readonly Column<Row>[] = [
  { key: 'proto', title: 'PROTO', value: ({ rule }) => rule.protocol },
  { key: 'listen', title: 'LISTEN', value: ({ at }) => formatEndpoint(at), truncate: 'middle' },
  {
    key: 'to',
    title: 'TO',
    value: ({ rule: { to } }) => formatEndpointSpec(to),
    truncate: 'middle',
  },
]

export function printPlan(
  context: CliContext,
  flags: OutputFlags,
  { rules: asked, relay, findings }: ForwardPlan,
): Promise<void> {
  const { rules, ...limits } = relay
  return print(context, flags, {
    schema: 'forward-plan@1',
    type: 'rule',
    columns,
    rows: rules.flatMap(({ listen }, i) => listen.map(at => ({ rule: asked[i]!, at }))),
    items: rules.map(({ protocol, listen, to }) => ({ protocol, listen, to })),
    more: { limits, findings },
    warnings: findings.map(({ code, says, remedy }) => ({
      code,
      message: says,
      ...(remedy === undefined ? {} : { hint: remedy }),
    })),
  })
}
