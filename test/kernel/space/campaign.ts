/**
 * Many random programs, each run by the kernel and judged by the model: what the tests do by the thousand and a soak by the
 * hundred thousand.
 */
import type { Program } from '../../../src/model/space/program.ts'
import { generate } from './generate.ts'
import { judge, type OpenModel } from './judge.ts'
import type { Kernel } from './kernel.ts'
import type { ProfileName } from './profile.ts'
import { type Found, shrink } from './shrink.ts'

export interface Campaign {
  readonly programs: number
  readonly seed: number
  readonly profiles: readonly ProfileName[]
  /** Stops after so many disagreements. */
  readonly enough?: number
}

export interface Tally {
  programs: number
  /** Outcomes that were compared. */
  steps: number
  /** By action and errno, `bind EADDRINUSE`. */
  readonly outcomes: Map<string, number>
  readonly excluded: Map<string, number>
  /** Shrunk. */
  readonly found: Found[]
  seconds: number
}

const BATCH = 50

/** The seed of one program of a campaign, so that it can be had by itself. */
export const seedOf = (seed: number, number: number): number => (Math.imul(seed, 0x9e3779b1) + number) >>> 0

export async function campaign(
  kernel: Kernel,
  openModel: OpenModel,
  { programs, seed, profiles, enough = 5 }: Campaign,
  progress: (tally: Tally) => void = () => {},
): Promise<Tally> {
  const tally: Tally = {
    programs: 0,
    steps: 0,
    outcomes: new Map(),
    excluded: new Map(),
    found: [],
    seconds: 0,
  }
  const began = performance.now()
  const batchAt = (first: number): Program[] =>
    Array.from({ length: Math.min(BATCH, programs - first) }, (_, i) =>
      generate(seedOf(seed, first + i), profiles[(first + i) % profiles.length]!),
    )
  let batch = batchAt(0)
  let running = kernel.run(batch)
  while (batch.length > 0 && tally.found.length < enough) {
    const runs = await running
    const judged = batch
    // While these are judged, the kernel has the next ones.
    batch = batchAt(tally.programs + judged.length)
    running = batch.length > 0 ? kernel.run(batch) : Promise.resolve([])
    for (const [i, { steps, excluded }] of runs.entries()) {
      const program = judged[i]!
      for (const { action, outcome } of steps) add(tally.outcomes, `${action.do} ${outcome.errno}`, 1)
      for (const [name, times] of Object.entries(excluded)) add(tally.excluded, name, times)
      tally.steps += steps.length
      const found = judge(openModel, program.surroundings, steps)
      if (found !== null && tally.found.length < enough)
        tally.found.push(await shrink(kernel, openModel, { ...found, program, steps }))
    }
    tally.programs += judged.length
    tally.seconds = (performance.now() - began) / 1000
    progress(tally)
  }
  await running
  return tally
}

const add = (to: Map<string, number>, key: string, times: number): void =>
  void to.set(key, (to.get(key) ?? 0) + times)
