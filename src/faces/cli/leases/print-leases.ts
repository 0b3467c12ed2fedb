/** Ports as bare numbers, one a line, for `$(…)`; or in the form that was asked for. */
import type { CliContext } from '../context.ts'
import type { Warning } from '../render/json.ts'
import { formatOf, print } from '../render/output.ts'
import type { OutputFlags } from '../specs/shared-flags.ts'
import { FREE_COLUMNS, LEASE_COLUMNS, type LeaseRow, leaseItem } from './lease-rows.ts'
import { LEASE_VALUES } from './lease-values.ts'

export async function printPorts(
  context: CliContext,
  flags: OutputFlags,
  rows: readonly LeaseRow[],
  warnings: readonly Warning[] = [],
): Promise<void> {
  if (flags.output !== undefined || flags.json) {
    formatOf(context, flags)
    return printLeases(context, flags, rows, warnings)
  }
  await context.stdout.write(rows.flatMap(({ lease }) => lease.ports.map(port => `${port}\n`)).join(''))
  if (warnings.length > 0) {
    const { warn } = await import('../render/output.ts')
    await warn(context, flags, warnings)
  }
}

/** Ports that nobody has: a row for each, as they needn't be in a row; in JSON an item of the shape of a lease. */
export async function printFree(
  context: CliContext,
  flags: OutputFlags,
  ports: readonly number[],
  warnings: readonly Warning[],
): Promise<void> {
  const lease = { name: null, ports, holder: null, expiresAt: null }
  const items = ports.length === 0 ? [] : [leaseItem({ lease, process: null, user: null })]
  if (flags.output === undefined && !flags.json)
    return printPorts(context, flags, [{ lease, process: null, user: null }], warnings)
  const answer = { schema: 'leases@1', type: 'lease', columns: FREE_COLUMNS, rows: ports, items, warnings }
  return print(context, flags, answer)
}

export const printLeases = (
  context: CliContext,
  flags: OutputFlags,
  rows: readonly LeaseRow[],
  warnings: readonly Warning[] = [],
): Promise<void> =>
  print(context, flags, {
    schema: 'leases@1',
    type: 'lease',
    columns: formatOf(context, flags) === 'table' ? LEASE_COLUMNS : LEASE_VALUES,
    rows,
    item: leaseItem,
    warnings,
  })
