/** What forwarding would come to, as rows and as data. */
import { formatEndpoint } from '../../../model/endpoint.ts'
import type { ForwardPlan, RelayRule } from '../../../tools/forward/forward.ts'
import type { CliContext } from '../context.ts'
import type { Column } from '../render/column.ts'
import { print } from '../render/output.ts'
import type { OutputFlags } from '../specs/shared-flags.ts'

const columns: readonly Column<RelayRule>[] = [
  { key: 'proto', title: 'PROTO', value: ({ protocol }) => protocol },
  { key: 'listen', title: 'LISTEN', value: ({ listen }) => listen.map(formatEndpoint).join(', ') },
  {
    key: 'to',
    title: 'TO',
    value: ({ to: { host, port } }) => `${host.includes(':') ? `[${host}]` : host}:${port}`,
  },
]

export function printPlan(
  context: CliContext,
  flags: OutputFlags,
  { relay, findings }: ForwardPlan,
): Promise<void> {
  const { rules, ...limits } = relay
  return print(context, flags, {
    schema: 'forward-plan@1',
    type: 'rule',
    columns,
    rows: rules,
    item: ({ protocol, listen, to }) => ({ protocol, listen, to }),
    more: { limits, findings },
    warnings: findings.map(({ code, says, remedy }) => ({
      code,
      message: says,
      ...(remedy === undefined ? {} : { hint: remedy }),
    })),
  })
}
