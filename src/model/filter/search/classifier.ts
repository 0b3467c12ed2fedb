/**
 * Which rule decides, for very many packets: the rules of a hook made into tables once. Answers for packets whose every
 * fact that matters is known; for others, and where a rule asks what no packet tells (a limit), it says that it can't, and
 * the evaluator can.
 */
import type { PolicyReference } from '../decision.ts'
import type { Packet, Surroundings } from '../packet.ts'
import type { Chain, Hook, Rule, Ruleset, Table } from '../ruleset.ts'
import { BLOCK, type Block, blockFrom } from './bit-rows.ts'
import type { Entry } from './entry.ts'
import { rankOfValue } from './field.ts'
import { type Reader, readerOf, UNKNOWN, valueReader } from './packet-ranks.ts'
import { maskIn, prepare, type Program } from './program.ts'
import { ATOMS, Universe } from './universe.ts'

export interface Classified {
  readonly verdict: 'accept' | 'drop' | 'reject'
  /** Absent when a policy decided, or nothing stood in the way. */
  readonly rule?: { readonly table: Table; readonly chain: Chain; readonly rule: Rule; readonly index: number }
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
  readonly #blocks: readonly Block[]
  readonly #fields: readonly number[]
  readonly #readers: readonly Reader[]
  /** Of the packet in question, by number of field. */
  readonly #ranks: Int32Array
  readonly #opaque: Uint8Array
  readonly #answers: readonly (Classified | null)[]
  #at: Int32Array

  constructor(ruleset: Ruleset, hook: Hook, family: 'ip' | 'ip6') {
    const program = prepare(ruleset, hook, family, new Universe())()
    const blocks: Block[] = []
    for (let first = 0; first < program.count; first += BLOCK) blocks.push(blockFrom(program, first))
    const { fields } = program.universe
    this.#program = program
    this.#blocks = blocks
    this.#fields = [...new Set(blocks.flatMap(block => [...block.fields]))]
    this.#readers = this.#fields.map(field => readerOf(fields[field]!, hook))
    this.#ranks = new Int32Array(fields.length)
    this.#at = new Int32Array(this.#fields.length)
    this.#opaque = Uint8Array.from(program.entries, ({ terms }) => (terms.some(({ field }) => field.id >= ATOMS) ? 1 : 0))
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
      const e = this.#first(from)
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

  /** The first entry from `from` on that the packet may match; -1 for none. What isn't known rules nothing out. */
  #first(from: number): number {
    const ranks = this.#ranks
    const at = this.#at
    const { count, dead } = this.#program
    for (let b = Math.floor(from / BLOCK); b < this.#blocks.length; b++) {
      const { fields, rowOf, rows } = this.#blocks[b]!
      let used = 0
      for (let i = 0; i < fields.length; i++) {
        const rank = ranks[fields[i]!]!
        if (rank !== UNKNOWN) at[used++] = rowOf[i]![rank]!
      }
      const start = b * BLOCK
      const lowest = Math.max(0, from - start)
      for (let half = lowest >>> 10; half < 2; half++) {
        let words = half === lowest >>> 10 ? -1 << ((lowest >>> 5) & 31) : -1
        for (let i = 0; i < used && words !== 0; i++) words &= rows[at[i]! + half]!
        for (; words !== 0; words &= words - 1) {
          const word = half * 32 + (31 - Math.clz32(words & -words))
          let bits = word === lowest >>> 5 ? -1 << (lowest & 31) : -1
          for (let i = 0; i < used && bits !== 0; i++) bits &= rows[at[i]! + 2 + word]!
          for (; bits !== 0; bits &= bits - 1) {
            const e = start + word * 32 + (31 - Math.clz32(bits & -bits))
            if (e >= count) return -1
            if (dead[e] === 0) return e
          }
        }
      }
    }
    return -1
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
        to.kind === 'value' ? to.value : to.kind === 'bits' && typeof old === 'number' ? ((old & to.and) ^ to.xor) >>> 0 : undefined
      if (typeof value !== 'number') continue
      known.set(field.key, value)
      for (const one of fields) {
        const mask = one === field ? 0xffffffff : maskIn(one, field)
        if (mask !== undefined && one.origin === undefined) this.#ranks[one.id] = rankOfValue(one, one === field ? value : (value & mask) >>> 0)
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
      : { policy: { family: table.family, table: table.name, chain: chain.name, hook: base.base.hook, policy: base.base.policy } }
  if (effect.kind === 'ends') {
    return effect.with === 'drop' || effect.with === 'reject' ? { verdict: effect.with, ...by } : null
  }
  // A translation lets it pass without having decided so; of NAT chains the policy says nothing.
  if (!effect.accepts || effect.translation !== undefined) return null
  return rule === undefined && base.base.type === 'nat' ? null : { verdict: 'accept', ...by }
}
