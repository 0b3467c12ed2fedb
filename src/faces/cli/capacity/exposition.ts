/**
 * Gauges in the text format that Prometheus scrapes, version 0.0.4. A handful of gauges of one moment needs no
 * registry, and so no package.
 */
import type { Pool } from '../../../tools/capacity/capacity.ts'
import { outlookOf } from './pool-item.ts'

export interface Gauge {
  readonly name: string
  readonly help: string
  readonly samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[]
}

export function* expositionLines(gauges: readonly Gauge[]): Generator<string> {
  for (const { name, help, samples } of gauges) {
    if (samples.length === 0) continue
    yield `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} gauge\n`
    for (const [labels, value] of samples) yield `${name}${labelText(labels)} ${valueText(value)}\n`
  }
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const valueText = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)

export function poolGauges(pools: readonly Pool[]): readonly Gauge[] {
  const gauge = (name: string, help: string, value: (pool: Pool) => number | undefined): Gauge => ({
    name: `portolan_pool_${name}`,
    help,
    samples: pools.flatMap(pool => {
      const number = value(pool)
      return number === undefined ? [] : [[{ kind: pool.kind, pool: pool.pool }, number] as const]
    }),
  })
  const full = (pool: Pool): boolean => outlookOf(pool) === 'full'
  return [
    gauge('used', 'How much of the pool is used.', ({ used }) => used),
    gauge('usable', 'How much there is in all.', ({ usable }) => (usable.known ? usable.value : undefined)),
    gauge('rate_per_second', 'Connections that come a second.', ({ forecast }) => forecast?.rate),
    gauge('hold_seconds', 'Seconds for which each keeps its port.', ({ forecast }) => forecast?.hold),
    gauge('exhausted_in_seconds', 'Seconds until it is full; +Inf for never at this rate.', pool =>
      full(pool) ? 0 : pool.forecast?.seconds,
    ),
    gauge('connections_left', 'Connections that succeed until it is full.', pool =>
      full(pool) ? 0 : pool.forecast?.connections,
    ),
    {
      name: 'portolan_pool_cause',
      help: 'Why the pool is short: 1 for each cause.',
      samples: pools.flatMap(({ kind, pool, cause }) =>
        cause === null ? [] : [[{ kind, pool, code: cause.code, severity: cause.severity }, 1] as const],
      ),
    },
  ]
}
