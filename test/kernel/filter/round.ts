/** One round: rules, and packets that pass one after the other, judged by the kernel and by the model. */
import type { Ruleset } from '../../../src/model/filter/ruleset.ts'
import type { Connection } from '../../../src/model/path/connections.ts'
import { decodeNftJson } from '../../../src/wire/nft-json/nft-json.ts'
import { parseNftText } from '../../../src/wire/nft-text/nft-text.ts'
import { type Case, linesOf } from './case.ts'
import { type Load, TRACING_TABLE } from './executor.ts'
import { difference, type Fate, type Judged, kernelFate, modelFate } from './judge.ts'
import type { Program, Run } from './kernel-child.ts'
import type { Probe } from './notation.ts'
import { packetBytes } from './packet-bytes.ts'

export interface Round {
  readonly loads: readonly Load[]
  readonly probes: readonly Probe[]
  readonly listings?: readonly (readonly string[])[]
  readonly counting?: boolean
}

export const programOf = ({ loads, probes, listings = [], counting = false }: Round): Program => ({
  loads,
  listings,
  counting,
  shots: probes.map(({ from, shape, sender }) => ({
    from,
    ...(sender === undefined ? {} : { sender }),
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

const TEXT = ['nft', '-a', 'list', 'ruleset']
/** The same from its text: of what its JSON lacks. Wants the listing of `TEXT`. */
const readText: ReadRules = ({ listings: [text = ''] }) => ({
  tables: parseNftText(text).ruleset.tables.filter(({ name }) => name !== TRACING_TABLE),
})

/** The round of a row, and how its rules are read. */
export function roundOf(one: Case): { readonly round: Round; readonly read: ReadRules } {
  const round = { loads: [nftLoad(one.rules)], probes: linesOf(one).map(({ probe }) => probe) }
  return one.fromText === true
    ? { round: { ...round, listings: [TEXT] }, read: readText }
    : { round, read: readListing }
}

/** What the kernel did with a packet; what can't be seen of it is taken from the model's view. */
export type View = (run: Run, at: number, probe: Probe, ruleset: Ruleset, model: Fate) => Fate

const kernelView: View = ({ observations }, at, probe, ruleset) =>
  kernelFate(observations[at]!, probe, ruleset)

export function judgeRound(
  { loads, probes }: Round,
  run: Run,
  read: ReadRules = readListing,
  view: View = kernelView,
): { readonly ruleset: Ruleset; readonly pairs: readonly Pair[] } {
  const ruleset = read(run, loads)
  // As rules change its sets.
  let current = ruleset
  let connections: readonly Connection[] = []
  const pairs: Pair[] = []
  for (const i of run.observations.keys()) {
    const probe = probes[i]!
    const model = modelFate(current, probe, connections)
    const kernel = view(run, i, probe, ruleset, model.fate)
    // The kernel chose a port by chance; what comes after isn't to be told.
    if (model.path.displaced) break
    connections = model.path.connections
    current = model.path.ruleset
    pairs.push({ probe, kernel, model, why: difference(kernel, model.fate) })
  }
  return { ruleset, pairs }
}

export const nftLoad = (rules: string): Load => ({ command: ['nft', '-f', '-'], input: rules })
