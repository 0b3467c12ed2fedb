/** Many random rounds of frames, judged by the kernel and by the model; what they disagree about is shown in few lines. */

import { seedOf } from '../campaign.ts'
import type { Kernel } from '../kernel.ts'
import { generateLink, type LinkRoundText, probesOf } from './link-generate.ts'
import { judgeLinkRound, type LinkPair, linkProgram, readLinkRules } from './link-round.ts'

export interface LinkCampaign {
  readonly packets: number
  readonly seed: number
  readonly lends: boolean
  /** Stops after so many disagreements. */
  readonly enough?: number
  readonly read?: typeof readLinkRules
}

export interface LinkTally {
  rounds: number
  packets: number
  undecided: number
  readonly refused: Map<string, number>
  readonly verdicts: Map<string, number>
  /** As rows of a table. */
  readonly found: string[]
}

const BATCH = 10

export async function linkCampaign(
  kernel: Kernel,
  { packets, seed, lends, enough = 5, read = readLinkRules }: LinkCampaign,
): Promise<LinkTally> {
  const tally: LinkTally = {
    rounds: 0,
    packets: 0,
    undecided: 0,
    refused: new Map(),
    verdicts: new Map(),
    found: [],
  }
  const judge = { lends, read, kernel }
  for (let next = 0; tally.packets < packets && tally.found.length < enough; ) {
    const rounds = Array.from({ length: BATCH }, () => generateLink(seedOf(seed, next++)))
    const programs = rounds.map(({ rules, packets: lines }) =>
      linkProgram({ rules, probes: probesOf(lines) }),
    )
    const runs = await kernel.run(programs)
    for (const [i, run] of runs.entries()) {
      tally.rounds++
      if (run.refused !== undefined) {
        add(tally.refused, /Error: [^\n]*\n[^\n]*/.exec(run.refused)?.[0] ?? run.refused)
        continue
      }
      const { pairs } = judgeLinkRound(
        { rules: rounds[i]!.rules, probes: probesOf(rounds[i]!.packets) },
        run,
        lends,
        read,
      )
      for (const pair of pairs) count(tally, pair)
      const at = pairs.findIndex(isWrong)
      if (at !== -1 && tally.found.length < enough)
        tally.found.push(await shrunk(judge, rounds[i]!, at, wrongOf(pairs[at]!)!))
    }
  }
  return tally
}

/** Undecided is wrong, too: all facts are given, and each construct is understood. */
const isWrong = (pair: LinkPair): boolean => wrongOf(pair) !== null
const wrongOf = (pair: LinkPair): string | null => pair.why ?? (isUndecided(pair) ? 'undecided' : null)
const isUndecided = ({ path: { decision }, several }: LinkPair): boolean =>
  !several && (decision.kind === 'depends' || decision.kind === 'unsupported')

function count(tally: LinkTally, pair: LinkPair): void {
  tally.packets++
  add(tally.verdicts, pair.several ? 'copies' : pair.kernel.verdict)
  if (isUndecided(pair)) tally.undecided++
}

const add = (to: Map<string, number>, key: string): void => void to.set(key, (to.get(key) ?? 0) + 1)

interface Judge {
  readonly kernel: Kernel
  readonly lends: boolean
  readonly read: typeof readLinkRules
}

/** Lines are left out as long as they still disagree about the last packet. */
async function shrunk(
  { kernel, lends, read }: Judge,
  from: LinkRoundText,
  at: number,
  first: string,
): Promise<string> {
  let best: LinkRoundText = { ...from, packets: from.packets.slice(0, at + 1) }
  let why = first
  const judged = async (round: LinkRoundText): Promise<string | null> => {
    const probes = probesOf(round.packets)
    const [run] = await kernel.run([linkProgram({ rules: round.rules, probes })])
    if (run === undefined || run.refused !== undefined) return null
    const { pairs } = judgeLinkRound({ rules: round.rules, probes }, run, lends, read)
    return pairs.slice(0, -1).some(isWrong) ? null : wrongOf(pairs.at(-1)!)
  }
  const better = async (round: LinkRoundText): Promise<void> => {
    const wrong = await judged(round)
    if (wrong === null) return
    best = round
    why = wrong
  }
  await better(best)
  for (let size = -1; size !== best.rules.length + best.packets.length; ) {
    size = best.rules.length + best.packets.length
    for (let i = best.packets.length - 2; i >= 0; i--)
      await better({ ...best, packets: best.packets.toSpliced(i, 1) })
    for (let chunk = 6; chunk > 0; chunk--)
      for (let i = best.rules.split('\n').length - chunk; i >= 0; i--)
        await better({ ...best, rules: best.rules.split('\n').toSpliced(i, chunk).join('\n') })
  }
  return `${why}\n${best.rules}${best.packets.join('\n')}\nlends: ${lends}\n`
}
