/** `ports stop --connection`: shows the connections that a filter means, asks, and ends them. */
import { fault } from '../../../model/fault.ts'
import { SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { SOCKET_STATES } from '../../../model/socket.ts'
import { type ConnectionResult, endConnections, planConnections } from '../../../tools/stop/stop.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import type { Column } from '../render/column.ts'
import { print, warn } from '../render/output.ts'
import { endpointText } from '../sockets/endpoint-text.ts'
import { filterOf } from '../sockets/filter-words.ts'
import type { Format } from '../specs/shared-flags.ts'
import type { StopFlags } from '../specs/stop.ts'
import { ask } from './confirmed.ts'

interface Row {
  readonly row: number
  readonly outcome: ConnectionResult['outcome'] | null
}

/** Throws `E_STOP_FILTER` for an empty filter, and what the filter's reader throws. */
export async function stopConnections(
  context: CliContext,
  flags: StopFlags,
  format: Format,
  words: readonly string[],
): Promise<ExitStatus> {
  if (words.join('').trim() === '') throw fault('E_STOP_FILTER')
  const filter = await filterOf(context, words)
  const os = await context.openOS()
  try {
    const plan = await planConnections(os, filter, context.signal)
    const text = format === 'table' || format === 'plain'
    const { columns, facts } = plan.table
    const shown: readonly Column<Row>[] = [
      { key: 'protocol', title: 'PROTO', value: ({ row }) => SOCKET_PROTOCOLS[columns.protocol[row]!]! },
      { key: 'local', title: 'LOCAL', value: ({ row }) => endpointText(plan.table, row, 'local') },
      { key: 'peer', title: 'PEER', value: ({ row }) => endpointText(plan.table, row, 'peer') },
      { key: 'state', title: 'STATE', value: ({ row }) => SOCKET_STATES[columns.state[row]!]! },
      {
        key: 'process',
        title: 'PROCESS',
        value: ({ row }) =>
          facts
            .processes(row)
            .map(({ name, pid }) => `${name} ${pid}`)
            .join(', ') ||
          (facts.noOwner(row) ?? null),
      },
    ]
    const outcome: Column<Row> = {
      key: 'outcome',
      title: 'OUTCOME',
      value: one =>
        one.outcome === null ? null : 'says' in one.outcome ? one.outcome.says : one.outcome.kind,
    }
    const item = ({ row, outcome: came }: Row) => ({
      protocol: SOCKET_PROTOCOLS[columns.protocol[row]!]!,
      local: endpointText(plan.table, row, 'local'),
      peer: endpointText(plan.table, row, 'peer'),
      state: SOCKET_STATES[columns.state[row]!]!,
      cookie: String(columns.cookie[row]!),
      owners: facts.processes(row).map(({ name, pid }) => ({ pid, name })),
      outcome: came?.kind ?? 'planned',
      ...(came !== null && 'says' in came ? { reason: came.says } : {}),
    })
    const warnings = plan.findings.map(({ code, says, remedy }) => ({
      code,
      message: says,
      ...(remedy === undefined ? {} : { hint: remedy }),
    }))
    const answer = { schema: 'ended@1', type: 'connection', item, warnings }
    const before = plan.rows.map(row => ({ row, outcome: null }))
    if (before.length === 0) {
      if (text) await warn(context, flags, warnings)
      else await print(context, flags, { ...answer, columns: [...shown, outcome], rows: [] })
      if (text) await context.stderr.write('ports: no connection matches the filter\n')
      return EXIT.nothingMatched
    }
    if (text || flags.dryRun) await print(context, flags, { ...answer, columns: shown, rows: before })
    if (flags.dryRun) return EXIT.done
    const count = before.length === 1 ? 'this connection' : `these ${before.length} connections`
    if (!flags.yes && !(await ask(context, text, `End ${count}?`))) return EXIT.no
    const results = await endConnections(os, plan, context.signal)
    await print(context, flags, {
      ...answer,
      ...(text ? { warnings: [] } : {}),
      columns: [...shown, outcome],
      rows: results,
    })
    return statusOf(results)
  } finally {
    await os.close()
  }
}

function statusOf(results: readonly ConnectionResult[]): ExitStatus {
  const kinds = new Set(results.map(({ outcome }) => outcome.kind))
  if (kinds.has('denied')) return EXIT.no
  return kinds.has('unsupported') ? EXIT.undecided : EXIT.done
}
