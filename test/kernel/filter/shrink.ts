/** Makes a round that kernel and model disagree about as small as it gets: fewer lines of rules, fewer packets. */
import type { Kind } from './campaign.ts'
import type { Kernel } from './kernel.ts'
import { printProbe } from './notation.ts'
import { judgeRound, type Pair, programOf, type Round } from './round.ts'

export interface Found {
  readonly round: Round
  /** The packet that fared otherwise. */
  readonly at: number
  readonly pair: Pair
}

const MOST_RUNS = 400
/** Tables and chains of iptables are there whether they have rules or not. */
const isFrame = (line: string): boolean => /^[:*]|^COMMIT/.test(line)

export async function shrink(kernel: Kernel, kind: Kind, from: Found): Promise<Found> {
  let best: Found = { ...from, round: { ...from.round, probes: from.round.probes.slice(0, from.at + 1) } }
  let runs = 0
  const better = async (round: Round): Promise<boolean> => {
    if (runs++ > MOST_RUNS) return false
    const [run] = await kernel.run([programOf(round)])
    if (run === undefined || run.refused !== undefined) return false
    const { pairs } = judgeRound(round, run, kind.read, kind.view)
    const at = pairs.findIndex(({ why }) => why !== null)
    if (at === -1) return false
    best = { round: { ...round, probes: round.probes.slice(0, at + 1) }, at, pair: pairs[at]! }
    return true
  }
  for (let size = -1; size !== sizeOf(best.round); ) {
    size = sizeOf(best.round)
    for (let i = best.round.probes.length - 2; i >= 0; i--)
      await better({ ...best.round, probes: best.round.probes.toSpliced(i, 1) })
    for (let chunk = 8; chunk > 0; chunk >>= 1) {
      for (let i = linesOf(best.round).length - chunk; i >= 0; i--) {
        const dropped = linesOf(best.round).slice(i, i + chunk)
        const lines = linesOf(best.round).toSpliced(i, chunk)
        if (!dropped.some(isFrame)) await better(withLines(best.round, lines))
      }
    }
    for (const [i, line] of linesOf(best.round).entries()) {
      for (const word of line.split(' ').keys()) {
        const shorter = line.split(' ').toSpliced(word, 2).join(' ')
        if (linesOf(best.round)[i] === line && !isFrame(line) && shorter.trim() !== '')
          await better(withLines(best.round, linesOf(best.round).with(i, shorter)))
      }
    }
  }
  return best
}

/** Of the load that says most; the others are left as they are. */
const mainLoad = ({ loads }: Round): number =>
  loads.reduce((most, { input }, i) => (input.length > loads[most]!.input.length ? i : most), 0)
const linesOf = (round: Round): string[] => round.loads[mainLoad(round)]!.input.split('\n')
const withLines = (round: Round, lines: readonly string[]): Round => ({
  ...round,
  loads: round.loads.with(mainLoad(round), { ...round.loads[mainLoad(round)]!, input: lines.join('\n') }),
})
const sizeOf = ({ loads, probes }: Round): number =>
  loads.reduce((sum, { input }) => sum + input.length, 0) + 100 * probes.length

/** As a row of a table: what the kernel did, and where the model says otherwise. */
export function printRow({ round, at, pair }: Found): string {
  return [
    '  {',
    `    name: ${JSON.stringify(pair.why)},`,
    '    rules: `',
    ...round.loads.flatMap(({ input }) => input.split('\n')).map(line => `      ${line}`),
    '    `,',
    '    packets: `',
    ...round.probes.slice(0, at + 1).map(probe => `      ${printProbe(probe)}`),
    `      = ${pair.kernel.verdict}`,
    '    `,',
    '  },',
  ].join('\n')
}
