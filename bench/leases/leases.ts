/** Leases beside the packages that find free ports: how many choose the same, and how long it takes. */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Bench, Benchmark, Result } from '../benchmarks.ts'
import { ratioOf, runPairs, spreadOf } from '../pairs.ts'

const PEERS = ['get-port', 'portfinder', 'detect-port']
const PROCESSES = 40
const EACH = 10
const RANGE = '20000-20999'
const CHOOSER = fileURLToPath(new URL('chooser.ts', import.meta.url))
const GET_PORT_CLI = fileURLToPath(new URL('../../node_modules/get-port-cli/cli.js', import.meta.url))

export const LEASES: readonly Benchmark[] = [
  ...[undefined, RANGE].map(
    (range): Benchmark => ({
      name: range === undefined ? 'shared' : 'shared-range',
      what: `ports that another process chose, too: ${PROCESSES} processes × ${EACH}, ${range ?? 'any port'}, none bound until all have chosen`,
      where: 'machine',
      measure: bench => shared(bench, range),
    }),
  ),
  {
    name: 'lease-port',
    what: 'leasePort() to getPort(), median of 200 in one process',
    where: 'machine',
    measure: leasePort,
  },
  {
    name: 'free',
    what: 'ports free, to get-port-cli: whole processes',
    where: 'machine',
    measure({ ports, pairs, output }) {
      const words = [...ports, 'free']
      const times = runPairs(words, [process.execPath, GET_PORT_CLI], Math.max(pairs, 15), output)
      const lines = [
        `ports     ${spreadOf(times.ours).median.toFixed(1)} ms`,
        `get-port  ${spreadOf(times.theirs).median.toFixed(1)} ms`,
      ]
      return { lines, figure: ratioOf(times).median, target: 1, unit: '' }
    },
  },
]

async function shared(bench: Bench, range: string | undefined): Promise<Result> {
  const lines: string[] = []
  let ours = 100
  for (const name of ['portolan', ...PEERS]) {
    const words = [String(EACH), ...(range === undefined ? [] : [range])]
    const chosen = (await choose(bench, name, PROCESSES, words)).map(({ ports }) => new Set(ports))
    const times = new Map<number, number>()
    for (const ports of chosen) for (const port of ports) times.set(port, (times.get(port) ?? 0) + 1)
    const all = chosen.flatMap(ports => [...ports])
    const share = (100 * all.filter(port => times.get(port)! > 1).length) / all.length
    lines.push(`${name.padEnd(12)} ${share.toFixed(1)} %`)
    if (name === 'portolan') ours = share
  }
  return { lines, figure: ours, target: 0, unit: '%' }
}

async function leasePort(bench: Bench): Promise<Result> {
  const [ours, theirs] = [
    await choose(bench, 'portolan', 1, ['200']),
    await choose(bench, 'get-port', 1, ['200']),
  ].map(([one]) => spreadOf(one!.times))
  const lines = [
    `leasePort()  ${ours!.median.toFixed(3)} ms  (the first ${ours!.most.toFixed(1)})`,
    `getPort()    ${theirs!.median.toFixed(3)} ms  (the first ${theirs!.most.toFixed(1)})`,
  ]
  return { lines, figure: ours!.median / theirs!.median, target: 1, unit: '' }
}

interface Chosen {
  readonly ports: readonly number[]
  readonly times: readonly number[]
}

/** Starts them all at once, and ends them when all have chosen. */
async function choose(
  bench: Bench,
  name: string,
  processes: number,
  words: readonly string[],
): Promise<readonly Chosen[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pt-bench-leases-'))
  chmodSync(folder, 0o1777)
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, [CHOOSER, name, libraryOf(bench), folder, ...words], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  )
  try {
    return await Promise.all(
      children.map(async child => {
        for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Chosen
        throw new Error(`${name} ended without an answer`)
      }),
    )
  } finally {
    for (const child of children) child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The library beside the launcher: built in the package, as it stands in a checkout. */
function libraryOf({ ports }: Bench): string {
  const root = dirname(dirname(ports.at(-1)!))
  const source = join(root, 'src', 'index.ts')
  return pathToFileURL(existsSync(source) ? source : join(root, 'dist', 'index.js')).href
}
