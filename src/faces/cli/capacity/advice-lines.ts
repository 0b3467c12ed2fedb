/** Why pools are short and what to do, in sentences under the table. */
import type { Pool } from '../../../tools/capacity/capacity.ts'
import { clean } from '../render/clean.ts'
import type { Paint } from '../render/colour.ts'
import { wrap } from '../render/wrap.ts'
import { timeText } from './pool-columns.ts'

export function* adviceLines(pools: readonly Pool[], width: number, paint: Paint): Generator<string> {
  for (const { cause, forecast, steps } of pools) {
    if (cause === null) continue
    yield '\n'
    const [first, ...rest] = wrap(clean(`${cause.code}: ${cause.says}.`), width, 2)
    yield `${paint(first!, cause.severity === 'note' ? undefined : 'warn')}\n`
    for (const line of rest) yield `${line}\n`
    if (forecast !== null && Number.isFinite(forecast.seconds)) {
      const latest = Number.isFinite(forecast.latest) ? timeText(forecast.latest) : 'never'
      const text = `Full in ${timeText(forecast.seconds)} (${timeText(forecast.soonest)} to ${latest}), after ${Math.floor(forecast.connections)} more connections, if ${forecast.assumes.join('; ')}.`
      for (const line of wrap(`  ${text}`.trimStart(), width - 2, 0)) yield `  ${line}\n`
    }
    for (const [i, step] of steps.entries())
      for (const line of wrap(`${i + 1}. ${clean(step)}`, width - 2, 3)) yield `  ${line}\n`
  }
}
