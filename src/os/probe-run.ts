/**
 * The course of a probe: which port of which target is asked next and when, and what has become of it. It opens no socket and reads no
 * clock: a host begins the tries that `next` hands out, and tells by `end` how each ended.
 *
 * Kept here, for every host alike: an order over all pairs of target and port, both rates, how many run at once, how long an answer is
 * waited for, further tries of what stays silent, and patience with what our own host lacks.
 */
import { permutation } from '../model/permutation.ts'
import { Later } from './probe-later.ts'
import { Loss } from './probe-loss.ts'
import { NO_NEIGHBOUR, type ProbeOutcome } from './probe-outcome.ts'
import { Pace } from './probe-pace.ts'
import { Patience } from './probe-patience.ts'
import type { ProbePlan, ProbeResult } from './probe-plan.ts'

export interface Trial {
  /** Places in the plan's `targets` and `ports`. */
  readonly target: number
  readonly port: number
  /** From 1; what failed here without being sent is no try. */
  turn: number
  /** How often our own host could not, and how often the socket met itself. */
  troubles: number
  /** How often our own host would not. */
  denials: number
  /** When its first try began. */
  firstAt: number | undefined
  startedAt: number
  deadlineAt: number
}

type Answered = Extract<ProbeOutcome, { readonly reason: string }>

export interface ProbeLimits {
  /** The host's own, below the plan's. */
  readonly atOnce: number
  /** No answer is given up earlier than that, milliseconds. */
  readonly leastTimeoutMs: number
}

/** Linux answers on the same wire in far less; a machine that is busy may take its time. */
export const LEAST_TIMEOUT_MS = 100
/** Pairs that were drawn and wait for their target's rate. */
const MOST_WAITING = 1024
/** Between two tries of a port, so that a limiter on the way recovers. */
const AGAIN_MS = 100
/** What our host lacks is asked for so often, with pauses that double from 5 ms to half a second: some 4 s in all. */
const MOST_TROUBLES = 14
const LONGEST_PAUSE_MS = 500
/** A socket that meets itself so often has the only port there is. */
const MOST_SELVES = 4

export class ProbeRun {
  /** Tries that have begun and not ended. */
  running = 0
  readonly #plan: ProbePlan
  readonly #order: (index: number) => number
  readonly #pairs: number
  #drawn = 0
  readonly #later = new Later<Trial>()
  readonly #pace: Pace
  readonly #paces: readonly Pace[]
  readonly #patience: readonly Patience[]
  readonly #loss: readonly Loss[]
  /** When our own host last told of each target that it found nobody on the link, and nobody was heard since. */
  readonly #absentAt: number[]
  readonly #most: number
  #limit: number
  #results: ProbeResult[] = []

  constructor(plan: ProbePlan, limits: ProbeLimits) {
    const { targets, ports } = plan
    this.#plan = plan
    this.#pairs = targets.length * ports.length
    this.#order = this.#pairs === 0 ? index => index : permutation(this.#pairs, plan.seed)
    this.#pace = new Pace(plan.perSecond)
    this.#paces = targets.map(() => new Pace(plan.perSecondAndTarget))
    this.#patience = targets.map(() => new Patience(plan.timeoutMs, limits.leastTimeoutMs))
    this.#loss = targets.map(() => new Loss())
    this.#absentAt = targets.map(() => Number.NEGATIVE_INFINITY)
    this.#most = Math.max(1, Math.min(plan.atOnce, limits.atOnce))
    this.#limit = this.#most
  }

  get finished(): boolean {
    return this.running === 0 && this.#later.length === 0 && this.#drawn === this.#pairs
  }

  /** A try that begins now; or in how many milliseconds to ask again, Infinity while only the end of another can help. */
  next(now: number): Trial | number {
    if (this.running >= Math.floor(this.#limit)) return Number.POSITIVE_INFINITY
    while (this.#later.at > now && this.#drawn < this.#pairs && this.#later.length < MOST_WAITING)
      this.#draw(now)
    const at = Math.max(this.#later.at, this.#pace.next(now))
    if (at > now) return at - now
    this.#pace.take(now)
    const trial = this.#later.take()
    trial.startedAt = now
    trial.firstAt ??= now
    trial.deadlineAt = now + this.#patience[trial.target]!.for(trial.turn)
    this.running++
    return trial
  }

  /** `now`: when it was seen to end. */
  end(trial: Trial, outcome: ProbeOutcome, now: number): void {
    this.running--
    const ms = now - trial.startedAt
    switch (outcome.kind) {
      case 'open':
      case 'closed':
      case 'filtered':
        this.#recover()
        this.#learn(trial, outcome, ms, now)
        this.#settle(trial, outcome.kind, outcome.reason, ms)
        return
      case 'silent':
        this.#recover()
        if (trial.turn < this.#triesOf(trial)) this.#again(trial, now, AGAIN_MS, 1)
        else this.#settle(trial, 'filtered', this.#isAbsent(trial) ? NO_NEIGHBOUR : 'no-answer')
        return
      case 'self':
        if (++trial.troubles < MOST_SELVES) this.#again(trial, now, 0)
        else this.#settle(trial, 'closed', 'self-connect')
        return
      case 'short':
        this.#limit = Math.max(1, Math.min(this.#limit, this.running * 0.75))
        if (++trial.troubles < MOST_TROUBLES)
          this.#again(trial, now, Math.min(LONGEST_PAUSE_MS, 2.5 * 2 ** trial.troubles))
        else this.#settle(trial, 'unknown', `local-${outcome.code}`)
        return
      case 'denied':
        if (++trial.denials < this.#plan.tries) this.#again(trial, now, AGAIN_MS * trial.denials)
        else this.#settle(trial, 'unknown', `local-${outcome.code}`)
        return
      case 'impossible':
        this.#settle(trial, 'unknown', `local-${outcome.code}`)
    }
  }

  /** What has been settled since the last call. */
  take(): readonly ProbeResult[] {
    const results = this.#results
    this.#results = []
    return results
  }

  get settled(): number {
    return this.#results.length
  }

  /** What our own host says of the link is no round trip, and no answer of the target. */
  #learn({ target, turn }: Trial, { kind, reason }: Answered, ms: number, now: number): void {
    if (reason === NO_NEIGHBOUR) {
      this.#absentAt[target] = now
      return
    }
    this.#absentAt[target] = Number.NEGATIVE_INFINITY
    this.#patience[target]!.learn(ms)
    // Errors are held back by limits of their own (RFC 1812 section 4.3.2.8): that nothing came of one shows no loss.
    if (kind !== 'filtered') this.#loss[target]!.learn(turn)
  }

  /** Where more tries wouldn't help, or are not wanted, there are as many as planned: a single one shows no loss. */
  #triesOf({ target }: Trial): number {
    return this.#plan.tries === 1 ? 1 : this.#loss[target]!.triesFor(this.#plan.tries)
  }

  /** Nobody was found on the link since it was first asked: its own packets waited for the same neighbour, whichever of them was told. */
  #isAbsent({ target, firstAt }: Trial): boolean {
    return this.#absentAt[target]! >= firstAt!
  }

  /** One more at once for each time that as many as may have ended. */
  #recover(): void {
    this.#limit = Math.min(this.#most, this.#limit + 1 / this.#limit)
  }

  #draw(now: number): void {
    const pair = this.#order(this.#drawn++)
    const { length } = this.#plan.targets
    const target = pair % length
    const trial = {
      target,
      port: Math.floor(pair / length),
      turn: 1,
      troubles: 0,
      denials: 0,
      firstAt: undefined,
      startedAt: 0,
      deadlineAt: 0,
    }
    this.#later.add(this.#paces[target]!.take(now), trial)
  }

  #again(trial: Trial, now: number, pause: number, turns = 0): void {
    trial.turn += turns
    this.#later.add(Math.max(this.#paces[trial.target]!.take(now), now + pause), trial)
  }

  #settle({ target, port, turn }: Trial, state: ProbeResult['state'], reason: string, ms?: number): void {
    const { targets, ports } = this.#plan
    this.#results.push({
      address: targets[target]!,
      port: ports[port]!,
      state,
      reason,
      ...(ms === undefined ? {} : { ms }),
      tries: turn,
    })
  }
}
