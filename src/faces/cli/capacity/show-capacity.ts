/** Prints the pools of one moment, in any form. */
import type { Capacity, Pool } from '../../../tools/capacity/capacity.ts'
import type { CapacityFormat } from '../commands/capacity.ts'
import type { CliContext } from '../context.ts'
import { print, warn, writePieces } from '../render/output.ts'
import { incompleteness } from '../sockets/incompleteness.ts'
import type { CapacityFlags } from '../specs/capacity.ts'
import { poolColumns } from './pool-columns.ts'
import { poolItem } from './pool-item.ts'
import { POOL_VALUES } from './pool-values.ts'

/** Pools without a cause that a person gets to see; programs get all. */
const MOST_QUIET = 12

/** Returns whether all could be seen. */
export async function showCapacity(
  context: CliContext,
  flags: CapacityFlags,
  format: CapacityFormat,
  { at, pools, table, notes }: Capacity,
  history?: ReadonlyMap<string, readonly number[]>,
): Promise<boolean> {
  const { complete, warnings: hidden } = incompleteness(table, [])
  const known = new Set(hidden.map(({ code }) => code))
  const warnings = [
    ...hidden,
    ...notes.filter(({ code }) => !known.has(code)).map(({ code, says }) => ({ code, message: says })),
  ]
  if (format === 'prom') {
    const { expositionLines, poolGauges } = await import('./exposition.ts')
    await writePieces(context.stdout, expositionLines(poolGauges(pools.filter(isWorthSeries))))
    await warn(context, flags, warnings)
    return complete
  }
  await print(
    context,
    { ...flags, json: false, output: format },
    {
      schema: 'capacity@1',
      type: 'pool',
      complete,
      warnings,
      columns: format === 'table' ? poolColumns(history) : POOL_VALUES,
      rows: format === 'table' ? shownOf(pools) : pools,
      item: pool => poolItem(pool, at),
    },
  )
  if (format === 'table') {
    const [{ adviceLines }, { paintFor }] = await Promise.all([
      import('./advice-lines.ts'),
      import('../render/colour.ts'),
    ])
    const paint = paintFor(context, context.stdout, flags)
    await writePieces(context.stdout, adviceLines(pools, context.stdout.columns, paint))
  }
  return complete
}

/** A destination that hardly uses anything would be a series of its own all the same. */
const isWorthSeries = ({ kind, used, usable, cause }: Pool): boolean =>
  kind !== 'tcp-destination' || cause !== null || !usable.known || used >= usable.value / 100

function shownOf(pools: readonly Pool[]): readonly Pool[] {
  let quiet = 0
  return pools.filter(({ cause }) => cause !== null || quiet++ < MOST_QUIET)
}
