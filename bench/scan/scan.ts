/** All 65,535 TCP ports of 127.0.0.1, beside a plain loop over Node's `net.connect`, and beside nmap where it is installed. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Bench, Benchmark, Result } from '../benchmarks.ts'
import { ratioOf, runPairs, spreadOf } from '../pairs.ts'
import { peakMemory } from '../resources.ts'
import type { Command } from '../run.ts'

const LOOP = fileURLToPath(new URL('plain-loop.ts', import.meta.url))
const OURS: Command = ['scan', '127.0.0.1', '--ports', 'all']

export const SCAN: readonly Benchmark[] = [
  {
    name: 'scan',
    what: 'ports scan 127.0.0.1 --ports all, to 1,000 of net.connect at a time in a plain loop',
    where: 'machine',
    measure: bench => beside(bench, 'loop', [process.execPath, LOOP], 1),
  },
  {
    name: 'scan-nmap',
    what: 'ports scan 127.0.0.1 --ports all, to nmap -sT -p- 127.0.0.1',
    where: 'machine',
    needs: 'nmap',
    measure: bench => beside(bench, 'nmap', ['nmap', '-sT', '-p-', '-n', '-Pn', '127.0.0.1'], 2),
  },
  {
    name: 'scan-memory',
    what: 'peak memory of ports scan 127.0.0.1 --ports all',
    where: 'machine',
    measure: ({ ports, output }) =>
      listening(() => {
        const bytes = peakMemory([...ports, ...OURS], output)
        return { lines: [], figure: bytes / 1e6, target: 150, unit: 'MB' }
      }),
  },
]

const beside = (
  { ports, pairs, output }: Bench,
  name: string,
  peer: Command,
  target: number,
): Promise<Result> =>
  listening(() => {
    const times = runPairs([...ports, ...OURS], peer, pairs, output)
    const { median, least, most } = ratioOf(times)
    return {
      lines: [
        `ports  ${spreadOf(times.ours).median.toFixed(0)} ms`,
        `${name.padEnd(5)}  ${spreadOf(times.theirs).median.toFixed(0)} ms`,
        `ratio  ${median.toFixed(3)}  (${least.toFixed(3)} to ${most.toFixed(3)})`,
      ],
      figure: median,
      target,
      unit: '',
    }
  })

/** While somebody listens: a scan that finds nobody exits with 3. */
async function listening(measure: () => Result): Promise<Result> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return measure()
  } finally {
    server.close()
  }
}
