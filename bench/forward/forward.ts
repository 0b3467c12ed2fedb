/** Forwarding beside the plainest relay that Node allows: how much of the processor it takes, and how long. */
import { fileURLToPath } from 'node:url'
import type { Bench, Benchmark, Result } from '../benchmarks.ts'
import { ratioOf, spreadOf } from '../pairs.ts'
import type { Command } from '../run.ts'
import { bytes, connections, echo, type Passed, swallow, through } from './load.ts'

const MIB = 512
const [COUNT, AT_ONCE] = [2000, 32]
const PLAIN = fileURLToPath(new URL('plain-pipe.ts', import.meta.url))

type Relay = (port: number) => Command

export const FORWARD: readonly Benchmark[] = [
  {
    name: 'forward-bytes',
    what: `ports forward, ${MIB} MiB through one connection, to a plain pipe of Node's: share of the processor`,
    where: 'machine',
    measure: bench =>
      against(
        bench,
        relay => through(relay, swallow, bytes(MIB)),
        ms => `${(MIB / (ms / 1000)).toFixed(0)} MiB/s`,
      ),
  },
  {
    name: 'forward-connections',
    what: `ports forward, ${COUNT} connections, ${AT_ONCE} at once, to a plain pipe of Node's: share of the processor`,
    where: 'machine',
    measure: bench =>
      against(
        bench,
        relay => through(relay, echo, connections(COUNT, AT_ONCE)),
        ms => `${(COUNT / (ms / 1000)).toFixed(0)} connections/s`,
      ),
  },
]

async function against(
  { ports, pairs }: Bench,
  pass: (relay: Relay) => Promise<Passed>,
  rate: (ms: number) => string,
): Promise<Result> {
  const relays: Record<string, Relay> = {
    ports: port => [...ports, 'forward', `0:127.0.0.1:${port}`, '-o', 'ndjson'],
    pipe: port => [process.execPath, PLAIN, String(port)],
  }
  const times: Record<string, Passed[]> = { ports: [], pipe: [] }
  for (let i = -1; i < pairs; i++)
    for (const [name, relay] of Object.entries(relays)) {
      const passed = await pass(relay)
      if (i >= 0) times[name]!.push(passed)
    }
  const lines = Object.entries(times).map(([name, all]) => {
    const { median, least, most } = spreadOf(all.map(({ ms }) => ms))
    const cpu = spreadOf(all.map(({ cpuMs }) => cpuMs)).median
    return `${name.padEnd(6)} ${rate(median)}  (${rate(most)} to ${rate(least)}), processor ${(cpu / 1000).toFixed(2)} s`
  })
  const ratio = (of: (passed: Passed) => number) =>
    ratioOf({ ours: times.ports!.map(of), theirs: times.pipe!.map(of) })
  const [time, cpu] = [ratio(({ ms }) => ms), ratio(({ cpuMs }) => cpuMs)]
  lines.push(`time       ${text(time)}`, `processor  ${text(cpu)}`)
  return { lines, figure: cpu.median, target: 1.2, unit: '' }
}

const text = ({ median, least, most }: ReturnType<typeof ratioOf>): string =>
  `${median.toFixed(3)}  (${least.toFixed(3)} to ${most.toFixed(3)})`
