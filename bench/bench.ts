/**
 * Benchmarks of the installed package, `npm run bench`: whole programs against the tools that people use instead, in turns,
 * on one machine. Prints figures and judges nothing: the status is 0 unless something breaks.
 *
 *   npm run bench                        all of them, among 100,000 sockets; needs root and Linux
 *   npm run bench -- --only ls,owners    some of them
 *   npm run bench -- --pairs 15 --sockets 20000
 *   npm run bench -- --program bin/ports.js    this launcher, not the package built and installed
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { BENCHMARKS, type Bench, type Benchmark } from './benchmarks.ts'
import { installPackage } from './installed-package.ts'
import { openRig } from './rig/rig.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    pairs: { type: 'string', default: '7' },
    sockets: { type: 'string', default: '100000' },
    program: { type: 'string' },
  },
})
// An interrupt ends the program that is being timed, and that ends us, but not before all is cleared away.
process.on('SIGINT', () => {})
process.exitCode = await main().catch(error => {
  console.error((error as Error).message)
  return 1
})

async function main(): Promise<number> {
  const names = values.only?.flatMap(text => text.split(',')) ?? BENCHMARKS.map(({ name }) => name)
  const unknown = names.find(name => !BENCHMARKS.some(one => one.name === name))
  const [pairs, sockets] = [Number(values.pairs), Number(values.sockets)]
  if (unknown !== undefined || !(pairs >= 1) || !(sockets >= 2)) {
    console.error(
      unknown === undefined ? '--pairs and --sockets take a number.' : `There is no benchmark "${unknown}".`,
    )
    return 2
  }
  const root = fileURLToPath(new URL('..', import.meta.url))
  const chosen = BENCHMARKS.filter(({ name }) => names.includes(name))
  const installed = values.program === undefined ? installPackage(root) : null
  const folder = mkdtempSync(join(tmpdir(), 'pt-bench-'))
  const program = installed?.program ?? resolve(values.program!)
  console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`)
  console.log(installed === null ? program : `${installed.tarball}, installed\n`)
  try {
    const bench: Bench = {
      ports: [process.execPath, program],
      inside: [],
      pairs,
      output: join(folder, 'output'),
    }
    await measureAll(
      chosen.filter(({ where }) => where === 'machine'),
      bench,
    )
    const crowded = chosen.filter(({ where }) => where === 'rig')
    if (crowded.length > 0) await inRig(crowded, bench, sockets)
    return 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
    installed?.remove()
  }
}

async function inRig(benchmarks: readonly Benchmark[], bench: Bench, sockets: number): Promise<void> {
  if (process.platform !== 'linux' || process.getuid!() !== 0) {
    console.log(`left out, as only root of a Linux can make the namespace for them: ${namesOf(benchmarks)}`)
    return
  }
  const start = performance.now()
  const rig = await openRig(sockets)
  try {
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${rig.sockets()} TCP sockets in ${rig.processes} processes, opened in ${seconds} s\n`)
    await measureAll(benchmarks, { ...bench, inside: rig.inside })
  } finally {
    await rig.close()
  }
}

async function measureAll(benchmarks: readonly Benchmark[], bench: Bench): Promise<void> {
  for (const { name, what, needs, measure } of benchmarks) {
    console.log(`${name}: ${what}`)
    if (needs !== undefined && spawnSync(needs, ['-v']).error !== undefined) {
      console.log(`  left out: ${needs} is not installed\n`)
      continue
    }
    const { lines, figure, target, unit } = await measure(bench)
    for (const line of lines) console.log(`  ${line}`)
    const number = (value: number): string => `${Number(value.toFixed(3))}${unit === '' ? '' : ` ${unit}`}`
    console.log(
      `  ${number(figure)}, wanted: at most ${number(target)}${figure > target ? '  (more)' : ''}\n`,
    )
  }
}

const namesOf = (benchmarks: readonly Benchmark[]): string => benchmarks.map(({ name }) => name).join(', ')
