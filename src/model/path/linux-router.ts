/**
 * A Linux host on a packet's way, with rules and a memory: packets come one after the other, and what they make of its
 * connections holds for the next. Time and chance are handed in, so that the same packets come to the same.
 *
 * What of the rules is left to chance (`numgen random`, `meta random`) is drawn. What `limit` allows is not counted: it
 * is never used up, unless `rates` says otherwise. The order of two base chains of one priority is Linux's.
 */
import type { EvaluateOptions } from '../filter/evaluate.ts'
import { joinLeaves } from '../filter/join-leaves.ts'
import type { Ruleset } from '../filter/ruleset.ts'
import { Choices, type Decide } from '../filter/walk/walk.ts'
import {
  type Chance,
  CONNTRACK_DEFAULTS,
  type ConntrackSettings,
  ConntrackTable,
} from '../nat/linux/linux.ts'
import type { Host } from './host.ts'
import { journey } from './journey.ts'
import type { Path, Travel } from './path.ts'

export interface LinuxRouterOptions extends Pick<EvaluateOptions, 'rates' | 'queue'> {
  /** 0 ≤ x < 1. */
  readonly random: () => number
  readonly settings?: ConntrackSettings
  /** Where a search for a port begins. Absent: anywhere, by `random`. */
  readonly chance?: Chance
}

/** A packet, and what is known around it that the host itself doesn't know. */
export type Passing = Omit<Travel, 'memory' | 'connections' | 'attached' | 'from'>

export class LinuxRouter {
  readonly table: ConntrackTable
  readonly #ruleset: Ruleset
  readonly #host: Host
  readonly #chance: Chance
  readonly #options: EvaluateOptions
  readonly #decide: Decide

  constructor(ruleset: Ruleset, host: Host, options: LinuxRouterOptions) {
    const { random, settings = CONNTRACK_DEFAULTS, chance, rates = 'within', queue = 'nobody' } = options
    this.table = new ConntrackTable(settings, random)
    this.#ruleset = ruleset
    this.#host = host
    this.#chance = chance ?? { offset: () => Math.floor(random() * 65_536) }
    this.#options = { rates, queue, ties: 'last-first' }
    // What has no measure is as likely as not.
    this.#decide = (inside, possible) =>
      random() < (sizeOf(inside) ?? 1) / (sizeOf(possible) ?? 2 * (sizeOf(inside) ?? 1))
  }

  /** It comes in by that device. `now`: milliseconds. */
  receive(passing: Passing & { readonly from: string }, now: number): Path {
    return this.#pass(passing, now)
  }

  /** It is made here. */
  make(passing: Passing, now: number): Path {
    return this.#pass({ ...passing, from: null }, now)
  }

  #pass(passing: Passing & { readonly from: string | null }, now: number): Path {
    const { table } = this
    const choices = new Choices(this.#decide)
    const { result, walk, ...way } = journey(
      this.#ruleset,
      this.#host,
      { ...passing, memory: { table, chance: this.#chance, now } },
      choices,
      this.#options,
    )
    return { ...way, decision: joinLeaves([{ choices: choices.made, result, walk }], true) }
  }
}

/** How many values there are; undefined where they can't be counted. */
function sizeOf(region: Parameters<Decide>[0]): number | undefined {
  let size = 0
  for (const { low, after } of region) {
    if (typeof low !== 'number' || typeof after !== 'number') return undefined
    size += after - low
  }
  return size
}
