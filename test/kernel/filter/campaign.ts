/**
 * Many random rounds, each run by the kernel and judged by the model: what the tests do by the thousand and a soak by the
 * ten thousand.
 */
import { generate } from './generate.ts'
import { generateIptables } from './generate-iptables.ts'
import { legacyView, readSaves } from './iptables.ts'
import type { Kernel } from './kernel.ts'
import {
  judgeRound,
  type Pair,
  programOf,
  type ReadRules,
  type Round,
  readListing,
  type View,
} from './round.ts'
import { type Found, shrink } from './shrink.ts'

export interface Campaign {
  /** Verdicts that are asked for; a round has some twenty. */
  readonly packets: number
  readonly seed: number
  /** Stops after so many disagreements. */
  readonly enough?: number
  readonly kind?: Kind
}

/** What is generated, and how it is read and seen. */
export interface Kind {
  generate(seed: number): Round
  readonly read: ReadRules
  readonly view?: View
}

export const KINDS: Readonly<Record<'nftables' | 'iptables-nft' | 'iptables-legacy', Kind>> = {
  nftables: { generate, read: readListing },
  'iptables-nft': { generate: seed => generateIptables(seed, 'nft'), read: readSaves('nft') },
  'iptables-legacy': {
    generate: seed => generateIptables(seed, 'legacy'),
    read: readSaves('legacy'),
    view: legacyView,
  },
}

export interface Tally {
  rounds: number
  packets: number
  /** Rounds whose rules the kernel didn't take, by what it said. */
  readonly refused: Map<string, number>
  readonly verdicts: Map<string, number>
  /** The model didn't decide, though all facts were given. */
  undecided: number
  readonly found: Found[]
  seconds: number
}

const BATCH = 10

/** The seed of one round of a campaign, so that it can be had by itself. */
export const seedOf = (seed: number, number: number): number => (Math.imul(seed, 0x9e3779b1) + number) >>> 0

export async function campaign(
  kernel: Kernel,
  { packets, seed, enough = 5, kind = KINDS.nftables }: Campaign,
  progress: (tally: Tally) => void = () => {},
): Promise<Tally> {
  const tally: Tally = {
    rounds: 0,
    packets: 0,
    refused: new Map(),
    verdicts: new Map(),
    undecided: 0,
    found: [],
    seconds: 0,
  }
  const began = performance.now()
  let next = 0
  const batch = (): Round[] => Array.from({ length: BATCH }, () => kind.generate(seedOf(seed, next++)))
  let rounds = batch()
  let running = kernel.run(rounds.map(programOf))
  while (tally.packets < packets && tally.found.length < enough) {
    const runs = await running
    const judged = rounds
    // While these are judged, the kernel has the next ones.
    rounds = batch()
    running = kernel.run(rounds.map(programOf))
    for (const [i, run] of runs.entries()) {
      tally.rounds++
      if (run.refused !== undefined) {
        add(tally.refused, /Error: [^\n]*\n[^\n]*/.exec(run.refused)?.[0] ?? run.refused)
        continue
      }
      const { pairs } = judgeRound(judged[i]!, run, kind.read, kind.view)
      for (const pair of pairs) count(tally, pair)
      const at = pairs.findIndex(({ why }) => why !== null)
      if (at !== -1 && tally.found.length < enough)
        tally.found.push(await shrink(kernel, kind, { round: judged[i]!, at, pair: pairs[at]! }))
    }
    tally.seconds = (performance.now() - began) / 1000
    progress(tally)
  }
  await running
  return tally
}

function count(tally: Tally, { kernel, model }: Pair): void {
  tally.packets++
  add(tally.verdicts, kernel.verdict)
  const { kind } = model.path.decision
  if (kind === 'depends' || kind === 'unsupported') tally.undecided++
}

const add = (to: Map<string, number>, key: string): void => void to.set(key, (to.get(key) ?? 0) + 1)
