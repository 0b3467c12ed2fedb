/**
 * `ports why` of the installed package, from its start to its end, for what needs no waiting: a target that answers, one that refuses,
 * one that no route leads to, one that this host's own filter refuses. Beside curl's try of the same, which has the network's own time.
 *
 * In two network namespaces of its own, a link between them.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import type { Bench, Benchmark, Result } from '../benchmarks.ts'
import { excessOf, runPairs, type Spread, spreadOf } from '../pairs.ts'
import { run } from '../run.ts'

/** Milliseconds over the network's own time. */
const SOON = 300
const PORT = 8080
const REFUSED_BY_CURL = 7

export const WHY: readonly Benchmark[] = [
  ['why-healthy', 'that answers', `10.9.0.2:${PORT}`, 0, 0],
  ['why-refused', 'where nobody listens', '10.9.0.2:81', 1, REFUSED_BY_CURL],
  ['why-no-route', 'that no route leads to', '10.77.0.1:80', 1, REFUSED_BY_CURL],
  ['why-own-reset', 'that this host’s own filter resets', '10.9.0.2:8443', 1, REFUSED_BY_CURL],
].map(([name, what, target, ours, theirs]) => ({
  name: String(name),
  what: `ports why of a target ${what}, over curl to it`,
  where: 'machine',
  needs: 'curl',
  measure: bench => among(lab => beside(bench, lab, String(target), [Number(ours), Number(theirs)])),
}))

function beside(
  { ports, pairs, output }: Bench,
  inside: readonly string[],
  target: string,
  statuses: readonly [number, number],
): Result {
  const curl = ['curl', '-sS', '--max-time', '3', `http://${target}/`]
  const times = runPairs(
    [...inside, ...ports, 'why', target],
    [...inside, ...curl],
    Math.max(pairs, 15),
    output,
    statuses,
  )
  const excess = excessOf(times)
  return {
    lines: [
      `ports  ${text(spreadOf(times.ours))}`,
      `curl   ${text(spreadOf(times.theirs))}`,
      `over   ${text(excess)}`,
    ],
    figure: excess.median,
    target: SOON,
    unit: 'ms',
  }
}

const text = ({ median, least, most }: Spread): string =>
  `${median.toFixed(0)} ms  (${least.toFixed(0)} to ${most.toFixed(0)})`

const RULES =
  'table inet own { chain out { type filter hook output priority 0; tcp dport 8443 reject with tcp reset; }; }'
const SERVER = `require('node:http').createServer((_, answer) => answer.end('ok')).listen(${PORT}, () => console.log('ready'))`

/** Has the words that run a program at the client, and clears everything away. */
async function among(measure: (inside: readonly string[]) => Result): Promise<Result> {
  const [client, server] = ['client', 'server'].map(name => `pt-bench-${process.pid}-${name}`)
  const root = (program: string, ...words: string[]): void => run(program, words, tmpdir())
  const made: string[] = []
  let child: ChildProcess | undefined
  try {
    for (const name of [client!, server!]) {
      root('ip', 'netns', 'add', name)
      made.push(name)
      root('ip', '-n', name, 'link', 'set', 'lo', 'up')
    }
    root('ip', '-n', client!, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', server!)
    for (const [name, place] of [
      [client!, '10.9.0.1/24'],
      [server!, '10.9.0.2/24'],
    ] as const) {
      root('ip', '-n', name, 'address', 'add', place, 'dev', 'eth0')
      root('ip', '-n', name, 'link', 'set', 'eth0', 'up')
    }
    root('ip', 'netns', 'exec', client!, 'nft', RULES)
    child = spawn('ip', ['netns', 'exec', server!, process.execPath, '-e', SERVER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout!, 'data')
    return measure(['ip', 'netns', 'exec', client!])
  } finally {
    child?.kill()
    for (const name of made) root('ip', 'netns', 'delete', name)
  }
}
