/** The search for packets that two programs treat differently, changed entry by changed entry. */
import type { Evaluated } from '../evaluate.ts'
import { listedText } from '../print/print.ts'
import type { Hook, Ruleset } from '../ruleset.ts'
import { valueText } from '../value-text.ts'
import type { Budget } from './budget.ts'
import type { Changed } from './changed-entries.ts'
import { PlainMisses } from './plain-misses.ts'
import { pointOf } from './points.ts'
import { boundsOf, type Program } from './program.ts'
import { candidates, reaching, taker } from './reach.ts'
import { overlaps, type Region, wholeRegion, within } from './region.ts'
import { type Witness, witnessOf } from './witness.ts'

export interface Difference {
  readonly hook: Hook
  readonly witness: Witness
  readonly before: Evaluated
  readonly after: Evaluated
  /** What differs besides the verdict, in words; empty where the verdict does. */
  readonly note: string
}

/** Pieces of one changed entry, and packets that are tried for it. */
const STEPS_OF_ENTRY = 5000
const MOST_TRIES = 24

export class Differences {
  readonly differences: Difference[] = []
  why: string | undefined
  readonly #budget: Budget
  /** Rules that a difference has been found for. */
  readonly #explained = new Set<string>()
  readonly #narrowed = new Map<Ruleset, PlainMisses>()

  constructor(budget: Budget) {
    this.#budget = budget
  }

  between(a: Program, b: Program, changed: Changed): void {
    if (changed.a.length === 0 && changed.b.length === 0) return
    this.why ??= a.incomplete ?? b.incomplete
    const whole = wholeRegion(a, boundsOf(a))
    for (const e of changed.a) this.#explore(a, b, e, whole, false)
    for (const e of changed.b) this.#explore(b, a, e, whole, true)
  }

  /** Packets that come to a changed entry of `own`, and what the other program makes of them. */
  #explore(own: Program, other: Program, e: number, whole: Region, swapped: boolean): void {
    const { site } = own.entries[e]!
    const name = `${swapped} ${own.hook} ${site.table.family} ${site.table.name} ${site.chain.name} ${site.index}`
    if (this.#explained.has(name)) return
    const budget = this.#budget.share(STEPS_OF_ENTRY)
    let tries = 0
    const box = own.changes.size + other.changes.size === 0 ? within(own, e, whole) : null
    const near = box === null ? undefined : candidates(other, 0, other.count, box)
    for (const arrived of reaching(own, e, whole, budget)) {
      for (const { region, outcome } of endings(own, e, arrived, budget)) {
        for (const piece of otherwise(other, region, outcome, near, budget)) {
          const difference = this.#verify(own, other, piece, swapped)
          if (difference === 'undecided') this.why ??= 'for some packets it depends on what isn’t known'
          else if (difference === 'none') this.why ??= 'what was found doesn’t stand up to the evaluator'
          else {
            this.differences.push(difference)
            this.#explain(difference)
            this.#explained.add(name)
            return
          }
          if (++tries >= MOST_TRIES) return
        }
      }
    }
    if (budget.spent)
      this.why ??= `a changed rule takes more than ${STEPS_OF_ENTRY} steps: ${site.rule === undefined ? 'a policy' : listedText(site.rule, site.table)}`
  }

  #judgeOf(ruleset: Ruleset): PlainMisses {
    let misses = this.#narrowed.get(ruleset)
    if (misses === undefined) {
      misses = new PlainMisses(ruleset)
      this.#narrowed.set(ruleset, misses)
    }
    return misses
  }

  /** The rules that decided are accounted for. */
  #explain({ before, after, hook }: Difference): void {
    for (const [swapped, { decision }] of [
      [false, before],
      [true, after],
    ] as const) {
      const { rule } = decision
      if (rule === undefined) continue
      this.#explained.add(`${swapped} ${hook} ${rule.family} ${rule.table} ${rule.chain} ${rule.index}`)
    }
  }

  #verify(own: Program, other: Program, piece: Region, swapped: boolean): Difference | 'none' | 'undecided' {
    const witness = witnessOf(other, piece)
    if (witness === null) return 'none'
    const [one, two] = swapped ? [other, own] : [own, other]
    const judge = ({ ruleset, hook }: Program): Evaluated => this.#judgeOf(ruleset).judge(hook, witness)
    const [before, after] = [judge(one), judge(two)]
    const kinds = [before.decision.kind, after.decision.kind]
    if (kinds.includes('depends') || kinds.includes('unsupported')) return 'undecided'
    const note = differenceOf(before, after)
    return note === null ? 'none' : { hook: own.hook, witness, before, after, note }
  }
}

/** What differs, in words that follow the verdict; null for nothing. */
function differenceOf(before: Evaluated, after: Evaluated): string | null {
  if (before.decision.kind !== after.decision.kind) return ''
  if (valueText([before.decision.rejectWith]) !== valueText([after.decision.rejectWith]))
    return ', with another answer'
  if (before.decision.kind !== 'accept') return null
  if (valueText(ends(before)) !== valueText(ends(after))) return ', translated otherwise'
  return before.surroundings.mark === after.surroundings.mark ? null : ', with another mark'
}

const ends = ({ packet: { source, destination, sourcePort, destinationPort } }: Evaluated) => [
  ...[source, destination, sourcePort, destinationPort],
]

interface Ending {
  readonly region: Region
  readonly outcome: string
}

/** What becomes of packets that have come to an entry. */
function* endings(program: Program, e: number, arrived: Region, budget: Budget): Generator<Ending> {
  const to = program.target[e]!
  const changes = program.changes.has(e)
  if ((to === -1 || to === program.count) && !changes) {
    yield { region: arrived, outcome: endingOf(program, e, arrived) }
    return
  }
  const from = changes ? e : to
  const { target, among } = targetsFrom(program, from, arrived)
  for (const t of target) {
    for (const region of reaching(program, t, arrived, budget, { from, ...(among && { among }) })) {
      yield { region, outcome: endingOf(program, t, region) }
    }
  }
}

/** Pieces of a region for which the program comes to something else. */
function* otherwise(
  program: Program,
  region: Region,
  outcome: string,
  near: readonly number[] | undefined,
  budget: Budget,
): Generator<Region> {
  const fresh: Region = { ...region, now: new Map(), changed: [] }
  if (program.count === 0) {
    if (outcome !== 'accept') yield fresh
    return
  }
  const { target, among } = targetsFrom(program, 0, fresh, near)
  const plain = program.changes.size === 0
  if (plain && among !== undefined) {
    for (let n = 0; n < POINTS; n++) {
      const point = pointOf(program, fresh, n)
      const end = endAmong(program, among, point)
      if (end >= 0 && endingOf(program, end, fresh) !== outcome) {
        yield point
        break
      }
    }
  }
  for (const t of target) {
    if (plain && endingOf(program, t, fresh) === outcome) continue
    for (const piece of reaching(program, t, fresh, budget, among && { among })) {
      if (endingOf(program, t, piece) !== outcome) yield { ...piece, now: new Map(), changed: [] }
    }
  }
}

/** One point often shows what a search would find. */
const POINTS = 4

/** The entry among these at which a point ends its way; -1 where that can't be told. */
function endAmong(program: Program, among: readonly number[], point: Region): number {
  let place = 0
  for (const e of among) {
    if (e < place || !overlaps(program, e, point)) continue
    const { terms } = program.entries[e]!
    if (terms.some(({ field }) => field.shape === 'atom')) return -1
    const to = program.target[e]!
    if (to === -1 || to === program.count) return e
    place = to
  }
  return -1
}

/** Entries that a packet's way through the hook can end at. */
function targetsFrom(
  program: Program,
  from: number,
  region: Region,
  near?: readonly number[],
): { readonly target: readonly number[]; readonly among?: readonly number[] } {
  const { count } = program
  const plain = program.changes.size === 0
  const some = near?.filter(e => overlaps(program, e, region))
  const all = plain
    ? (some ?? candidates(program, from, count, region))
    : Array.from({ length: count - from }, (_, i) => from + i)
  const last = plain ? taker(program, all, count - 1, region) : -1
  const among = last < 0 ? all : all.slice(0, all.indexOf(last) + 1)
  const target = among.filter(e => program.target[e] === -1 || program.target[e] === count)
  return plain ? { target, among } : { target }
}

/** Verdict and changes, as text that is equal where they are. */
function endingOf(program: Program, e: number, { changed }: Region): string {
  const { effect } = program.entries[e]!
  const parts: unknown[] = changed.map(each => changesOf(program, each))
  const own = effect.kind === 'ends' ? null : changesOf(program, e)
  if (own !== null) parts.push(own)
  const verdict = effect.kind === 'ends' ? [effect.with, effect.statement] : ['accept']
  if (parts.length === 0 && verdict[1] === undefined) return verdict[0] as string
  return valueText([verdict, parts])
}

function changesOf(program: Program, e: number): unknown {
  const { effect } = program.entries[e]!
  if (effect.kind === 'ends') return null
  if (effect.kind === 'skips' && effect.translation !== undefined) return effect.translation
  return effect.assigns.length === 0 ? null : effect.assigns.map(({ field, to }) => [field.key, to])
}
