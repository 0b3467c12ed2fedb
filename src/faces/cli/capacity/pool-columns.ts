/** The columns of pools. */
import { UNKNOWN_SAYS } from '../../../model/known.ts'
import type { Pool } from '../../../tools/capacity/capacity.ts'
import type { Style } from '../render/colour.ts'
import type { Column } from '../render/column.ts'
import { outlookOf } from './pool-item.ts'
import { sparkline } from './sparkline.ts'

const style = ({ cause }: Pool): Style | undefined =>
  cause === null || cause.severity === 'note' ? undefined : 'warn'

/** `history`: what was used at the looks before, by pool, the newest last; without it there is no column for it. */
export function poolColumns(history?: ReadonlyMap<string, readonly number[]>): readonly Column<Pool>[] {
  return [
    { key: 'pool', title: 'POOL', value: ({ pool }) => pool, truncate: 'middle', least: 24 },
    { key: 'used', title: 'USED', align: 'right', value: ({ used }) => used, priority: 3 },
    {
      key: 'usable',
      title: 'OF',
      align: 'right',
      value: ({ usable }) => (usable.known ? usable.value : `(${UNKNOWN_SAYS[usable.reason]})`),
      truncate: 'end',
      least: 6,
      // Half a number is a wrong one.
      whole: ({ usable }) => usable.known,
      priority: 3,
    },
    { key: 'fill', title: 'FILL', align: 'right', value: fillText, style },
    { key: 'rate', title: 'RATE/S', align: 'right', value: rateText, priority: 4 },
    { key: 'left', title: 'LEFT', align: 'right', value: leftText, style },
    ...(history === undefined
      ? []
      : [
          {
            key: 'history',
            title: 'HISTORY',
            value: (pool: Pool) => sparkline(history.get(pool.pool) ?? [], topOf(pool)),
            priority: 4,
          },
        ]),
    { key: 'cause', title: 'CAUSE', value: ({ cause }) => cause?.code ?? null, style },
  ]
}

const topOf = ({ usable }: Pool): number => (usable.known ? usable.value : 0)

const fillText = ({ used, usable }: Pool): string | null =>
  !usable.known ? null : usable.value === 0 ? '100%' : `${Math.floor((used / usable.value) * 100)}%`

const rateText = ({ forecast }: Pool): string | null => (forecast === null ? null : forecast.rate.toFixed(1))

export function leftText(pool: Pool): string | null {
  switch (outlookOf(pool)) {
    case 'full':
      return 'none'
    case 'foretold':
      return timeText(pool.forecast!.seconds)
    case 'lasts':
      return 'lasts'
    case 'quiet':
      return 'quiet'
    default:
      return null
  }
}

/** Two digits are enough for what is only likely. */
export function timeText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}
