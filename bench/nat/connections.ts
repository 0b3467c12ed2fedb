/** 100,000 tracked connections in a namespace: the table read into columns, and `ports nat --all`, each to `conntrack -L`. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Bench, Benchmark, Result } from '../benchmarks.ts'
import { type Pairs, ratioOf, spreadOf } from '../pairs.ts'

interface Told {
  readonly rows: number
  readonly read: Pairs
  readonly whole: Pairs
}

let told: Told | undefined

/** Both are measured in one namespace, since it takes long to fill. */
function measure({ ports, pairs, output }: Bench): Told {
  if (told !== undefined) return told
  const child = fileURLToPath(new URL('./connections-child.ts', import.meta.url))
  const words = ['--net', process.execPath, child, String(pairs), output, ...ports]
  const ran = spawnSync('unshare', words, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (ran.status !== 0) throw new Error(`connections-child: ${ran.stderr}`)
  told = JSON.parse(ran.stdout) as Told
  return told
}

function resultOf(rows: number, pairs: Pairs, target: number): Result {
  const line = (name: string, values: readonly number[]): string => {
    const { median, least, most } = spreadOf(values)
    return `${name.padEnd(9)} ${median.toFixed(0)} ms  (${least.toFixed(0)} to ${most.toFixed(0)})`
  }
  const { median, least, most } = ratioOf(pairs)
  return {
    lines: [
      `${rows} connections`,
      line('ports', pairs.ours),
      line('conntrack', pairs.theirs),
      `ratio  ${median.toFixed(3)}  (${least.toFixed(3)} to ${most.toFixed(3)})`,
    ],
    figure: median,
    target,
    unit: '',
  }
}

export const CONNECTIONS: readonly Benchmark[] = [
  {
    name: 'connections',
    what: 'tracked connections read into columns, to conntrack -L',
    where: 'machine',
    needs: 'conntrack',
    measure: bench => {
      const { rows, read } = measure(bench)
      return resultOf(rows, read, 1)
    },
  },
  {
    name: 'nat-all',
    what: 'tracked connections: ports nat --all, to conntrack -L',
    where: 'machine',
    needs: 'conntrack',
    measure: bench => {
      const { rows, whole } = measure(bench)
      return resultOf(rows, whole, 4)
    },
  },
]
