/** Many random programs, each run by the kernel and judged by the model: what the test does by the thousand, a soak by more. */
import { seedOf } from '../filter/campaign.ts'
import { generate } from './generate.ts'
import { judge, type Verdict } from './judge.ts'
import type { NatKernel } from './kernel.ts'
import { type Found, shrink } from './shrink.ts'
import type { Program } from './steps.ts'

export interface Campaign {
  /** Conversations that are asked for; a program has some ten. */
  readonly flows: number
  readonly seed: number
  /** Stops after so many disagreements. */
  readonly enough?: number
  /** Who says what the model says. Absent: the model. */
  readonly judge?: typeof judge
}

export interface Tally {
  programs: number
  flows: number
  packets: number
  /** Ports that the kernel drew by chance. */
  draws: number
  /** Packets that were lost because no port was left. */
  lost: number
  /** Programs whose rules the kernel didn't take. */
  readonly refused: string[]
  readonly found: Found[]
  seconds: number
}

const BATCH = 4

export async function campaign(
  kernel: NatKernel,
  { flows, seed, enough = 3, judge: say = judge }: Campaign,
  progress: (tally: Tally) => void = () => {},
): Promise<Tally> {
  const began = performance.now()
  const tally: Tally = {
    programs: 0,
    flows: 0,
    packets: 0,
    draws: 0,
    lost: 0,
    refused: [],
    found: [],
    seconds: 0,
  }
  let next = 0
  const batch = (): Program[] => Array.from({ length: BATCH }, () => generate(seedOf(seed, next++)))
  let programs = batch()
  let running = kernel.run(programs)
  while (tally.flows < flows && tally.found.length < enough) {
    const runs = await running
    const judged = programs
    // While these are judged, the kernel has the next ones.
    programs = batch()
    running = kernel.run(programs)
    for (const [i, run] of runs.entries()) {
      const program = judged[i]!
      tally.programs++
      if (run.refused !== undefined) {
        tally.refused.push(run.refused)
        continue
      }
      const verdict = say(program, run)
      add(tally, program, verdict)
      if (verdict.disagreement !== undefined && tally.found.length < enough)
        tally.found.push(await shrink(kernel, say, { program, ...verdict.disagreement }))
    }
    tally.seconds = (performance.now() - began) / 1000
    progress(tally)
  }
  await running
  return tally
}

function add(tally: Tally, program: Program, { packets, draws, lost }: Verdict): void {
  tally.flows += program.flows.length
  tally.packets += packets
  tally.draws += draws
  tally.lost += lost
}
