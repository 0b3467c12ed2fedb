/** What is measured, against whom, and what we have set ourselves. */
import { FILTER } from './filter/filter.ts'
import { FORWARD } from './forward/forward.ts'
import { LEASES } from './leases/leases.ts'
import { CONNECTIONS } from './nat/connections.ts'
import { NAT } from './nat/nat.ts'
import { excessOf, type Pairs, ratioOf, runPairs, type Spread, spreadOf } from './pairs.ts'
import { idleShare, peakMemory } from './resources.ts'
import { PORT } from './rig/rig.ts'
import type { Command } from './run.ts'
import { SCAN } from './scan/scan.ts'
import { WHY } from './why/why.ts'

export interface Bench {
  /** Words that run our program. */
  readonly ports: Command
  /** Words that run the command behind them among the many sockets; nothing on the machine as it is. */
  readonly inside: Command
  readonly pairs: number
  /** A file for output. */
  readonly output: string
}

export interface Benchmark {
  readonly name: string
  readonly what: string
  /** Where: on the machine as it is, or among many sockets. */
  readonly where: 'machine' | 'rig'
  /** A program that must be there. */
  readonly needs?: string
  readonly measure: (bench: Bench) => Result | Promise<Result>
}

export interface Result {
  readonly lines: readonly string[]
  /** What counts, and the most that we want it to be. */
  readonly figure: number
  readonly target: number
  readonly unit: string
}

export const BENCHMARKS: readonly Benchmark[] = [
  excess('name', 'ports name 443, over an empty Node program', ['name', '443'], 20),
  excess('overview', 'ports on this machine, over an empty Node program', [], 60),
  {
    name: 'watch',
    what: 'ports watch while nothing happens, share of a core',
    where: 'machine',
    measure: idle,
  },
  ...LEASES,
  ...FILTER,
  ...NAT,
  ...CONNECTIONS,
  ...SCAN,
  ...FORWARD,
  ...WHY,
  ratio('ls', 'all TCP sockets, without owners', ['ls', '-ta', '--owners', 'none'], ['ss', '-tan'], 0.9),
  ratio('owners', 'all TCP sockets with their owners', ['ls', '-ta'], ['ss', '-tanp'], 0.1),
  ratio('owners-lsof', 'all TCP sockets with their owners', ['ls', '-ta'], ['lsof', '-nP', '-iTCP'], 1 / 3),
  ratio('port', 'who holds one port', [String(PORT)], ['lsof', '-nP', '-i', `:${PORT}`], 1 / 4),
  {
    name: 'memory',
    what: 'peak memory of ports ls -ta',
    where: 'rig',
    measure({ ports, inside, output }) {
      const bytes = peakMemory([...inside, ...ports, 'ls', '-ta'], output)
      return { lines: [], figure: bytes / 1e6, target: 250, unit: 'MB' }
    },
  },
  { name: 'watch-rig', what: 'ports watch among many sockets, share of a core', where: 'rig', measure: idle },
]

function ratio(name: string, what: string, words: Command, peer: Command, target: number): Benchmark {
  return {
    name,
    what: `${what}: ports ${words.join(' ')}, to ${peer.join(' ')}`,
    where: 'rig',
    needs: peer[0]!,
    measure({ ports, inside, pairs, output }) {
      const times = runPairs([...inside, ...ports, ...words], [...inside, ...peer], pairs, output)
      const { median, least, most } = ratioOf(times)
      const range = `ratio  ${median.toFixed(3)}  (${least.toFixed(3)} to ${most.toFixed(3)})`
      return { lines: [...timesOf(times, peer[0]!), range], figure: median, target, unit: '' }
    },
  }
}

function excess(name: string, what: string, words: Command, target: number): Benchmark {
  return {
    name,
    what,
    where: 'machine',
    measure({ ports, pairs, output }) {
      const times = runPairs([...ports, ...words], [process.execPath, '-e', '0'], Math.max(pairs, 15), output)
      return {
        lines: [...timesOf(times, 'node'), `over   ${text(excessOf(times))}`],
        figure: excessOf(times).median,
        target,
        unit: 'ms',
      }
    },
  }
}

async function idle({ ports, inside }: Bench): Promise<Result> {
  const share = await idleShare([...inside, ...ports, 'watch'], 10)
  return { lines: [], figure: share * 100, target: 1, unit: '%' }
}

const timesOf = ({ ours, theirs }: Pairs, peer: string): string[] => [
  `ports  ${text(spreadOf(ours))}`,
  `${peer.padEnd(5)}  ${text(spreadOf(theirs))}`,
]

const text = ({ median, least, most }: Spread): string =>
  `${median.toFixed(1)} ms  (${least.toFixed(1)} to ${most.toFixed(1)})`
