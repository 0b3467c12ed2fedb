/**
 * Which rule decides, for very many packets: the rules of a hook made into tables once. Answers for packets whose every
 * fact that matters is known; for others, and where a rule asks what no packet tells (a limit), it says that it can't, and
 * the evaluator can.
 */
import type { PolicyReference } from '../decision.ts'
import type { Packet, Surroundings } from '../packet.ts'
import type { Chain, Hook, Rule, Ruleset, Table } from '../ruleset.ts'
import type { Entry } from './entry.ts'
import { rankOfValue } from './field.ts'
import { FirstMatch, UNKNOWN } from './first-match.ts'
import { type Reader, readerOf, valueReader } from './packet-ranks.ts'
import { maskIn, type Program, prepare } from './program.ts'
import { ATOMS, Universe } from './universe.ts'

export interface Classified {
  readonly verdict: 'accept' | 'drop' | 'reject'
  /** Absent when a policy decided, or nothing stood in the way. */
  readonly rule?: {
    readonly table: Table
    readonly chain: Chain
    readonly rule: Rule
    readonly index: number
  }
  readonly policy?: PolicyReference
}

export interface Classifier {
  /** Null: it depends on more than the packet. */
  classify(packet: Packet, surroundings: Surroundings): Classified | null
}

export function compileClassifier(ruleset: Ruleset, hook: Hook): Classifier {
  const worlds = { ipv4: new Lookup(ruleset, hook, 'ip'), ipv6: new Lookup(ruleset, hook, 'ip6') }
  return { classify: (packet, surroundings) => worlds[packet.family].classify(packet, surroundings) }
}

const UNTOUCHED: Classified = { verdict: 'accept' }

class Lookup {
  readonly #program: Program
  readonly #first: FirstMatch
  readonly #fields: readonly number[]
  readonly #readers: readonly Reader[]
  /** Of the packet in question, by number of field. */
  readonly #ranks: Int32Array
  readonly #opaque: Uint8Array
  readonly #answers: readonly (Classified | null)[]

  constructor(ruleset: Ruleset, hook: Hook, family: 'ip' | 'ip6') {
    const program = prepare(ruleset, hook, family, new Universe())()
    const { fields } = program.universe
    this.#program = program
    this.#first = new FirstMatch(program)
    this.#fields = this.#first.fields
    this.#readers = this.#fields.map(field => readerOf(fields[field]!, hook))
    this.#ranks = new Int32Array(fields.length)
    this.#opaque = Uint8Array.from(program.entries, ({ terms }) =>
      terms.some(({ field }) => field.id >= ATOMS) ? 1 : 0,
    )
    this.#answers = program.entries.map(entry => answerOf(entry))
  }

  classify(packet: Packet, surroundings: Surroundings): Classified | null {
    const program = this.#program
    if (program.incomplete !== undefined) return null
    let unknown = 0
    for (let i = 0; i < this.#fields.length; i++) {
      const rank = this.#readers[i]!(packet, surroundings)
      this.#ranks[this.#fields[i]!] = rank
      if (rank === UNKNOWN) unknown++
    }
    let known: Map<string, number> | undefined
    let accepted: Classified = UNTOUCHED
    for (let from = 0; from < program.count; ) {
      const e = this.#first.find(this.#ranks, from)
      if (e < 0) break
      if (this.#opaque[e] === 1 || (unknown > 0 && this.#asksUnknown(e))) return null
      const answer = this.#answers[e]!
      const to = program.target[e]!
      if (to === -1) return answer
      if (answer !== null && (answer.rule !== undefined || accepted.rule === undefined)) accepted = answer
      if (program.changes.size > 0 && program.changes.has(e)) {
        known ??= new Map()
        unknown = this.#change(e, packet, surroundings, known)
      }
      from = to
    }
    return accepted
  }

  #asksUnknown(e: number): boolean {
    const { start, field } = this.#program
    for (let at = start[e]!; at < start[e + 1]!; at++) if (this.#ranks[field[at]!] === UNKNOWN) return true
    return false
  }

  /** Makes an entry's changes; how many fields aren't known now. */
  #change(e: number, packet: Packet, surroundings: Surroundings, known: Map<string, number>): number {
    const { effect } = this.#program.entries[e]!
    const { fields } = this.#program.universe
    for (const { field, to } of this.#program.changes.get(e)!) {
      if (field >= ATOMS || ('source' in to && to.source === field)) continue
      if ('rank' in to) this.#ranks[field] = to.rank
      else this.#ranks[field] = UNKNOWN
    }
    for (const { field, to } of effect.kind === 'ends' ? [] : effect.assigns) {
      const old = known.get(field.key) ?? valueReader(field.key, this.#program.hook)(packet, surroundings)
      const value =
        to.kind === 'value'
          ? to.value
          : to.kind === 'bits' && typeof old === 'number'
            ? ((old & to.and) ^ to.xor) >>> 0
            : undefined
      if (typeof value !== 'number') continue
      known.set(field.key, value)
      for (const one of fields) {
        const mask = one === field ? 0xffffffff : maskIn(one, field)
        if (mask !== undefined && one.origin === undefined)
          this.#ranks[one.id] = rankOfValue(one, one === field ? value : (value & mask) >>> 0)
      }
    }
    return this.#fields.reduce((sum, field) => sum + (this.#ranks[field] === UNKNOWN ? 1 : 0), 0)
  }
}

/** What it means when the entry decides. Null: it doesn't, or nobody can tell how. */
function answerOf({ effect, site, inner }: Entry): Classified | null {
  const { table, chain, rule, index, base } = site
  if (inner || effect.kind === 'assigns') return null
  const by =
    rule !== undefined
      ? { rule: { table, chain, rule, index } }
      : {
          policy: {
            family: table.family,
            table: table.name,
            chain: chain.name,
            hook: base.base.hook,
            policy: base.base.policy,
          },
        }
  if (effect.kind === 'ends') {
    return effect.with === 'drop' || effect.with === 'reject' ? { verdict: effect.with, ...by } : null
  }
  // A translation lets it pass without having decided so; of NAT chains the policy says nothing.
  if (!effect.accepts || effect.translation !== undefined) return null
  return rule === undefined && base.base.type === 'nat' ? null : { verdict: 'accept', ...by }
}
