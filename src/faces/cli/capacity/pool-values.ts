/** The columns of pools for other programs: a column holds numbers or words, never both. */
import { UNKNOWN_SAYS } from '../../../model/known.ts'
import type { Pool } from '../../../tools/capacity/capacity.ts'
import type { Column } from '../render/column.ts'
import { outlookOf } from './pool-item.ts'

const column = (key: string, value: Column<Pool>['value']): Column<Pool> => ({ key, title: key, value })

export const POOL_VALUES: readonly Column<Pool>[] = [
  column('pool', ({ pool }) => pool),
  column('used', ({ used }) => used),
  column('usable', ({ usable }) => (usable.known ? usable.value : null)),
  column('usable-unknown', ({ usable }) => (usable.known ? null : UNKNOWN_SAYS[usable.reason])),
  column('fill-percent', ({ used, usable }) => {
    if (!usable.known) return null
    return usable.value === 0 ? 100 : Math.floor((used / usable.value) * 100)
  }),
  column('outlook', outlookOf),
  column('rate-per-second', rateOf),
  column('left-seconds', leftOf),
  column('cause', ({ cause }) => cause?.code ?? null),
]

/** Null for pools of which no rate is measured. */
function rateOf(pool: Pool): number | null {
  if (pool.forecast !== null) return Number(pool.forecast.rate.toFixed(3))
  return outlookOf(pool) === 'quiet' ? 0 : null
}

/** Null where the outlook is not that it ends. */
function leftOf(pool: Pool): number | null {
  const outlook = outlookOf(pool)
  if (outlook === 'full') return 0
  return outlook === 'foretold' ? Number(pool.forecast!.seconds.toFixed(3)) : null
}
