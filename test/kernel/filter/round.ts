/** One round: rules, and packets that pass one after the other, judged by the kernel and by the model. */
import type { Ruleset } from '../../../src/model/filter/ruleset.ts'
import type { Connection } from '../../../src/model/path/connections.ts'
import { decodeNftJson } from '../../../src/wire/nft-json/nft-json.ts'
import { type Load, TRACING_TABLE } from './executor.ts'
import { difference, type Fate, type Judged, kernelFate, modelFate } from './judge.ts'
import type { Program, Run } from './kernel-child.ts'
import type { Probe } from './notation.ts'
import { packetBytes } from './packet-bytes.ts'

export interface Round {
  readonly loads: readonly Load[]
  readonly probes: readonly Probe[]
}

export const programOf = ({ loads, probes }: Round): Program => ({
  loads,
  shots: probes.map(({ from, shape }) => ({
    from,
    destination: shape.destination,
    packet: packetBytes(shape),
  })),
})

export interface Pair {
  readonly probe: Probe
  readonly kernel: Fate
  readonly model: Judged
  /** What they say differently, or null. */
  readonly why: string | null
}

/** How a rule set is read for the model: from the kernel's own listing, so that handles agree. */
export type ReadRules = (run: Run, loads: readonly Load[]) => Ruleset

export const readListing: ReadRules = ({ listing = '' }) => ({
  tables: decodeNftJson(listing).ruleset.tables.filter(({ name }) => name !== TRACING_TABLE),
})

export function judgeRound(
  { loads, probes }: Round,
  run: Run,
  read: ReadRules = readListing,
): { readonly ruleset: Ruleset; readonly pairs: readonly Pair[] } {
  const ruleset = read(run, loads)
  let connections: readonly Connection[] = []
  const pairs: Pair[] = []
  for (const [i, observation] of run.observations.entries()) {
    const probe = probes[i]!
    const kernel = kernelFate(observation, probe, ruleset)
    const model = modelFate(ruleset, probe, connections)
    // The kernel chose a port by chance; what comes after isn't to be told.
    if (model.path.displaced) break
    connections = model.path.connections
    pairs.push({ probe, kernel, model, why: difference(kernel, model.fate) })
  }
  return { ruleset, pairs }
}

export const nftLoad = (rules: string): Load => ({ command: ['nft', '-f', '-'], input: rules })
