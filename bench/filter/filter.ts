/**
 * Questions about 10,000 rules, in one process: how long each takes, on rule sets of three kinds. Verdicts stand beside a
 * plain first match over objects, the rest beside `nft -j list ruleset` of the same rules in a namespace.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Packet } from '../../src/model/filter/packet.ts'
import type { Ruleset } from '../../src/model/filter/ruleset.ts'
import { compileClassifier, diffRules, lintRules } from '../../src/model/filter/search/search.ts'
import {
  chainOf,
  edited,
  type Kind,
  syntheticLines,
  syntheticPackets,
} from '../../src/model/filter/search/synthetic.cases.ts'
import type { Benchmark, Result } from '../benchmarks.ts'
import { spreadOf } from '../pairs.ts'
import { firstMatch } from './first-match.ts'
import { CONDITION, rulesOf, search } from './questions.ts'

const RULES = 10_000
const PACKETS = 20_000
const KINDS: readonly Kind[] = ['acl', 'host', 'specific-first']
/** Fresh processes are slow to start, and differ more than what one process does again. */
const LEAST_FRESH = 15

export const FILTER: readonly Benchmark[] = KINDS.flatMap((kind): Benchmark[] => [
  {
    name: `filter-verdicts-${kind}`,
    what: `verdicts a second over ${RULES} rules (${kind}), to a plain first match`,
    where: 'machine',
    measure: bench => verdicts(kind, bench.pairs),
  },
  question(kind, 'find', `a packet: accepted, ${CONDITION}`, 50, search),
  {
    name: `filter-find-first-${kind}`,
    what: `the same as the first question of a fresh process, ${RULES} rules (${kind})`,
    where: 'machine',
    measure: ({ pairs }) => firstSearches(kind, Math.max(pairs, LEAST_FRESH)),
  },
  question(kind, 'lint', 'lint of all', 2000, ruleset => lintRules(ruleset)),
  {
    name: `filter-diff-${kind}`,
    what: `diff after 200 edits of ${RULES} rules (${kind})`,
    where: 'machine',
    measure: ({ pairs }) => {
      const lines = syntheticLines(RULES, kind)
      const [before, after] = [rulesOf(lines), rulesOf(edited(lines, 200))]
      return timed(pairs, 300, lines, () => diffRules(before, after))
    },
  },
])

function question(
  kind: Kind,
  name: string,
  what: string,
  target: number,
  ask: (ruleset: Ruleset) => void,
): Benchmark {
  return {
    name: `filter-${name}-${kind}`,
    what: `${what}, ${RULES} rules (${kind})`,
    where: 'machine',
    measure: ({ pairs }) => {
      const lines = syntheticLines(RULES, kind)
      const ruleset = rulesOf(lines)
      return timed(pairs, target, lines, () => ask(ruleset))
    },
  }
}

function timed(pairs: number, target: number, lines: readonly string[], run: () => void): Result {
  run()
  const times = Array.from({ length: pairs }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  })
  const { median, least, most } = spreadOf(times)
  const said = [`ports  ${median.toFixed(1)} ms  (${least.toFixed(1)} to ${most.toFixed(1)})`]
  const peer = listing(lines)
  said.push(
    peer === null
      ? 'nft    left out: no right to make a namespace, or no nft'
      : `nft -j list ruleset  ${peer.toFixed(1)} ms`,
  )
  return { lines: said, figure: median, target, unit: 'ms' }
}

/** In turns with the peer, so that whatever else the machine does befalls both. */
function firstSearches(kind: Kind, pairs: number): Result {
  const lines = syntheticLines(RULES, kind)
  const script = new URL('one-search.ts', import.meta.url).pathname
  const [ours, theirs]: [number[], (number | null)[]] = [[], []]
  for (let i = 0; i < pairs; i++) {
    const ran = spawnSync(process.execPath, [script, kind, String(RULES)], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    if (ran.status !== 0) throw new Error(`the search ended with ${ran.status}: ${ran.stderr}`)
    ours.push(Number(ran.stdout))
    theirs.push(listing(lines))
  }
  const { median, least, most } = spreadOf(ours)
  const peer = theirs.filter(ms => ms !== null)
  return {
    lines: [
      `ports  ${median.toFixed(1)} ms  (${least.toFixed(1)} to ${most.toFixed(1)}, ${pairs} processes)`,
      peer.length === 0
        ? 'nft    left out: no right to make a namespace, or no nft'
        : `nft -j list ruleset  ${spreadOf(peer).median.toFixed(1)} ms`,
    ],
    figure: median,
    target: 50,
    unit: 'ms',
  }
}

/** Milliseconds that nft takes to list the same rules, in a namespace of their own; null where that can't be. */
function listing(lines: readonly string[]): number | null {
  const folder = mkdtempSync(join(tmpdir(), 'pt-bench-'))
  const file = join(folder, 'rules.nft')
  writeFileSync(file, chainOf(lines))
  const script = `const { spawnSync } = require('node:child_process')
    const load = spawnSync('nft', ['-f', process.argv[1]])
    if (load.status !== 0) process.exit(1)
    const start = performance.now()
    const list = spawnSync('nft', ['-j', 'list', 'ruleset'], { maxBuffer: 1e9 })
    process.stdout.write(String(list.status === 0 ? performance.now() - start : -1))`
  const ran = spawnSync('unshare', ['-n', process.execPath, '-e', script, file], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  rmSync(folder, { recursive: true, force: true })
  const took = Number(ran.stdout)
  return ran.status === 0 && took > 0 ? took : null
}

function verdicts(kind: Kind, pairs: number): Result {
  const ruleset = rulesOf(syntheticLines(RULES, kind))
  const start = performance.now()
  const classifier = compileClassifier(ruleset, 'input')
  const compiled = performance.now() - start
  const packets = syntheticPackets(PACKETS)
  const plain = firstMatch(ruleset)
  const rate = (run: (one: { packet: Packet; surroundings: object }) => unknown, count: number): number => {
    const begin = performance.now()
    for (let i = 0; i < count; i++) run(packets[i % PACKETS]!)
    return (count / (performance.now() - begin)) * 1000
  }
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let i = -1; i < pairs; i++) {
    const [one, other] = [
      rate(({ packet, surroundings }) => classifier.classify(packet, surroundings), 5 * PACKETS),
      rate(({ packet }) => plain(packet), 2000),
    ]
    if (i < 0) continue
    ours.push(one)
    theirs.push(other)
  }
  const [mine, peer] = [spreadOf(ours), spreadOf(theirs)]
  return {
    lines: [
      `tables made in ${compiled.toFixed(0)} ms`,
      `ports         ${Math.round(mine.median)}/s  (${Math.round(mine.least)} to ${Math.round(mine.most)})`,
      `first match   ${Math.round(peer.median)}/s  (${Math.round(peer.least)} to ${Math.round(peer.most)})`,
    ],
    figure: 1e6 / mine.median,
    target: 2,
    unit: 'µs',
  }
}
